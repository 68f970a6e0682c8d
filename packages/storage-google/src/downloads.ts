/** Downloads into memory and piece by piece. Those into files are in `file-downloads.ts`. */
import {
  type ByteRange,
  type ByteStream,
  crc32c,
  type DownloadOptions,
  makeByteStream,
  type ObjectReference,
  type Operation,
  type ResponseStream,
  read,
  release,
} from '@isobar/core/provider';
import { ask, begin, canResume, isAllThere, type Progress, verify } from './download-progress.ts';
import type { Scope } from './requests.ts';

/** Downloads into memory. One exchange; a broken one is repeated as a whole. */
export function* readObject(
  scope: Scope,
  object: ObjectReference,
  options: DownloadOptions = {},
): Operation<Uint8Array> {
  const progress = begin(object, undefined);
  const response = yield* ask(scope, progress, options);
  progress.doneBytes = response.body.length;
  progress.crc = crc32c(response.body);
  verify(progress);
  return response.body;
}

/** Downloads piece by piece. */
export function downloadAsStream(
  scope: Scope,
  object: ObjectReference,
  range: ByteRange | undefined,
  options: DownloadOptions = {},
): ByteStream {
  return makeByteStream(() => {
    const progress = begin(object, range);
    let stream: ResponseStream | undefined;
    let fruitless = 0;
    function* next(): Operation<Uint8Array | undefined> {
      for (;;) {
        stream ??= (yield* ask(scope, progress, {}, { kind: 'stream' })).stream as ResponseStream;
        try {
          const piece = yield* read(stream);
          if (piece === undefined) return void verify(progress);
          fruitless = 0;
          return pass(progress, piece, options);
        } catch (failure) {
          if (isAllThere(progress)) return void verify(progress);
          fruitless += 1;
          if (fruitless >= scope.retry.attempts || !canResume(progress, failure, scope)) throw failure;
        }
        yield* close();
      }
    }
    function* close(): Operation<void> {
      if (stream) yield* release(stream);
      stream = undefined;
    }
    return { next, close };
  });
}

function pass(progress: Progress, piece: Uint8Array, options: DownloadOptions): Uint8Array {
  progress.doneBytes += piece.length;
  progress.crc = crc32c(piece, progress.crc);
  options.onProgress?.({ transferredBytes: progress.doneBytes, totalBytes: progress.expected?.sizeBytes ?? 0 });
  return piece;
}
