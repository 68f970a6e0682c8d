/** Downloads into memory and as streams. Downloads into files are in `file-downloads.ts`. */
import { type ByteReader, type ByteStream, concatenate, makeByteStream } from '../../bytes.ts';
import { runningChecksums } from '../../checksums/checksums.ts';
import { isCloudError } from '../../errors.ts';
import type { Operation } from '../../operation.ts';
import type { ByteRange } from '../arguments.ts';
import type { ObjectReference } from '../models.ts';
import type { DownloadOptions } from '../options.ts';
import type { Got, Pieces, StorageService } from '../service.ts';
import {
  canResume,
  type Download,
  expectedBytes,
  getMissing,
  hashWhole,
  isComplete,
  startDownload,
  verifiable,
  verify,
} from './download.ts';

/** Downloads into memory. A broken download is repeated as a whole. */
export function* readObject(
  service: StorageService,
  object: ObjectReference,
  options: DownloadOptions,
): Operation<Uint8Array> {
  const download = startDownload(service, object, undefined, options);
  const { bytes, passed, pieces } = yield* getMissing(download, 'memory');
  const body = bytes ?? (yield* collect(download, pieces));
  // `passed` is set when the bytes were decoded: it describes them as stored.
  download.doneBytes = passed?.sizeBytes ?? body.length;
  if (passed) download.checksums = passed.checksums;
  else hashWhole(download, body);
  verify(download);
  return body;
}

/** Collects pieces, for services that give no bytes at once. */
function* collect({ onProgress }: Download, pieces: Got['pieces']): Operation<Uint8Array> {
  const all: Uint8Array[] = [];
  let sizeBytes = 0;
  for (let piece = yield* nextPiece(pieces); piece; piece = yield* nextPiece(pieces)) {
    all.push(piece);
    sizeBytes += piece.length;
    onProgress?.({ transferredBytes: sizeBytes });
  }
  return concatenate(all, sizeBytes);
}

/** The next piece, if there are pieces. */
export function* nextPiece(pieces: Got['pieces']): Operation<Uint8Array | undefined> {
  return pieces && (yield* pieces.next());
}

/** Downloads as a stream. */
export function downloadAsStream(
  service: StorageService,
  object: ObjectReference,
  range: ByteRange | undefined,
  options: DownloadOptions,
): ByteStream {
  return makeByteStream(() => {
    let reader: ByteReader | undefined;
    return {
      *next() {
        reader ??= readerOf(startDownload(service, object, range, options));
        return yield* reader.next();
      },
      *close() {
        if (reader) yield* reader.close();
      },
    };
  });
}

/** Reads an object once, and resumes after a broken connection. */
export function readerOf(download: Download): ByteReader {
  const { onProgress, service } = download;
  let pieces: Pieces | undefined;
  /** Whether pieces are decoded. A broken decoded stream cannot resume, because it has no ranges. */
  let isDecoded = false;
  let deliveredBytes = 0;
  let running: ReturnType<typeof runningChecksums> | undefined;
  let failedReads = 0;
  const finish = (): undefined => {
    if (running) download.checksums = running.digest();
    return void verify(download);
  };
  function* next(): Operation<Uint8Array | undefined> {
    for (;;) {
      pieces ??= yield* open();
      let piece: Uint8Array | undefined;
      // Only the read: errors from the caller's `onProgress` must pass unchanged.
      try {
        piece = yield* pieces.next();
      } catch (failure) {
        if (!isCloudError(failure)) throw failure;
        if (!isDecoded && isComplete(download)) return finish();
        failedReads += 1;
        const isLost = isDecoded && deliveredBytes > 0;
        if (isLost || failedReads >= service.retry.attempts || !canResume(download, failure)) throw failure;
        yield* close();
        continue;
      }
      if (piece === undefined) return yield* end(pieces);
      failedReads = 0;
      return pass(piece);
    }
  }
  function* open(): Operation<Pieces> {
    const got = yield* getMissing(download, 'pieces');
    const opened = got.pieces ?? onePiece(got.bytes);
    isDecoded = opened.passed !== undefined;
    const algorithm = verifiable(download);
    if (algorithm && !isDecoded) running ??= runningChecksums([algorithm]);
    return opened;
  }
  function pass(piece: Uint8Array): Uint8Array {
    deliveredBytes += piece.length;
    if (isDecoded) {
      onProgress?.({ transferredBytes: deliveredBytes });
      return piece;
    }
    download.doneBytes = deliveredBytes;
    running?.update(piece);
    onProgress?.({ transferredBytes: deliveredBytes, totalBytes: expectedBytes(download) ?? 0 });
    return piece;
  }
  function* end(ended: Pieces): Operation<undefined> {
    if (!ended.passed) return finish();
    const { checksums, sizeBytes } = yield* ended.passed();
    download.doneBytes = sizeBytes;
    download.checksums = checksums;
    return void verify(download);
  }
  function* close(): Operation<void> {
    if (pieces) yield* pieces.close();
    pieces = undefined;
  }
  return { next, close };
}

/** Bytes that are all here. */
function onePiece(bytes: Uint8Array | undefined): Pieces {
  let rest = bytes?.length ? bytes : undefined;
  return {
    // biome-ignore lint/correctness/useYield: the bytes are there
    *next() {
      const piece = rest;
      rest = undefined;
      return piece;
    },
    *close() {},
  };
}
