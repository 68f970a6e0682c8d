/**
 * Sends bytes to a resumable session: the rest of a file, or a whole stream of the caller's. Either may have the
 * maximum size of an object: a file is read as it is sent, and at most two chunks of a stream are in memory.
 */
import {
  type ByteSource,
  CloudError,
  cleanUp,
  combineCrc32c,
  crc32c,
  type FileRange,
  fileCrc32c,
  type HttpResponse,
  isCloudError,
  type Operation,
  pull,
  type TransferOptions,
} from '@isobar/core/provider';
import { firstPartBytes, resumableChunkBytes } from '../limits.ts';
import { formatCrc32c, type GoogleObject } from '../models.ts';
import type { Scope } from '../requests.ts';
import { type Chunk, cancelSession, putChunk, type Session, startSession, subjectOf } from './resumable-sessions.ts';
import { type CheckedUpload, type Sent, verifyWhole } from './uploads.ts';

/**
 * Uploads a file through a new session, which is cancelled after any failure. Three exchanges up to 16 MiB, one more
 * per further 16 MiB.
 */
export function* putFileInSession(scope: Scope, upload: CheckedUpload, file: FileRange): Operation<GoogleObject> {
  return yield* inSession(scope, upload, (session) => sendFile(scope, session, file, 0, upload.options.onProgress));
}

/** Uploads a stream through a new session, which is cancelled after any failure. */
export function* putStreamInSession(
  scope: Scope,
  upload: CheckedUpload,
  source: ByteSource,
  first: Uint8Array,
): Operation<GoogleObject> {
  return yield* inSession(scope, upload, (session) =>
    sendStream(scope, session, source, first, upload.options.onProgress),
  );
}

function* inSession(
  scope: Scope,
  upload: CheckedUpload,
  fill: (session: Session) => Operation<GoogleObject>,
): Operation<GoogleObject> {
  const session = yield* startSession(scope, upload);
  let isDone = false;
  try {
    const object = yield* fill(session);
    isDone = true;
    return object;
  } finally {
    if (!isDone) yield* cleanUp(tryCancel(scope, session));
  }
}

/** Ignores a failure, which would hide the reason why the upload failed. A session that is left behind expires. */
function* tryCancel(scope: Scope, session: Session): Operation<void> {
  try {
    yield* cancelSession({ ...scope, retry: { ...scope.retry, attempts: 1 } }, session);
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
  }
}

/**
 * Sends the rest of a file, and verifies the whole object, including bytes that other processes sent.
 *
 * @throws {CloudError} `integrity` when the bytes sent before are not the start of this file.
 */
export function* sendFile(
  scope: Scope,
  session: Session,
  file: FileRange,
  storedBytes: number,
  onProgress: TransferOptions['onProgress'],
): Operation<GoogleObject> {
  const { endBytes: sizeBytes } = file;
  const range = (startBytes: number, endBytes: number): FileRange => ({ ...file, startBytes, endBytes });
  let position = storedBytes;
  let crc = yield* fileCrc32c(range(0, position));
  for (let setbacks = 0; setbacks < scope.retry.attempts; ) {
    const start = position;
    const end = Math.min(start + resumableChunkBytes, sizeBytes);
    const crcWithChunk = combineCrc32c(crc, yield* fileCrc32c(range(start, end)), end - start);
    const chunk: Chunk = {
      startBytes: start,
      endBytes: end,
      body: { ...range(start, end), checksum: false },
      ...(end === sizeBytes && { totalBytes: sizeBytes, checksum: formatCrc32c(crcWithChunk) }),
    };
    const watch =
      onProgress && ((bytes: number) => onProgress({ transferredBytes: start + bytes, totalBytes: sizeBytes }));
    const state = yield* putChunk(scope, session, chunk, watch);
    position = state.storedBytes;
    if (state.finished)
      return yield* verifySession(scope, session, state.finished, { sizeBytes, crc32c: crcWithChunk });
    if (position > sizeBytes) throw tooManyStored(session, position, sizeBytes);
    if (position === end) crc = crcWithChunk;
    else if (position > start) crc = combineCrc32c(crc, yield* fileCrc32c(range(start, position)), position - start);
    else {
      // The service has lost stored bytes.
      setbacks += 1;
      crc = yield* fileCrc32c(range(0, position));
    }
  }
  throw new CloudError('unavailable', 'the service repeatedly lost stored bytes', subjectOf(session));
}

/** The error when more bytes are stored than the file has. */
export function tooManyStored(session: Session, storedBytes: number, sizeBytes: number): CloudError {
  const message = `${storedBytes} bytes are stored, but the file has ${sizeBytes}: it is not the file that the upload started with`;
  return new CloudError('conflict', message, subjectOf(session));
}

/** Sends a stream to its end. Reads one chunk ahead, because the last chunk must be marked. */
function* sendStream(
  scope: Scope,
  session: Session,
  source: ByteSource,
  first: Uint8Array,
  onProgress: TransferOptions['onProgress'],
): Operation<GoogleObject> {
  let data = first;
  let position = 0;
  let crc = 0;
  for (;;) {
    const next = yield* pull(source, data.length < firstPartBytes ? 0 : firstPartBytes);
    const end = position + data.length;
    crc = crc32c(data, crc);
    const last = next.length === 0 && { totalBytes: end, checksum: formatCrc32c(crc) };
    const finished = yield* sendBytes(scope, session, { startBytes: position, endBytes: end, body: data, ...last });
    onProgress?.({ transferredBytes: end });
    if (finished) return yield* verifySession(scope, session, finished, { sizeBytes: end, crc32c: crc });
    position = end;
    data = next;
  }
}

/** Sends a chunk until the service has stored all of it. @returns The response that completes the session, if any. */
function* sendBytes(
  scope: Scope,
  session: Session,
  chunk: Chunk & { readonly body: Uint8Array },
): Operation<HttpResponse | undefined> {
  let { startBytes, body } = chunk;
  for (;;) {
    const { finished, storedBytes } = yield* putChunk(scope, session, { ...chunk, startBytes, body });
    if (finished || (storedBytes === chunk.endBytes && chunk.totalBytes === undefined)) return finished;
    if (storedBytes < startBytes || storedBytes > chunk.endBytes) {
      throw new CloudError('unavailable', 'the service lost stored bytes', subjectOf(session));
    }
    body = body.subarray(storedBytes - startBytes);
    startBytes = storedBytes;
  }
}

function* verifySession(scope: Scope, session: Session, finished: HttpResponse, sent: Sent): Operation<GoogleObject> {
  return yield* verifyWhole(scope, session, sent, finished.headers['x-goog-generation']);
}
