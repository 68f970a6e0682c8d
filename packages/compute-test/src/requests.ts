/** Requests to the test cloud: where they go, what may be repeated, and lists page by page. */
import {
  type CloudError,
  clock,
  entropy,
  exchange,
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  type Listing,
  makeListing,
  type Operation,
  type OperationsContext,
  type Page,
  parseEndpoint,
  type RetryPolicy,
  retry,
  textOf,
} from '@isobar/core/provider';
import { failureOf, type Subject } from './failures.ts';
import { maxPageItems } from './limits.ts';
import type { CheckedTestComputeOptions } from './options.ts';

/** What all requests of a driver have in common. */
export interface Scope {
  readonly origin: string;
  readonly authorization: string;
  /** Where the driver is; `undefined` for the account's home region. */
  readonly region: string | undefined;
  readonly retry: RetryPolicy;
}

/** A request to the cloud. */
export interface CloudRequest {
  readonly method: HttpRequest['method'];
  /** Below the region, from the slash on, encoded. */
  readonly path: string;
  /** Left out where `undefined`. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: object;
  /** Whether repeating is harmless. */
  readonly idempotent: boolean;
  /** Of requests that succeed only once: whether a later try's failure means that an earlier one had succeeded. */
  readonly alreadyDone?: (failure: CloudError) => boolean;
  /** What it is about, for errors. */
  readonly subject?: Subject;
}

/** Makes the scope of a driver. */
export function makeScope(options: CheckedTestComputeOptions, context: OperationsContext): Scope {
  const bytes = new TextEncoder().encode(`${options.key}:${options.secret}`);
  return {
    origin: parseEndpoint(options.endpoint).origin,
    authorization: `Basic ${btoa(String.fromCharCode(...bytes))}`,
    region: options.region,
    retry: context.retry,
  };
}

/** The same account in another region. */
export function scopeOf(scope: Scope, region: string | undefined): Scope {
  return region === undefined ? scope : { ...scope, region };
}

/**
 * Sends a request until it succeeds or fails for good. One exchange, more after failures that may pass.
 *
 * @returns The answer: a success, or what a later try was told when an earlier one had done it already.
 * @throws {CloudError} What the answer stands for; see `failures.ts`.
 */
export function* send(scope: Scope, request: CloudRequest): Operation<HttpResponse> {
  return yield* retry(scope.retry, request.idempotent, (attempts) => attempt(scope, request, attempts));
}

/** Removes what lies at a path. One exchange; that it is gone already is a success of a later try, and of no first one. */
export function* remove(scope: Scope, { path, ...subject }: Subject & { readonly path: string }): Operation<void> {
  const alreadyDone = (failure: CloudError): boolean => failure.code === 'not-found';
  yield* send(scope, { method: 'DELETE', path, idempotent: true, alreadyDone, subject });
}

function* attempt(scope: Scope, request: CloudRequest, attempts: number): Operation<HttpResponse> {
  const response = yield* exchange(httpRequest(scope, request));
  if (isSuccess(response.status)) return response;
  const subject = { ...(scope.region !== undefined && { region: scope.region }), ...request.subject };
  const failure = failureOf(response, subject, yield* clock());
  if (attempts > 1 && request.alreadyDone?.(failure)) return response;
  throw failure;
}

function httpRequest(scope: Scope, { json, method, path, query = {} }: CloudRequest): HttpRequest {
  const base = scope.region === undefined ? '/compute' : `/compute/regions/${encodeURIComponent(scope.region)}`;
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return {
    method,
    origin: scope.origin,
    path: `${base}${path}${search && `?${search}`}`,
    headers: {
      accept: 'application/json, text/plain',
      authorization: scope.authorization,
      ...(json && { 'content-type': 'application/json' }),
    },
    ...(json && { body: new TextEncoder().encode(JSON.stringify(json)) }),
  };
}

/** A GET whose answer is a list, page by page; the answer's `x-next-cursor` leads to the next one. */
export function listPages<Item>(
  scope: Scope,
  request: Pick<CloudRequest, 'path' | 'query' | 'subject'>,
  readItems: (body: Uint8Array) => Item[],
): Listing<Item> {
  return makeListing(function* (cursor?: string): Operation<Page<Item>> {
    const query = { limit: maxPageItems, ...request.query, cursor };
    const { body, headers } = yield* send(scope, { ...request, method: 'GET', query, idempotent: true });
    const next = headers['x-next-cursor'];
    return { items: readItems(body), ...(next && { cursor: next }) };
  });
}

/** What makes a creation safe to repeat: the caller's token, or a random one for all tries of this call. */
export function* tokenOf(options: { readonly clientToken?: string }): Operation<string> {
  if (options.clientToken !== undefined) return textOf('clientToken', options.clientToken);
  const bytes = yield* entropy(16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
