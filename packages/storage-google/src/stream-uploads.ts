/**
 * Uploads of the caller's stream, whose length nobody knows. A short one goes in one request; a long one in parts, a few
 * of them at once. Only whole parts leave memory, so each can be sent again, and a source that fails leaves no object.
 *
 * @see https://cloud.google.com/storage/docs/multipart-uploads
 */
import {
  type ByteSource,
  CloudError,
  crc32c,
  isCloudError,
  type Operation,
  parallel,
  pull,
  release,
} from '@isobar/core/provider';
import { checkCompletion, readUploadId, type StoredPart, writeCompletion } from './dialect/documents.ts';
import { integrityFailure } from './failures.ts';
import { mostParts, partSizeBytes, partsAtOnce } from './limits.ts';
import { formatCrc32c, type GoogleObject } from './models.ts';
import { headObject } from './objects.ts';
import { hasReason, type Scope, send } from './requests.ts';
import { type CheckedUpload, putBytes, removeGeneration } from './uploads.ts';

/** What has been read of the source so far: parts are read in order, whatever the order in which they arrive. */
interface Reading {
  ended: boolean;
  sizeBytes: number;
  crc: number;
}

/** Uploads a source to its end. One exchange, or three and one for each part. */
export function* putStream(scope: Scope, upload: CheckedUpload, source: ByteSource): Operation<GoogleObject> {
  try {
    const first = yield* pull(source, partSizeBytes(1));
    if (first.length < partSizeBytes(1)) return yield* putBytes(scope, upload, first);
    return yield* putParts(scope, upload, source, first);
  } finally {
    yield* release(source);
  }
}

function* putParts(
  scope: Scope,
  upload: CheckedUpload,
  source: ByteSource,
  first: Uint8Array,
): Operation<GoogleObject> {
  const { container, object, headers } = upload;
  // A try whose answer is lost leaves an upload without parts behind, which costs nothing; to give up would lose the
  // caller's stream.
  const started = yield* send(scope, {
    method: 'POST',
    container,
    object,
    query: { uploads: '' },
    headers,
    idempotent: true,
  });
  const uploadId = readUploadId(started.body);
  const reading: Reading = { ended: false, sizeBytes: 0, crc: 0 };
  let isComplete = false;
  let generation: string | undefined;
  try {
    const parts = yield* parallel(partOperations(scope, upload, uploadId, source, first, reading), partsAtOnce);
    generation = yield* complete(
      scope,
      upload,
      uploadId,
      parts.filter((part) => part !== undefined),
    );
    isComplete = true;
  } finally {
    if (!isComplete) yield* abort(scope, upload, uploadId);
  }
  return yield* verifyWhole(scope, upload, reading, generation);
}

/** One operation for each part, made when there is a place for it. The last ones may find nothing left to send. */
function* partOperations(
  scope: Scope,
  upload: CheckedUpload,
  uploadId: string,
  source: ByteSource,
  first: Uint8Array,
  reading: Reading,
): Generator<Operation<StoredPart | undefined>> {
  for (let partNumber = 1; !reading.ended; partNumber += 1) {
    const known = partNumber === 1 ? first : undefined;
    yield putPart(scope, upload, uploadId, source, known, partNumber, reading);
  }
}

function* putPart(
  scope: Scope,
  upload: CheckedUpload,
  uploadId: string,
  source: ByteSource,
  known: Uint8Array | undefined,
  partNumber: number,
  reading: Reading,
): Operation<StoredPart | undefined> {
  const { container, object, options } = upload;
  const wanted = partSizeBytes(partNumber);
  const data = known ?? (yield* pull(source, wanted));
  if (data.length < wanted) reading.ended = true;
  if (data.length === 0) return undefined;
  if (partNumber > mostParts) {
    throw new CloudError('invalid-argument', `the source is longer than ${mostParts} parts can hold`, {
      field: 'source',
    });
  }
  reading.crc = crc32c(data, reading.crc);
  reading.sizeBytes += data.length;
  const response = yield* send(scope, {
    method: 'PUT',
    container,
    object,
    query: { partNumber: String(partNumber), uploadId },
    body: data,
    idempotent: true,
  });
  const { etag } = response.headers;
  if (!etag) throw new CloudError('malformed-response', `part ${partNumber} was stored without an ETag`);
  options.onProgress?.({ transferredBytes: reading.sizeBytes });
  return { partNumber, etag };
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
function* abort(scope: Scope, upload: CheckedUpload, uploadId: string): Operation<void> {
  const { container, object } = upload;
  try {
    yield* send(scope, { method: 'DELETE', container, object, query: { uploadId }, idempotent: true });
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
  }
}

/**
 * Objects made of parts have a CRC32C of the whole, which nothing before has been compared with. One exchange.
 *
 * @throws {CloudError} `integrity`; `conflict` when the object was replaced before it could be looked at.
 */
function* verifyWhole(
  scope: Scope,
  upload: CheckedUpload,
  reading: Reading,
  generation: string | undefined,
): Operation<GoogleObject> {
  const { container, object } = upload;
  const stored = yield* lookAt(scope, upload, generation);
  const checksum = formatCrc32c(reading.crc);
  if (stored.sizeBytes === reading.sizeBytes && (stored.extra.crc32c ?? checksum) === checksum) return stored;
  const failure = integrityFailure(
    { container, object },
    `what was stored (${stored.sizeBytes} bytes, CRC32C ${stored.extra.crc32c}) is not what was sent (${reading.sizeBytes} bytes, CRC32C ${checksum})`,
  );
  yield* removeGeneration(scope, upload, generation, failure);
  throw failure;
}

function* lookAt(scope: Scope, upload: CheckedUpload, generation: string | undefined): Operation<GoogleObject> {
  const { container, object } = upload;
  try {
    return yield* headObject(scope, { container, name: object }, generation);
  } catch (failure) {
    if (generation === undefined || !isCloudError(failure, 'not-found')) throw failure;
    const message = 'the object was stored, and replaced by another write before it could be verified';
    throw new CloudError('conflict', message, failure.details, { cause: failure });
  }
}
