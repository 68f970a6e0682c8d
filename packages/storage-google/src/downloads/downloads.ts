/** Downloads into memory and as streams. Downloads into files are in `file-downloads.ts`. */
import {
  type ByteRange,
  type ByteReader,
  type ByteStream,
  crc32c,
  isCloudError,
  makeByteStream,
  nodeCrypto,
  type ObjectReference,
  type Operation,
  passed,
  type ResponseStream,
  type RunningHash,
  read,
  release,
} from '@isobar/core/provider';
import type { GoogleDownloadOptions } from '../call-options.ts';
import type { Scope } from '../requests.ts';
import {
  canResume,
  initialProgress,
  isComplete,
  needsMd5,
  type Progress,
  requestMissing,
  verify,
} from './download-progress.ts';

/** Downloads into memory. One exchange; a broken one is retried as a whole. */
export function* readObject(
  scope: Scope,
  object: ObjectReference,
  options: GoogleDownloadOptions = {},
): Operation<Uint8Array> {
  const progress = initialProgress(object, undefined, options);
  const { body, passed } = yield* requestMissing(scope, progress, options);
  // `passed` is set when the bytes were decoded: it describes them as stored.
  progress.doneBytes = passed?.sizeBytes ?? body.length;
  progress.crc = passed?.crc32c ?? crc32c(body);
  verify(
    progress,
    !passed && needsMd5(progress) ? nodeCrypto().createHash('md5').update(body).digest('base64') : undefined,
  );
  return body;
}

/** Downloads as a stream. */
export function downloadAsStream(
  scope: Scope,
  object: ObjectReference,
  range: ByteRange | undefined,
  options: GoogleDownloadOptions = {},
): ByteStream {
  return makeByteStream(() => {
    let reader: ByteReader | undefined;
    return {
      *next() {
        reader ??= readerOf(scope, initialProgress(object, range, options), options);
        return yield* reader.next();
      },
      *close() {
        if (reader) yield* reader.close();
      },
    };
  });
}

/** Reads an object once, and resumes after a broken connection. */
function readerOf(scope: Scope, progress: Progress, options: GoogleDownloadOptions): ByteReader {
  let stream: ResponseStream | undefined;
  /** Whether pieces are decoded. A broken decoded stream cannot resume, because it has no ranges. */
  let isDecoded = false;
  let deliveredBytes = 0;
  let md5: RunningHash | undefined;
  const digest = (): string | undefined => md5?.copy().digest('base64');
  let failedReads = 0;
  function* next(): Operation<Uint8Array | undefined> {
    for (;;) {
      stream ??= yield* open();
      let piece: Uint8Array | undefined;
      // Only the read: errors from the caller's `onProgress` must pass unchanged.
      try {
        piece = yield* read(stream);
      } catch (failure) {
        if (!isCloudError(failure)) throw failure;
        if (!isDecoded && isComplete(progress)) return void verify(progress, digest());
        failedReads += 1;
        const isLost = isDecoded && deliveredBytes > 0;
        if (isLost || failedReads >= scope.retry.attempts || !canResume(progress, failure, scope)) throw failure;
        yield* close();
        continue;
      }
      if (piece === undefined) return yield* end(stream);
      failedReads = 0;
      return pass(piece);
    }
  }
  function* open(): Operation<ResponseStream> {
    const response = yield* requestMissing(scope, progress, {}, { kind: 'stream' });
    isDecoded = progress.decompress && response.headers['content-encoding'] === 'gzip';
    if (needsMd5(progress)) md5 ??= nodeCrypto().createHash('md5');
    return response.stream as ResponseStream;
  }
  function pass(piece: Uint8Array): Uint8Array {
    deliveredBytes += piece.length;
    if (isDecoded) {
      options.onProgress?.({ transferredBytes: deliveredBytes });
      return piece;
    }
    progress.doneBytes = deliveredBytes;
    progress.crc = crc32c(piece, progress.crc);
    md5?.update(piece);
    options.onProgress?.({ transferredBytes: deliveredBytes, totalBytes: progress.expected?.sizeBytes ?? 0 });
    return piece;
  }
  function* end(ended: ResponseStream): Operation<undefined> {
    if (!isDecoded) return void verify(progress, digest());
    const { sizeBytes, crc32c: crc = 0 } = yield* passed(ended);
    progress.doneBytes = sizeBytes;
    progress.crc = crc;
    verify(progress);
    return undefined;
  }
  function* close(): Operation<void> {
    if (stream) yield* release(stream);
    stream = undefined;
  }
  return { next, close };
}
