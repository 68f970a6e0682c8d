/**
 * Uploads of the caller's stream, whose length nobody knows. A short one goes in one request, a long one in parts. Only
 * whole parts leave memory, so each can be sent again, and a source that fails leaves no object.
 */
import { type ByteSource, CloudError, cleanUp, crc32c, type Operation, pull, release } from '@isobar/core/provider';
import type { StoredPart } from '../dialect/documents.ts';
import { maxParts, partSizeBytes } from '../limits.ts';
import type { GoogleObject } from '../models.ts';
import type { Scope } from '../requests.ts';
import { type PutPart, uploadInParts } from './multipart.ts';
import { putStreamInSession } from './resumable-transfers.ts';
import { type CheckedUpload, putBytes } from './uploads.ts';

/** What has been read of the source so far: parts are read in order, whatever the order in which they arrive. */
interface Reading {
  readonly source: ByteSource;
  /** Read already, to see whether the source is a short one. */
  readonly first: Uint8Array;
  ended: boolean;
  sizeBytes: number;
  crc32c: number;
  /** Bytes of the parts that have arrived. */
  storedBytes: number;
}

/** Uploads a source to its end. One exchange, or three and one for each part; on a condition two and one for each 8 MiB. */
export function* putStream(scope: Scope, upload: CheckedUpload, source: ByteSource): Operation<GoogleObject> {
  try {
    const first = yield* pull(source, partSizeBytes(1));
    if (first.length < partSizeBytes(1)) return yield* putBytes(scope, upload, first);
    // Uploads in parts know no preconditions.
    if (upload.isConditional) return yield* putStreamInSession(scope, upload, source, first);
    const reading: Reading = { source, first, ended: false, sizeBytes: 0, crc32c: 0, storedBytes: 0 };
    const operations = (putPart: PutPart) => partOperations(upload, reading, putPart);
    return yield* uploadInParts(scope, upload, operations, () => reading);
  } finally {
    yield* cleanUp(release(source));
  }
}

/** One operation for each part, made when there is a place for it. The last ones may find nothing left to send. */
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
