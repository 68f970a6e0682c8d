/**
 * Uploads of a caller's stream of unknown length. A short one is sent in one request, a long one in parts. Each part is
 * held in memory until it is stored, so it can be sent again. A source that fails leaves no object behind.
 */
import { type ByteSource, CloudError, cleanUp, crc32c, type Operation, pull, release } from '@isobar/core/provider';
import type { StoredPart } from '@isobar/s3-dialect';
import { maxParts, partSizeBytes } from '../limits.ts';
import type { GoogleObject } from '../models.ts';
import type { Scope } from '../requests.ts';
import { type PutPart, uploadInParts } from './multipart.ts';
import { putStreamInSession } from './resumable-transfers.ts';
import { type CheckedUpload, putBytes } from './uploads.ts';

/** The state of reading a source. Parts are read in order, but may be stored in any order. */
interface Reading {
  readonly source: ByteSource;
  /** Read ahead, to find out whether the source is short. */
  readonly first: Uint8Array;
  ended: boolean;
  sizeBytes: number;
  crc32c: number;
  /** Bytes of the parts that are stored. */
  storedBytes: number;
}

/** Uploads a source. One exchange, or three and one per part; with a condition two and one per 8 MiB. */
export function* putStream(scope: Scope, upload: CheckedUpload, source: ByteSource): Operation<GoogleObject> {
  try {
    const first = yield* pull(source, partSizeBytes(1));
    if (first.length < partSizeBytes(1)) return yield* putBytes(scope, upload, first);
    // Multipart uploads do not support preconditions.
    if (upload.isConditional) return yield* putStreamInSession(scope, upload, source, first);
    const reading: Reading = { source, first, ended: false, sizeBytes: 0, crc32c: 0, storedBytes: 0 };
    const operations = (putPart: PutPart) => partOperations(upload, reading, putPart);
    return yield* uploadInParts(scope, upload, operations, () => reading);
  } finally {
    yield* cleanUp(release(source));
  }
}

/** One operation per part, made when there is capacity for it. The last ones may find nothing left to send. */
function* partOperations(
  upload: CheckedUpload,
  reading: Reading,
  putPart: PutPart,
): Generator<Operation<StoredPart | undefined>> {
  for (let partNumber = 1; !reading.ended; partNumber += 1) yield nextPart(upload, reading, putPart, partNumber);
}

function* nextPart(
  upload: CheckedUpload,
  reading: Reading,
  putPart: PutPart,
  partNumber: number,
): Operation<StoredPart | undefined> {
  const wanted = partSizeBytes(partNumber);
  const data = partNumber === 1 ? reading.first : yield* pull(reading.source, wanted);
  if (data.length < wanted) reading.ended = true;
  if (data.length === 0) return undefined;
  if (partNumber > maxParts) {
    const message = `the source is longer than ${maxParts} parts can hold`;
    throw new CloudError('invalid-argument', message, { field: 'source' });
  }
  reading.crc32c = crc32c(data, reading.crc32c);
  reading.sizeBytes += data.length;
  const part = yield* putPart(partNumber, data);
  reading.storedBytes += data.length;
  upload.options.onProgress?.({ transferredBytes: reading.storedBytes });
  return part;
}
