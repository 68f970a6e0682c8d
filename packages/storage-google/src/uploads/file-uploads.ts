/**
 * Uploads of files. Small files are sent in one request. Larger files are sent in concurrent parts, which are read from
 * disk as they are sent and never held in memory; a lost connection costs one part.
 */
import {
  combineCrc32c,
  type FileRange,
  type FileSlice,
  type HttpResponse,
  invalidArgument,
  type Operation,
  stat,
} from '@isobar/core/provider';
import type { StoredPart } from '@isobar/s3-dialect';
import { filePartBytes, maxSinglePutBytes } from '../limits.ts';
import { formatCrc32c, type GoogleObject } from '../models.ts';
import { progressOfParts } from '../parts-progress.ts';
import { type Scope, send } from '../requests.ts';
import { type PutPart, uploadInParts } from './multipart.ts';
import { putFileInSession } from './resumable-transfers.ts';
import { appliedUpload, type CheckedUpload, storedBy, uploadedObject, verifyStored } from './uploads.ts';

/** Uploads a file. One exchange, or three and one per part. */
export function* putFile(scope: Scope, upload: CheckedUpload, filePath: string): Operation<GoogleObject> {
  const file = yield* wholeFile(filePath);
  if (file.endBytes <= maxSinglePutBytes) return yield* putWhole(scope, upload, file);
  // Multipart uploads do not support preconditions.
  if (upload.isConditional) return yield* putFileInSession(scope, upload, file);
  return yield* putParts(scope, upload, file);
}

/**
 * The range of a whole file, pinned to its current version: it must not change before it has been read.
 *
 * @param filePath A checked path, see `pathOf`.
 */
export function* wholeFile(filePath: string): Operation<FileRange> {
  const file = yield* stat(filePath, 'filePath');
  if (!file) throw invalidArgument('filePath', `does not exist: ${filePath}`);
  const { kind, ...version } = file;
  if (kind !== 'file') throw invalidArgument('filePath', `is a ${kind}, not a file: ${filePath}`);
  return { path: filePath, startBytes: 0, endBytes: version.sizeBytes, version };
}

/**
 * Sends a file in one request. Computes its checksum while reading, and compares it with that of the stored object.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-upload
 */
function* putWhole(scope: Scope, upload: CheckedUpload, file: FileRange): Operation<GoogleObject> {
  const { container, object, headers, options } = upload;
  const { endBytes: sizeBytes } = file;
  const body: FileSlice = { ...file, checksum: true };
  const onProgress = progressOfParts(options.onProgress, () => sizeBytes)(0);
  let response: HttpResponse;
  try {
    response = yield* send(scope, {
      method: 'PUT',
      container,
      object,
      headers,
      body,
      idempotent: true,
      ...(onProgress && { onProgress }),
    });
  } catch (failure) {
    return yield* appliedUpload(scope, upload, failure, sizeBytes, body);
  }
  const checksum = formatCrc32c(response.passed?.crc32c ?? 0);
  yield* verifyStored(scope, upload, storedBy(response, sizeBytes), sizeBytes, checksum);
  return uploadedObject(upload, sizeBytes, response);
}

function* putParts(scope: Scope, upload: CheckedUpload, file: FileRange): Operation<GoogleObject> {
  const { endBytes: sizeBytes } = file;
  const partBytes = filePartBytes(sizeBytes);
  const slices: FileSlice[] = [];
  for (let startBytes = 0; startBytes < sizeBytes; startBytes += partBytes) {
    slices.push({ ...file, startBytes, endBytes: Math.min(startBytes + partBytes, sizeBytes), checksum: true });
  }
  const checksums: number[] = slices.map(() => 0);
  const watch = progressOfParts(upload.options.onProgress, () => sizeBytes);
  function* store(putPart: PutPart, slice: FileSlice, index: number): Operation<StoredPart> {
    const part = yield* putPart(index + 1, slice, watch(index));
    checksums[index] = part.crc32c ?? 0;
    return part;
  }
  const operations = (putPart: PutPart) => slices.map((slice, index) => store(putPart, slice, index));
  return yield* uploadInParts(scope, upload, operations, () => ({
    sizeBytes,
    crc32c: slices.reduce(
      (crc, { startBytes, endBytes }, index) => combineCrc32c(crc, checksums[index] ?? 0, endBytes - startBytes),
      0,
    ),
  }));
}
