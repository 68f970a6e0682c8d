/** Requests to the services of a cloud: addressing, tokens and paged lists. */
import {
  CloudError,
  type ExpiringValue,
  type HttpRequest,
  type HttpResponse,
  idOf,
  invalidArgument,
  isCloudError,
  type JsonShape,
  keepFresh,
  type Listing,
  makeListing,
  makeSend,
  type Operation,
  type OperationsContext,
  ofShape,
  type Page,
  type RetryPolicy,
  readJson,
  type SentRequest,
  type Subject,
  tryJson,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { failureOf, type Meanings } from './failures.ts';
import type { CheckedOpenStackOptions } from './options.ts';
import { addressOf, openSession, type Service, type Session } from './session.ts';

/** What all requests of a driver share. */
export interface Scope {
  /** The token, shared by all calls and renewed before it expires. */
  readonly session: ExpiringValue<Session>;
  /** The region of the calls; `undefined` for the one of the options or the only one. */
  readonly region: string | undefined;
  readonly allowPlainHttp: boolean;
  readonly retry: RetryPolicy;
}

/** A request to a service. */
export interface CloudRequest extends SentRequest, Meanings {
  readonly service: Service;
  readonly method: HttpRequest['method'];
  /** Path below the service's address, encoded, with a leading slash. */
  readonly path: string;
  /** Parameters that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: object;
  /** The version of the interface that the request needs. Default: the oldest. */
  readonly version?: string;
  /** The resource that errors name. */
  readonly subject?: Subject;
}

/** Makes the scope of a driver. */
export function makeScope(options: CheckedOpenStackOptions, { retry }: OperationsContext): Scope {
  const session = keepFresh(() => openSession(options, retry));
  return { session, region: options.region, allowPlainHttp: options.allowPlainHttp, retry };
}

/** The present session, opened if there is none. */
export function* sessionOf({ session }: Scope, nowMs: number): Operation<Session> {
  return session.fresh(nowMs) ?? (yield* session.renew());
}

/**
 * Sends a request, and retries it after transient failures. One exchange per attempt, two when the token was refused.
 *
 * @returns A successful response, or the response to a later attempt which shows that an earlier one succeeded.
 * @throws {CloudError} The error for the response; see `failures.ts`.
 */
export const send: (scope: Scope, request: CloudRequest) => Operation<HttpResponse> = makeSend<Scope, CloudRequest>({
  makeRequest,
  renew({ session }, { headers }, { status }) {
    if (status === 401) session.drop(({ token }) => token === headers['x-auth-token']);
    return status === 401;
  },
  // Some confirmations have this type and no body.
  ownHeaders: /^x-(openstack|compute)-request-id$/,
  subjectOf: ({ region }, { subject }) => ({ ...(region !== undefined && { region }), ...subject }),
  failureOf,
});

function* makeRequest(scope: Scope, request: CloudRequest, nowMs: number): Operation<HttpRequest> {
  const { json, method, path, query = {}, service, version } = request;
  const session = yield* sessionOf(scope, nowMs);
  const address = addressOf(session, service, scope.region, scope.allowPlainHttp);
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return {
    method,
    origin: address.origin,
    path: `${address.path}${path}${search && `?${search}`}`,
    headers: {
      host: address.host,
      accept: 'application/json',
      'x-auth-token': session.token,
      ...(version !== undefined && { 'openstack-api-version': `${service} ${version}` }),
      ...(json && { 'content-type': 'application/json' }),
    },
    ...(json && { body: new TextEncoder().encode(JSON.stringify(json)) }),
    tls: session.tls,
  };
}

/** Gets a document. One exchange. */
export function* getJson<Value>(
  scope: Scope,
  shape: JsonShape<Value>,
  request: Pick<CloudRequest, 'service' | 'path' | 'query' | 'subject' | 'version'>,
): Operation<Value> {
  const { body } = yield* send(scope, { ...request, method: 'GET', idempotent: true });
  return readJson(shape, body);
}

/** Deletes a resource. One exchange. A later attempt that finds it gone counts as success; a first attempt fails. */
export function* deleteResource(
  scope: Scope,
  request: Pick<CloudRequest, 'service' | 'path' | 'subject' | 'conflict' | 'version'>,
): Operation<void> {
  yield* send(scope, { ...request, method: 'DELETE', idempotent: true, alreadyDone: isGone });
}

function isGone({ code }: CloudError): boolean {
  return code === 'not-found';
}

/** Maximum number of items on a page. */
export const maxPageItems = 1000;

const wireLinks = z.nullish(z.array(z.object({ rel: z.string(), href: z.string() })));

/** The fields of a page that name the next one, of any service and kind. */
const wireNext = z.object({
  next: z.nullish(z.string()),
  servers_links: wireLinks,
  flavors_links: wireLinks,
  keypairs_links: wireLinks,
  volumes_links: wireLinks,
  snapshots_links: wireLinks,
});

/** How many of the last items a cursor has. */
const keptMarkers = 8;

/**
 * Lists items page by page. Only the marker of a link to the next page is used: its host is often wrong behind a proxy. The cursor
 * also has the items before it: a listing cannot go on after an item that was removed meanwhile, and Nova gives one again that it
 * finished to create between two pages.
 *
 * @throws {CloudError} `conflict` when all of these were removed.
 */
export function listPages<Value, Item extends { readonly id: string } | { readonly name: string }>(
  scope: Scope,
  request: Pick<CloudRequest, 'service' | 'path' | 'query' | 'subject' | 'version'>,
  shape: JsonShape<Value>,
  itemsOf: (document: Value) => Item[],
): Listing<Item> {
  return makeListing(function* (cursor?: string): Operation<Page<Item>> {
    const markers = cursor?.split(',') ?? [];
    const page = {
      ...request,
      query: { limit: maxPageItems, ...request.query },
      method: 'GET',
      idempotent: true,
    } as const;
    const document = tryJson(yield* fetchPage(scope, page, markers));
    const { next, ...lists } = ofShape(wireNext, document);
    const listed = itemsOf(ofShape(shape, document));
    const items = listed.filter((item) => !markers.includes(markerOf(item)));
    const link =
      next ??
      Object.values(lists)
        .flatMap((links) => links ?? [])
        .find(({ rel }) => rel === 'next')?.href;
    const marker = link == null ? undefined : URL.parse(link, 'http://host')?.searchParams.get('marker');
    if (!marker) return { items };
    const latest = new Set([marker, ...listed.map(markerOf).reverse(), ...markers]);
    return { items, cursor: [...latest].slice(0, keptMarkers).join(',') };
  });
}

/** What a listing goes on after: key pairs have no id. Neither has commas. */
function markerOf(item: { readonly id: string } | { readonly name: string }): string {
  return 'id' in item ? item.id : item.name;
}

/** Gets the page after the first of the markers that still exists. */
function* fetchPage(scope: Scope, request: CloudRequest, markers: readonly string[]): Operation<Uint8Array> {
  const [marker, ...others] = markers;
  try {
    return (yield* send(scope, { ...request, query: { ...request.query, marker } })).body;
  } catch (failure) {
    // Services answer 400 or 404, as if what is listed did not exist.
    const isGone = isCloudError(failure) && [400, 404].includes(failure.details.status ?? 0);
    if (!isGone || marker === undefined) throw failure;
    if (others.length > 0) return yield* fetchPage(scope, request, others);
    const message = `the items at which the last page ended are gone, so the listing must begin again: ${failure.message}`;
    throw new CloudError('conflict', message, failure.details, { cause: failure });
  }
}

/** The id of a resource as a part of a path. Ids of OpenStack have no other characters. */
export function pathOf(
  value: { readonly id: string } | string,
  field: string,
): { readonly id: string; readonly part: string } {
  const id = idOf(value, field);
  if (/^(?!\.+$)[\w.:@ -]{1,255}$/.test(id) && id.trim() === id) return { id, part: encodeURIComponent(id) };
  throw invalidArgument(field, 'must be an id: letters, digits, dashes and dots');
}
