/** Downloads into memory and piece by piece. Those into files are in `file-downloads.ts`. */
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
import { ask, begin, canResume, isAllThere, needsMd5, type Progress, verify } from './download-progress.ts';

/** Downloads into memory. One exchange; a broken one is repeated as a whole. */
export function* readObject(
  scope: Scope,
  object: ObjectReference,
  options: GoogleDownloadOptions = {},
): Operation<Uint8Array> {
  const progress = begin(object, undefined, options);
  const { body, passed } = yield* ask(scope, progress, options);
  // What passed was decoded: the checksum is that of the bytes as they are stored.
  progress.doneBytes = passed?.sizeBytes ?? body.length;
  progress.crc = passed?.crc32c ?? crc32c(body);
  verify(
    progress,
    !passed && needsMd5(progress) ? nodeCrypto().createHash('md5').update(body).digest('base64') : undefined,
  );
  return body;
}

/** Downloads piece by piece. */
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
        reader ??= readerOf(scope, begin(object, range, options), options);
        return yield* reader.next();
      },
      *close() {
        if (reader) yield* reader.close();
      },
    };
  });
}

/** Reads one pass over an object, resuming where it breaks. */
function readerOf(scope: Scope, progress: Progress, options: GoogleDownloadOptions): ByteReader {
  let stream: ResponseStream | undefined;
  /** Whether pieces come decoded. A decoded stream that breaks cannot go on, as it has no range to go on with. */
  let isDecoded = false;
  let deliveredBytes = 0;
  let md5: RunningHash | undefined;
  const digest = (): string | undefined => md5?.copy().digest('base64');
  let fruitless = 0;
  function* next(): Operation<Uint8Array | undefined> {
    for (;;) {
      stream ??= yield* open();
      let piece: Uint8Array | undefined;
      // Only the read: what a caller's progress function throws must pass.
      try {
        piece = yield* read(stream);
      } catch (failure) {
        if (!isCloudError(failure)) throw failure;
        if (!isDecoded && isAllThere(progress)) return void verify(progress, digest());
        fruitless += 1;
        const isLost = isDecoded && deliveredBytes > 0;
        if (isLost || fruitless >= scope.retry.attempts || !canResume(progress, failure, scope)) throw failure;
        yield* close();
        continue;
      }
      if (piece === undefined) return yield* end(stream);
      fruitless = 0;
      return pass(piece);
    }
  }
  function* open(): Operation<ResponseStream> {
    const response = yield* ask(scope, progress, {}, { kind: 'stream' });
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
