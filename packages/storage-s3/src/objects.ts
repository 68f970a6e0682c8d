/** Requests about single objects: look up, get, put, delete. */
import {
  type Algorithm,
  type Body,
  type Checksums,
  CloudError,
  type GetRequest,
  type Got,
  getFields,
  gotFrom,
  type HttpResponse,
  isCloudError,
  type ObjectLocation,
  type Operation,
  type Put,
  type PutRequest,
  rangeHeader,
  type Stored,
} from '@isobar/core/provider';
import { checksumHeader, checksumsIn, extraIn, objectFromHeaders, type S3Object, sizeIn } from './models.ts';
import { type Headers, type Scope, send } from './requests.ts';
import type { S3Target, S3Write } from './targets.ts';

/** The headers of reads: an ETag that the object must have, and a request for the checksums of those that need one. */
function readHeaders({ dialect }: Scope, { ifMatch, version }: S3Target): Record<string, string> {
  const etag = version ?? ifMatch;
  return {
    ...(etag !== undefined && { 'if-match': etag }),
    ...(dialect.checksum !== undefined && { 'x-amz-checksum-mode': 'ENABLED' }),
  };
}

/** The query for a version of an object. */
function versionQuery({ versionId }: S3Target): { versionId: string } | undefined {
  return versionId === undefined ? undefined : { versionId };
}

/** A version that was found earlier, but is not the object's any more, does not exist. */
function replaced(failure: unknown, { ifMatch, version }: S3Target): unknown {
  if (version === undefined || ifMatch !== undefined || !isCloudError(failure, 'precondition-failed')) return failure;
  const message = `${failure.message}: the object was replaced meanwhile`;
  return new CloudError('not-found', message, failure.details, { cause: failure });
}

/**
 * Looks up an object, or one version of it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function* headObject(scope: Scope, target: S3Target): Operation<Stored<S3Object>> {
  const { container, name } = target;
  try {
    const { headers } = yield* send(scope, {
      method: 'HEAD',
      container,
      object: name,
      query: versionQuery(target),
      headers: readHeaders(scope, target),
      idempotent: true,
    });
    return { object: objectFromHeaders(container, name, headers), checksums: checksumsIn(headers) };
  } catch (failure) {
    throw replaced(failure, target);
  }
}

/**
 * Gets an object's bytes as they are stored, unless they are to be decoded.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function* getObject(scope: Scope, target: S3Target, request: GetRequest): Operation<Got<S3Object>> {
  const { container, name } = target;
  const range = rangeHeader(request);
  let response: HttpResponse;
  try {
    response = yield* send(scope, {
      method: 'GET',
      container,
      object: name,
      query: versionQuery(target),
      headers: { ...readHeaders(scope, target), ...(range !== undefined && { range }) },
      ...getFields(request),
      idempotent: true,
    });
  } catch (failure) {
    throw replaced(failure, target);
  }
  return yield* gotFrom(response, target, request, wholeOf, objectOf);
}

function wholeOf(headers: Headers, total: number | undefined): Got['whole'] {
  return { sizeBytes: total ?? sizeIn(headers), version: headers.etag, checksums: checksumsIn(headers) };
}

function objectOf(headers: Headers, { container, name }: ObjectLocation, sizeBytes: number): S3Object {
  return objectFromHeaders(container, name, headers, sizeBytes);
}

/**
 * Stores an object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function* putObject(
  scope: Scope,
  write: S3Write,
  body: Body,
  { checksums, onProgress }: PutRequest,
): Operation<Put<S3Object>> {
  const { container, name } = write.location;
  const response = yield* send(scope, {
    method: 'PUT',
    container,
    object: name,
    headers: { ...write.requestHeaders, ...write.conditionHeaders, ...checksumHeaders(scope, checksums) },
    body,
    sha256: checksums.sha256,
    onProgress,
    idempotent: true,
  });
  const stored = checksumsIn(response.headers);
  const { etag } = response.headers;
  const { contentType = '', metadata } = write.headers;
  const object: S3Object = {
    container,
    name,
    sizeBytes: body instanceof Uint8Array ? body.length : body.endBytes - body.startBytes,
    ...(etag && { etag, version: etag }),
    ...(Object.keys(stored).length > 0 && { checksums: stored }),
    contentType,
    metadata: { ...metadata },
    extra: extraIn({ ...write.requestHeaders, ...response.headers, 'content-type': contentType }),
  };
  return { object, checksums: stored };
}

/** The header of the checksum that the dialect sends. */
export function checksumHeaders({ dialect: { checksum } }: Scope, checksums: Checksums): Record<string, string> {
  const value = checksum && checksums[checksum];
  return value === undefined ? {} : { [checksumHeader(checksum as Algorithm)]: value };
}

/**
 * Deletes an object, or one version of it. Where a deletion cannot require that the object exists, it is looked up first: one more
 * exchange.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
export function* removeObject(scope: Scope, target: S3Target): Operation<void> {
  const etag = target.ifMatch ?? target.version;
  const isConditional = scope.dialect.deleteConditions && target.versionId === undefined;
  if (isConditional && etag !== undefined) return yield* sendDelete(scope, target, etag);
  if (isConditional) {
    try {
      return yield* sendDelete(scope, target, '*');
    } catch (failure) {
      // The live version is a delete marker; or the service knows only ETags as conditions.
      if (!isCloudError(failure, 'precondition-failed')) throw failure;
    }
  }
  // A version may mark a deletion, which cannot be looked up everywhere.
  if (target.versionId === undefined) yield* headObject(scope, target);
  yield* sendDelete(scope, target, undefined);
}

function* sendDelete(scope: Scope, target: S3Target, ifMatch: string | undefined): Operation<void> {
  const { container, name } = target;
  yield* send(scope, {
    method: 'DELETE',
    container,
    object: name,
    query: versionQuery(target),
    ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
    idempotent: true,
    alreadyDone: ({ code }) => code === 'not-found' || (code === 'precondition-failed' && ifMatch === '*'),
  });
}
