/**
 * Uploads in order, for services that keep a condition only so: one chunk after the other, each continued from what the
 * service has stored of it. A file is read as it is sent, and at most two chunks of a stream are in memory.
 */

import type { Algorithm, Checksums } from '../../../checksums/checksums.ts';
import { combineChecksums, runningChecksums } from '../../../checksums/checksums.ts';
import type { TransferOptions } from '../../../drivers/call-options.ts';
import { CloudError, isCloudError } from '../../../errors.ts';
import { cleanUp, type Operation } from '../../../operations/operation.ts';
import { type FileRange, fileChecksums } from '../../../steps/file-steps.ts';
import type { ObjectLocation } from '../../arguments.ts';
import type { StorageObject } from '../../models.ts';
import type { Chunk, OrderedProgress, OrderedUploads, StorageService } from '../../service.ts';
import { subjectOf, verifyWhole } from '../stored-objects.ts';
import type { PullBytes, Upload } from './upload.ts';

/** Uploads a file through a new session, which is cancelled after any failure. */
export function* putFileInOrder<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  file: FileRange,
): Operation<Item> {
  return yield* inSession(service, upload, (uploads, session) =>
    sendFile(service, uploads, session, file, 0, upload.onProgress),
  );
}

/** Uploads a stream through a new session, which is cancelled after any failure. */
export function* putStreamInOrder<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  pullBytes: PullBytes,
  first: Uint8Array,
): Operation<Item> {
  return yield* inSession(service, upload, (uploads, session) =>
    sendStream(service, uploads, session, pullBytes, first, upload.onProgress),
  );
}

function* inSession<Item extends StorageObject>(
  service: StorageService<Item>,
  { write }: Upload,
  fill: (uploads: OrderedUploads, session: ObjectLocation) => Operation<Item>,
): Operation<Item> {
  const uploads = service.ordered as OrderedUploads;
  const session = yield* uploads.begin(write);
  let isDone = false;
  try {
    const object = yield* fill(uploads, session);
    isDone = true;
    return object;
  } finally {
    if (!isDone) yield* cleanUp(tryCancel(uploads, session));
  }
}

/** Ignores a failure, which would hide the reason why the upload failed. */
function* tryCancel(uploads: OrderedUploads, session: ObjectLocation): Operation<void> {
  try {
    yield* uploads.cancel(session);
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
  }
}

/**
 * Sends the rest of a file, and verifies the whole object, including bytes that other processes sent.
 *
 * @throws {CloudError} `integrity` when the bytes sent before are not the start of this file.
 */
export function* sendFile<Item extends StorageObject, Session extends ObjectLocation>(
  service: StorageService<Item>,
  uploads: Pick<OrderedUploads<never, Session>, 'fileBytes' | 'put'>,
  session: Session,
  file: FileRange,
  storedBytes: number,
  onProgress: TransferOptions['onProgress'],
): Operation<Item> {
  const { endBytes: sizeBytes } = file;
  const algorithms = algorithmsOf(service, session);
  const range = (startBytes: number, endBytes: number): FileRange => ({ ...file, startBytes, endBytes });
  let position = storedBytes;
  let done = yield* fileChecksums(range(0, position), algorithms);
  for (let setbacks = 0; setbacks < service.retry.attempts; ) {
    const start = position;
    const end = Math.min(start + uploads.fileBytes, sizeBytes);
    const ofChunk = yield* fileChecksums(range(start, end), algorithms);
    const withChunk: Checksums = combineChecksums(done, ofChunk, end - start);
    const chunk: Chunk = {
      startBytes: start,
      endBytes: end,
      body: range(start, end),
      ...(end === sizeBytes && { whole: { sizeBytes, checksums: withChunk } }),
    };
    const watch =
      onProgress && ((bytes: number) => onProgress({ transferredBytes: start + bytes, totalBytes: sizeBytes }));
    const { finished, storedBytes: stored } = yield* uploads.put(session, chunk, watch);
    position = stored;
    if (finished) return yield* verifyWhole(service, session, { sizeBytes, checksums: withChunk }, finished.version);
    if (position > sizeBytes) throw tooManyStored(session, position, sizeBytes);
    if (position === end) {
      done = withChunk;
    } else if (position > start) {
      done = combineChecksums(done, yield* fileChecksums(range(start, position), algorithms), position - start);
    } else {
      // The service has lost stored bytes.
      setbacks += 1;
      done = yield* fileChecksums(range(0, position), algorithms);
    }
  }
  throw new CloudError('unavailable', 'the service repeatedly lost stored bytes', subjectOf(session));
}

function algorithmsOf(service: StorageService, { container }: ObjectLocation): readonly Algorithm[] {
  const { checksum } = service.plan(container);
  return checksum ? [checksum.algorithm] : [];
}

/** The error when more bytes are stored than the file has. */
export function tooManyStored(session: ObjectLocation, storedBytes: number, sizeBytes: number): CloudError {
  const message = `${storedBytes} bytes are stored, but the file has ${sizeBytes}: it is not the file that the upload started with`;
  return new CloudError('conflict', message, subjectOf(session));
}

/** Sends a stream to its end. Reads one chunk ahead, because the last chunk must be marked. */
function* sendStream<Item extends StorageObject>(
  service: StorageService<Item>,
  uploads: OrderedUploads,
  session: ObjectLocation,
  pullBytes: PullBytes,
  first: Uint8Array,
  onProgress: TransferOptions['onProgress'],
): Operation<Item> {
  const running = runningChecksums(algorithmsOf(service, session));
  let data = first;
  let position = 0;
  for (;;) {
    const next = yield* pullBytes(data.length < uploads.streamBytes ? 0 : uploads.streamBytes);
    const end = position + data.length;
    running.update(data);
    const whole = next.length === 0 ? { sizeBytes: end, checksums: running.digest() } : undefined;
    const finished = yield* sendBytes(uploads, session, { startBytes: position, endBytes: end, body: data, whole });
    onProgress?.({ transferredBytes: end });
    if (finished)
      return yield* verifyWhole(
        service,
        session,
        whole ?? { sizeBytes: end, checksums: running.digest() },
        finished.version,
      );
    position = end;
    data = next;
  }
}

/** Sends a chunk until the service has stored all of it. @returns The result that completes the session, if any. */
function* sendBytes(
  uploads: OrderedUploads,
  session: ObjectLocation,
  chunk: Chunk & { readonly body: Uint8Array },
): Operation<OrderedProgress['finished']> {
  let { startBytes, body } = chunk;
  for (;;) {
    const { finished, storedBytes } = yield* uploads.put(session, { ...chunk, startBytes, body });
    if (finished || (storedBytes === chunk.endBytes && chunk.whole === undefined)) return finished;
    if (storedBytes < startBytes || storedBytes > chunk.endBytes) {
      throw new CloudError('unavailable', 'the service lost stored bytes', subjectOf(session));
    }
    body = body.subarray(storedBytes - startBytes);
    startBytes = storedBytes;
  }
}
