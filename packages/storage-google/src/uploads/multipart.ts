/**
 * Uploads in parts: how one is begun, completed and dropped, and how the object that comes of it is verified. What the
 * parts are is up to `stream-uploads.ts` and `file-uploads.ts`.
 *
 * @see https://cloud.google.com/storage/docs/multipart-uploads
 */
import {
  CloudError,
  type ContainerReference,
  cleanUp,
  describe,
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
import { pairOf } from '../cursors.ts';
import { checkCompletion, readUploadId, readUploads, type StoredPart, writeCompletion } from '../dialect/documents.ts';
import { partsAtOnce } from '../limits.ts';
import type { GoogleObject } from '../models.ts';
import { bucketNameOf, checkedLocation } from '../names.ts';
import { hasReason, type Scope, send } from '../requests.ts';
import { type CheckedUpload, type Sent, verifyWhole } from './uploads.ts';

/** Stores one part. @returns What completing needs to know of it, and the answer's account of a file's bytes. */
export type PutPart = (
  partNumber: number,
  body: RequestBody,
  onProgress?: (transferredBytes: number) => void,
) => Operation<StoredPart & { readonly crc32c: number | undefined }>;

/**
 * Uploads in parts, a few at once. Three exchanges and one for each part. On any failure, also of the caller's source,
 * what was stored is dropped.
 *
 * @param partOperations Makes the operations that store the parts, lazily; one that finds nothing left gives `undefined`.
 * @param sent What was sent; called when all parts have been stored.
 * @throws {CloudError} `integrity` when the object is not what was sent.
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
    const parts = yield* parallel(operations, partsAtOnce);
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
  // A try whose answer is lost leaves an upload without parts behind, which costs nothing; to give up would lose the
  // caller's stream.
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

/** Makes the parts one object. @returns Its generation, unless the answer that told it was lost. */
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

/** Drops what was stored of an upload. Its own failure would hide why the upload ended. */
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

/** Drops an upload that somebody began. One exchange. */
export function* abortMultipartUpload(scope: Scope, upload: MultipartUpload): Operation<void> {
  const location = checkedLocation(upload, 'upload');
  const { uploadId } = upload;
  if (typeof uploadId !== 'string' || uploadId === '') {
    throw invalidArgument('upload.uploadId', `must be the id of an upload, not ${describe(uploadId)}`);
  }
  yield* abort(scope, { ...location, uploadId });
}

/**
 * Uploads that have not ended. One exchange a page.
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

/** A cursor is what the service calls two markers: the last key and the last upload of that key. */
function markersOf(cursor: string | undefined): Record<string, string> {
  const [key, uploadId] = pairOf(cursor) ?? [];
  return key === undefined || uploadId === undefined ? {} : { 'key-marker': key, 'upload-id-marker': uploadId };
}
