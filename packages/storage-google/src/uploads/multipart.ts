/**
 * Multipart uploads: starting, completing and aborting one, and verifying the object. `stream-uploads.ts` and
 * `file-uploads.ts` make the parts.
 *
 * @see https://cloud.google.com/storage/docs/multipart-uploads
 */
import {
  CloudError,
  type ContainerReference,
  cleanUp,
  describe,
  hasReason,
  invalidArgument,
  isCloudError,
  type Listing,
  type ListMultipartUploadsOptions,
  type MultipartUpload,
  makeListing,
  type Operation,
  type Page,
  parallel,
  type RequestBody,
} from '@isobar/core/provider';
import {
  checkCompletion,
  pairOf,
  readUploadId,
  readUploads,
  type StoredPart,
  writeCompletion,
} from '@isobar/s3-dialect';
import { maxConcurrentParts } from '../limits.ts';
import type { GoogleObject } from '../models.ts';
import { bucketNameOf, checkedLocation } from '../names.ts';
import { type Scope, send } from '../requests.ts';
import { type CheckedUpload, type Sent, verifyWhole } from './uploads.ts';

/** Uploads one part. @returns The stored part, and the checksum of a file's bytes as they were sent. */
export type PutPart = (
  partNumber: number,
  body: RequestBody,
  onProgress?: (transferredBytes: number) => void,
) => Operation<StoredPart & { readonly crc32c: number | undefined }>;

/**
 * Uploads an object in concurrent parts. Three exchanges and one per part. After any failure, including one of the
 * caller's source, the upload is aborted.
 *
 * @param partOperations Makes the operations that upload the parts, lazily. An operation returns `undefined` when there
 * is nothing left to upload.
 * @param sent Returns the size and checksum of what was sent; called when all parts are stored.
 * @throws {CloudError} `integrity` when the object differs from what was sent.
 */
export function* uploadInParts(
  scope: Scope,
  upload: CheckedUpload,
  partOperations: (putPart: PutPart) => Iterable<Operation<StoredPart | undefined>>,
  sent: () => Sent,
): Operation<GoogleObject> {
  const uploadId = yield* initiate(scope, upload);
  let isComplete = false;
  let generation: string | undefined;
  try {
    const operations = partOperations((...part) => putPart(scope, upload, uploadId, ...part));
    const parts = yield* parallel(operations, maxConcurrentParts);
    const stored = parts.filter((part) => part !== undefined);
    generation = yield* complete(scope, upload, uploadId, stored);
    isComplete = true;
  } finally {
    if (!isComplete) yield* cleanUp(tryAbort(scope, upload, uploadId));
  }
  return yield* verifyWhole(scope, upload, sent(), generation);
}

function* initiate(scope: Scope, upload: CheckedUpload): Operation<string> {
  const { container, object, headers } = upload;
  // An attempt whose response is lost leaves an upload without parts behind, which costs nothing. Without a retry the
  // caller's stream would be lost.
  const response = yield* send(scope, {
    method: 'POST',
    container,
    object,
    query: { uploads: '' },
    headers,
    idempotent: true,
  });
  return readUploadId(response.body);
}

function* putPart(
  scope: Scope,
  upload: CheckedUpload,
  uploadId: string,
  partNumber: number,
  body: RequestBody,
  onProgress?: (transferredBytes: number) => void,
): ReturnType<PutPart> {
  const { container, object } = upload;
  const response = yield* send(scope, {
    method: 'PUT',
    container,
    object,
    query: { partNumber: String(partNumber), uploadId },
    body,
    idempotent: true,
    ...(onProgress && { onProgress }),
  });
  const { etag } = response.headers;
  if (!etag) throw new CloudError('malformed-response', `part ${partNumber} was stored without an ETag`);
  return { partNumber, etag, crc32c: response.passed?.crc32c };
}

/** Completes an upload. @returns The object's generation, unless the response with it was lost. */
function* complete(
  scope: Scope,
  upload: CheckedUpload,
  uploadId: string,
  parts: readonly StoredPart[],
): Operation<string | undefined> {
  const { container, object } = upload;
  const response = yield* send(scope, {
    method: 'POST',
    container,
    object,
    query: { uploadId },
    headers: { 'content-type': 'application/xml' },
    body: writeCompletion(parts),
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'NoSuchUpload'),
  });
  if (response.status === 200) checkCompletion(response.body);
  return response.headers['x-goog-generation'];
}

/** Aborts an upload. Ignores a failure, which would hide the reason why the upload failed. */
function* tryAbort(scope: Scope, upload: CheckedUpload, uploadId: string): Operation<void> {
  const { container, object } = upload;
  try {
    yield* abort(scope, { container, name: object, uploadId });
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
  }
}

function* abort(scope: Scope, upload: MultipartUpload): Operation<void> {
  const { container, name, uploadId } = upload;
  yield* send(scope, {
    method: 'DELETE',
    container,
    object: name,
    query: { uploadId },
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'NoSuchUpload'),
  });
}

/** Aborts an unfinished upload. One exchange. */
export function* abortMultipartUpload(scope: Scope, upload: MultipartUpload): Operation<void> {
  const location = checkedLocation(upload, 'upload');
  const { uploadId } = upload;
  if (typeof uploadId !== 'string' || uploadId === '') {
    throw invalidArgument('upload.uploadId', `must be the id of an upload, not ${describe(uploadId)}`);
  }
  yield* abort(scope, { ...location, uploadId });
}

/**
 * Unfinished uploads. One exchange per page.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-uploads
 */
export function iterateMultipartUploads(
  scope: Scope,
  container: ContainerReference,
  options: ListMultipartUploadsOptions = {},
): Listing<MultipartUpload> {
  return makeListing(function* (cursor?: string): Operation<Page<MultipartUpload>> {
    const name = bucketNameOf(container);
    const { prefix } = options;
    if (prefix !== undefined && (typeof prefix !== 'string' || !prefix.isWellFormed())) {
      throw invalidArgument('prefix', `must be a well-formed string, not ${describe(prefix)}`);
    }
    const query = { uploads: '', ...(prefix && { prefix }), ...markersOf(cursor) };
    const response = yield* send(scope, { method: 'GET', container: name, query, idempotent: true });
    const { uploads, next } = readUploads(response.body);
    const items = uploads.map((upload) => ({ container: name, ...upload }));
    return { items, ...(next && { cursor: JSON.stringify(next) }) };
  });
}

/** The two markers in a cursor: the last key and the last upload of that key. */
function markersOf(cursor: string | undefined): Record<string, string> {
  const [key, uploadId] = pairOf(cursor) ?? [];
  return key === undefined || uploadId === undefined ? {} : { 'key-marker': key, 'upload-id-marker': uploadId };
}
