/** Requests to the test cloud: addressing and paged lists. */
import {
  type CloudError,
  type HttpRequest,
  type HttpResponse,
  immediate,
  type Listing,
  makeListing,
  makeSend,
  type Operation,
  type OperationsContext,
  type Page,
  parseEndpoint,
  type RetryPolicy,
  type SentRequest,
  type Subject,
} from '@isobar/core/provider';
import { failureOf } from './failures.ts';
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
export interface CloudRequest extends SentRequest {
  readonly method: HttpRequest['method'];
  /** Path below the region, encoded, with a leading slash. */
  readonly path: string;
  /** Parameters that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: object;
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
export const send: (scope: Scope, request: CloudRequest) => Operation<HttpResponse> = makeSend({
  makeRequest: (scope, request) => immediate(httpRequest(scope, request)),
  subjectOf: ({ region }, { subject }) => ({ ...(region !== undefined && { region }), ...subject }),
  failureOf,
});

/** Deletes a resource. One exchange. A later attempt that finds it gone counts as success; a first attempt fails. */
export function* deleteResource(
  scope: Scope,
  { path, ...subject }: Subject & { readonly path: string },
): Operation<void> {
  yield* send(scope, { method: 'DELETE', path, idempotent: true, alreadyDone: isGone, subject });
}

function isGone({ code }: CloudError): boolean {
  return code === 'not-found';
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
