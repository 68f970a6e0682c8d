/**
 * Bytes into a resumable session: a file from where the session stopped, or a caller's stream from its start. Either may
 * be as long as an object can be: a file is read as it is sent, of a stream two chunks are in memory.
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
 * Uploads a file through a session that is made and, on any failure, dropped here. Three exchanges for 16 MiB, one more
 * for each further 16.
 */
export function* putFileInSession(scope: Scope, upload: CheckedUpload, file: FileRange): Operation<GoogleObject> {
  return yield* inSession(scope, upload, (session) => sendFile(scope, session, file, 0, upload.options.onProgress));
}

/** Uploads a stream through a session that is made and, on any failure, dropped here. */
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

/** Its own failure would hide why the upload ended; a session that is left behind expires by itself. */
function* tryCancel(scope: Scope, session: Session): Operation<void> {
  try {
    yield* cancelSession({ ...scope, retry: { ...scope.retry, attempts: 1 } }, session);
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
  }
}

/**
 * Sends a file from where a session stopped, and verifies the object as a whole, also what others have sent of it.
 *
 * @throws {CloudError} `integrity` when what was sent before is not the beginning of this file.
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
  let at = storedBytes;
  let crc = yield* fileCrc32c(range(0, at));
  for (let setbacks = 0; setbacks < scope.retry.attempts; ) {
    const start = at;
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
    at = state.storedBytes;
    if (state.finished)
      return yield* verifySession(scope, session, state.finished, { sizeBytes, crc32c: crcWithChunk });
    if (at > sizeBytes) throw tooMuch(session, at, sizeBytes);
    if (at === end) crc = crcWithChunk;
    else if (at > start) crc = combineCrc32c(crc, yield* fileCrc32c(range(start, at)), at - start);
    else {
      // The service has lost some of what it had.
      setbacks += 1;
      crc = yield* fileCrc32c(range(0, at));
    }
  }
  throw new CloudError('unavailable', 'the service lost again and again what it had stored', subjectOf(session));
}

/** More is stored than there is to send. */
export function tooMuch(session: Session, storedBytes: number, sizeBytes: number): CloudError {
  const message = `${storedBytes} bytes are stored already, but the file has ${sizeBytes}: it is not the one that the upload was begun with`;
  return new CloudError('conflict', message, subjectOf(session));
}

/** Sends a stream to its end, always one chunk ahead, as the last one must say so. */
function* sendStream(
  scope: Scope,
  session: Session,
  source: ByteSource,
  first: Uint8Array,
  onProgress: TransferOptions['onProgress'],
): Operation<GoogleObject> {
  let data = first;
  let at = 0;
  let crc = 0;
  for (;;) {
    const next = yield* pull(source, data.length < firstPartBytes ? 0 : firstPartBytes);
    const end = at + data.length;
    crc = crc32c(data, crc);
    const last = next.length === 0 && { totalBytes: end, checksum: formatCrc32c(crc) };
    const finished = yield* sendBytes(scope, session, { startBytes: at, endBytes: end, body: data, ...last });
    onProgress?.({ transferredBytes: end });
    if (finished) return yield* verifySession(scope, session, finished, { sizeBytes: end, crc32c: crc });
    at = end;
    data = next;
  }
}

/** Sends bytes until the service has kept all of them. @returns The answer to the last ones of all. */
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
      throw new CloudError('unavailable', 'the service lost what it had stored', subjectOf(session));
    }
    body = body.subarray(storedBytes - startBytes);
    startBytes = storedBytes;
  }
}

function* verifySession(scope: Scope, session: Session, finished: HttpResponse, sent: Sent): Operation<GoogleObject> {
  return yield* verifyWhole(scope, session, sent, finished.headers['x-goog-generation']);
}
