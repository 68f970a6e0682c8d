/** Requests about single objects: list, look up, get, put, delete. */
import {
  type Body,
  type Checksums,
  CloudError,
  type GetRequest,
  type Got,
  getFields,
  gotFrom,
  type HttpResponse,
  type ListObjectsOptions,
  type ObjectLocation,
  type Operation,
  type Page,
  type Put,
  type PutRequest,
  rangeHeader,
  type Stored,
  type VersionedLocation,
} from '@isobar/core/provider';
import { pairOf, readObjects, storedHashes } from '@isobar/s3-dialect';
import {
  extraFromHeaders,
  type GoogleObject,
  type Headers,
  objectFromHeaders,
  objectFromListing,
  storedSize,
} from './models.ts';
import { type Scope, send } from './requests.ts';
import type { GoogleTarget, GoogleWrite } from './targets.ts';
import { readVersions } from './version-listing.ts';

/**
 * A page of a bucket's objects, in byte order of their names. The cursor is the last name of the previous page.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
export function* listObjects(
  scope: Scope,
  container: string,
  options: ListObjectsOptions,
  cursor: string | undefined,
): Operation<Page<GoogleObject>> {
  const query = { ...listQuery(options), ...(cursor !== undefined && { marker: cursor }) };
  const response = yield* send(scope, { method: 'GET', container, query, idempotent: true });
  const { objects, prefixes, nextMarker } = readObjects(response.body);
  if (nextMarker !== undefined && cursor !== undefined && !comesAfter(nextMarker, cursor)) {
    throw new CloudError('malformed-response', 'the next page of the listing does not come after this one');
  }
  return {
    items: objects.map((object) => objectFromListing(container, object, options)),
    ...(options.delimiter !== undefined && { prefixes }),
    ...(nextMarker !== undefined && { cursor: nextMarker }),
  };
}

/** Whether a name comes after another in UTF-8 byte order, which is the order of code points. */
function comesAfter(name: string, other: string): boolean {
  const [points, others] = [[...name], [...other]];
  const at = points.findIndex((point, index) => point !== others[index]);
  if (at === -1) return false;
  return at >= others.length || (points[at]?.codePointAt(0) ?? 0) > (others[at]?.codePointAt(0) ?? 0);
}

/**
 * A page of all versions of a bucket's objects, by name, and for each name from the oldest to the newest. The cursor is the
 * last name and generation of the previous page.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
export function* listVersions(
  scope: Scope,
  container: string,
  options: ListObjectsOptions,
  cursor: string | undefined,
): Operation<Page<GoogleObject>> {
  const [marker, generation] = pairOf(cursor) ?? [];
  const query = {
    ...listQuery(options),
    versions: '',
    ...(marker !== undefined && { marker }),
    ...(generation && { 'generation-marker': generation }),
  };
  const response = yield* send(scope, { method: 'GET', container, query, idempotent: true });
  const { versions, prefixes, next } = readVersions(response.body);
  return {
    items: versions.map((version) => {
      const object = objectFromListing(container, version, options);
      return { ...object, extra: { ...object.extra, isLatest: version.isLatest } };
    }),
    ...(options.delimiter !== undefined && { prefixes }),
    ...(next && { cursor: JSON.stringify(next) }),
  };
}

/** The query parameters for the options of a listing. */
function listQuery({ delimiter, pageSize, prefix, startAfter }: ListObjectsOptions): Record<string, string> {
  return {
    ...(prefix && { prefix }),
    ...(delimiter && { delimiter }),
    ...(startAfter && { marker: startAfter }),
    ...(pageSize && { 'max-keys': String(pageSize) }),
  };
}

/**
 * Looks up an object, in its live generation or a given one.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/head-object
 */
export function* headObject(scope: Scope, location: VersionedLocation): Operation<GoogleObject> {
  const { container, name, version } = location;
  const response = yield* send(scope, {
    method: 'HEAD',
    container,
    object: name,
    query: version === undefined ? undefined : { generation: version },
    unsigned: acceptGzip,
    idempotent: true,
  });
  return objectFromHeaders(container, name, response.headers);
}

/** The same with the checksums that the service told. */
export function* headStored(scope: Scope, target: GoogleTarget): Operation<Stored<GoogleObject>> {
  const object = yield* headObject(scope, target);
  return { object, checksums: checksumsOf(object) };
}

function checksumsOf({ extra: { crc32c, md5 } }: GoogleObject): Stored['checksums'] {
  return { ...(crc32c !== undefined && { crc32c }), ...(md5 !== undefined && { md5 }) };
}

