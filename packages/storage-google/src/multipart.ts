/**
 * Multipart uploads: starting one, its parts, completing, aborting and listing.
 *
 * @see https://cloud.google.com/storage/docs/multipart-uploads
 */
import {
  type BegunUpload,
  type Body,
  CloudError,
  hasReason,
  type ListMultipartUploadsOptions,
  type MultipartUpload,
  type Operation,
  type Page,
  type PartUploads,
  type PutRequest,
  type StoredPart,
} from '@isobar/core/provider';
import { checkCompletion, pairOf, readUploadId, readUploads, writeCompletion } from '@isobar/s3-dialect';
import { type Scope, send } from './requests.ts';
import type { GoogleWrite } from './targets.ts';

/** Uploads in parts, which keep no preconditions. */
export function partUploads(scope: Scope): PartUploads<GoogleWrite> {
  return {
    begin: (write) => begin(scope, write),
    put: (upload, part, body, request) => putPart(scope, upload, part.number, body, request),
    complete: (upload, parts) => complete(scope, upload, parts),
    abort: (upload) => abort(scope, upload),
    list: (container, options, cursor) => listUploads(scope, container, options, cursor),
  };
}

function* begin(scope: Scope, { location, requestHeaders }: GoogleWrite): Operation<BegunUpload> {
  const { container, name } = location;
  // An attempt whose response is lost leaves an upload without parts behind, which costs nothing. Without a retry the
  // caller's stream would be lost.
  const response = yield* send(scope, {
    method: 'POST',
    container,
    object: name,
    query: { uploads: '' },
    headers: requestHeaders,
    idempotent: true,
  });
  return { container, name, uploadId: readUploadId(response.body) };
}

function* putPart(
  scope: Scope,
  { container, name, uploadId }: BegunUpload,
  number: number,
  body: Body,
  { compute, onProgress }: PutRequest,
): ReturnType<PartUploads['put']> {
  const response = yield* send(scope, {
    method: 'PUT',
    container,
    object: name,
    query: { partNumber: String(number), uploadId },
    body,
    ...(compute.length > 0 && { checksums: compute }),
    ...(onProgress && { onProgress }),
    idempotent: true,
  });
  const { etag } = response.headers;
  if (!etag) throw new CloudError('malformed-response', `part ${number} was stored without an ETag`);
  return { tag: etag, sent: response.passed?.checksums };
}

/** Completes an upload. @returns The object's generation, unless the response with it was lost. */
function* complete(
  scope: Scope,
  { container, name, uploadId }: BegunUpload,
  parts: readonly StoredPart[],
): Operation<string | undefined> {
  const response = yield* send(scope, {
    method: 'POST',
    container,
    object: name,
    query: { uploadId },
    headers: { 'content-type': 'application/xml' },
    body: writeCompletion(parts.map(({ number, tag }) => ({ partNumber: number, etag: tag }))),
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'NoSuchUpload'),
  });
  if (response.status === 200) checkCompletion(response.body);
  return response.headers['x-goog-generation'];
}

function* abort(scope: Scope, { container, name, uploadId }: BegunUpload): Operation<void> {
  yield* send(scope, {
    method: 'DELETE',
    container,
    object: name,
    query: { uploadId },
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'NoSuchUpload'),
  });
}

/**
 * A page of unfinished uploads.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-uploads
 */
function* listUploads(
  scope: Scope,
  container: string,
  { prefix }: ListMultipartUploadsOptions,
  cursor: string | undefined,
): Operation<Page<MultipartUpload>> {
  const [key, uploadId] = pairOf(cursor) ?? [];
  const query = {
    uploads: '',
    ...(prefix && { prefix }),
    ...(key !== undefined && uploadId !== undefined && { 'key-marker': key, 'upload-id-marker': uploadId }),
  };
  const response = yield* send(scope, { method: 'GET', container, query, idempotent: true });
  const { uploads, next } = readUploads(response.body);
  return { items: uploads.map((upload) => ({ container, ...upload })), ...(next && { cursor: JSON.stringify(next) }) };
}
