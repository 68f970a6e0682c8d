/** Requests to the test cloud: addressing, retries and paged lists. */
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

/** What all requests of a driver share. */
export interface Scope {
  readonly origin: string;
  readonly authorization: string;
  /** The driver's region; `undefined` for the account's home region. */
  readonly region: string | undefined;
  readonly retry: RetryPolicy;
}

/** A request to the cloud. */
export interface CloudRequest {
  readonly method: HttpRequest['method'];
  /** Path below the region, encoded, with a leading slash. */
  readonly path: string;
  /** Parameters that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: object;
  /** Whether the request may be sent again when its response is lost. */
  readonly idempotent: boolean;
  /**
   * For requests that succeed only once: whether the failure of a later attempt means that an earlier one succeeded.
   */
  readonly alreadyDone?: (failure: CloudError) => boolean;
  /** The resource that errors name. */
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

/** The same scope in another region. */
export function scopeOf(scope: Scope, region: string | undefined): Scope {
  return region === undefined ? scope : { ...scope, region };
}

/**
 * Sends a request, and retries it after transient failures. One exchange per attempt.
 *
 * @returns A successful response, or the response to a later attempt which shows that an earlier one succeeded.
 * @throws {CloudError} The error for the response; see `failures.ts`.
 */
export function* send(scope: Scope, request: CloudRequest): Operation<HttpResponse> {
  return yield* retry(scope.retry, request.idempotent, (attempts) => attempt(scope, request, attempts));
}

/** Deletes a resource. One exchange. A later attempt that finds it gone counts as success; a first attempt fails. */
export function* deleteResource(
  scope: Scope,
  { path, ...subject }: Subject & { readonly path: string },
): Operation<void> {
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

/** Lists items page by page with GET. The response header `x-next-cursor` is the cursor of the next page. */
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

/** The token that makes a creation safe to retry: the caller's, or a random one for all attempts of this call. */
export function* tokenOf(options: { readonly clientToken?: string }): Operation<string> {
  if (options.clientToken !== undefined) return textOf('clientToken', options.clientToken);
  const bytes = yield* entropy(16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