/**
 * Gets an object's bytes as they are stored, unless they are to be decoded.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-object-download
 */
export function* getObject(scope: Scope, target: GoogleTarget, request: GetRequest): Operation<Got<GoogleObject>> {
  const { container, name, version } = target;
  const range = rangeHeader(request);
  const response = yield* send(scope, {
    method: 'GET',
    container,
    object: name,
    query: version === undefined ? undefined : { generation: version },
    headers: target.conditions,
    unsigned: range === undefined ? acceptGzip : { ...acceptGzip, range },
    ...getFields(request),
    idempotent: true,
  });
  return yield* gotFrom(response, target, request, wholeOf, objectOf);
}

function objectOf(
  headers: HttpResponse['headers'],
  { container, name }: ObjectLocation,
  sizeBytes: number,
): GoogleObject {
  return objectFromHeaders(container, name, headers, sizeBytes);
}

/** Otherwise the service decodes gzip itself. */
const acceptGzip = { 'accept-encoding': 'gzip' } as const;

/** @param total The size in `content-range`: services other than Google's report it only there. */
function wholeOf(headers: HttpResponse['headers'], total: number | undefined): Got['whole'] {
  return {
    sizeBytes: total ?? storedSize(headers),
    version: headers['x-goog-generation'],
    checksums: storedHashes(headers),
  };
}

/**
 * Stores an object.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-upload
 */
export function* putObject(
  scope: Scope,
  write: GoogleWrite,
  body: Body,
  { checksums, compute, onProgress }: PutRequest,
): Operation<Put<GoogleObject>> {
  const { container, name } = write.location;
  const { crc32c } = checksums;
  const response = yield* send(scope, {
    method: 'PUT',
    container,
    object: name,
    headers:
      crc32c === undefined ? write.requestHeaders : { ...write.requestHeaders, 'x-goog-hash': `crc32c=${crc32c}` },
    body,
    checksums: compute.length > 0 ? compute : undefined,
    onProgress,
    idempotent: true,
  });
  const sentBytes = body instanceof Uint8Array ? body.length : body.endBytes - body.startBytes;
  const hashes = storedHashes(response.headers);
  const object = uploadedObject(write, sentBytes, response.headers, hashes);
  return { object, checksums: hashes, sent: response.passed?.checksums };
}

/** The model of an object just uploaded, from the request and response alone. */
function uploadedObject(
  write: GoogleWrite,
  sentBytes: number,
  headers: HttpResponse['headers'],
  checksums: Checksums,
): GoogleObject {
  const { container, name } = write.location;
  const { contentType = '', metadata } = write.headers;
  const { etag, 'x-goog-generation': version } = headers;
  return {
    container,
    name,
    sizeBytes: Number(headers['x-goog-stored-content-length'] ?? sentBytes),
    ...(etag && { etag }),
    ...(version !== undefined && { version }),
    ...(Object.keys(checksums).length > 0 && { checksums }),
    contentType,
    metadata: { ...metadata },
    extra: extraFromHeaders(headers, checksums, write.requestHeaders),
  };
}

/**
 * Deletes an object, or one generation of it. One more exchange to delete a generation with `aws4`.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/delete-object
 */
export function* removeObject(scope: Scope, target: GoogleTarget): Operation<void> {
  const { conditions, container, isNamed, name, version } = target;
  if (isNamed) yield* requireGenerations(scope, target, conditions);
  yield* send(scope, {
    method: 'DELETE',
    container,
    object: name,
    query: version === undefined ? undefined : { generation: version },
    headers: conditions,
    idempotent: true,
    alreadyDone: (failure) => failure.code === 'not-found',
  });
}

/**
 * Checks that the service has generations. Requests in Amazon's dialect may reach another service than Google's. It
 * would ignore what it does not know, and treat a composition as an upload, or the deletion of a generation as that of
 * the object. So this looks up an object first: only Google reports generations. No exchange in Google's dialect, else
 * one.
 *
 * @param headers Headers of the request that follows.
 * @throws {CloudError} `unsupported` when the service reports no generation or another one than requested; before
 * anything is sent, when a header has no form in Amazon's dialect.
 */
export function* requireGenerations(scope: Scope, location: VersionedLocation, headers: Headers): Operation<void> {
  const { dialect } = scope.credentials;
  if (!dialect) return;
  dialect.write(headers, undefined);
  const { container, name, version } = location;
  const received = (yield* headObject(scope, location)).version;
  if (received !== undefined && (version === undefined || version === received)) return;
  const message = `the service at ${scope.origin} does not have generations, as Google Storage does`;
  throw new CloudError('unsupported', message, { container, object: name });
}
