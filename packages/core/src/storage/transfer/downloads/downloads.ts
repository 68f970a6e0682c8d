/** Downloads into memory and as streams. Downloads into files are in `file-downloads.ts`. */
import { type ByteReader, type ByteStream, concatenate, makeByteStream } from '../../../bytes.ts';
import { runningChecksums } from '../../../checksums/checksums.ts';
import { isCloudError } from '../../../errors.ts';
import { cleanUp, type Operation } from '../../../operations/operation.ts';
import { share } from '../../../steps/flow-steps.ts';
import type { ByteRange } from '../../arguments.ts';
import type { ObjectReference, StorageObject } from '../../models.ts';
import type { DownloadOptions } from '../../options.ts';
import type { Got, Pieces, StorageService } from '../../service.ts';
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
  return yield* readWhole(startDownload(service, object, undefined, options));
}

/** All bytes of a download, verified. @param maxBytes See `GetRequest.maxBytes` of the service. */
export function* readWhole(download: Download, maxBytes?: number): Operation<Uint8Array> {
  const { bytes, passed, pieces } = yield* getMissing(download, 'memory', download.onProgress, maxBytes);
  if (pieces) return yield* collect(readerOf(download, pieces));
  const body = bytes ?? new Uint8Array();
  // `passed` is set when the bytes were decoded: it describes them as stored.
  download.doneBytes = passed?.sizeBytes ?? body.length;
  if (passed) download.checksums = passed.checksums;
  else hashWhole(download, body);
  verify(download);
  return body;
}

/** Collects pieces, for services that give no bytes at once. */
function* collect(reader: ByteReader): Operation<Uint8Array> {
  const all: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for (let piece = yield* reader.next(); piece; piece = yield* reader.next()) {
      all.push(piece);
      sizeBytes += piece.length;
    }
  } finally {
    yield* cleanUp(reader.close());
  }
  return concatenate(all, sizeBytes);
}

/** The next piece, if there are pieces. */
export function* nextPiece(pieces: Got['pieces']): Operation<Uint8Array | undefined> {
  return pieces && (yield* pieces.next());
}

/** Downloads as a stream. */
export function downloadAsStream<Item extends StorageObject>(
  service: StorageService<Item>,
  object: ObjectReference,
  range: ByteRange | undefined,
  options: DownloadOptions,
): ByteStream<Item> {
  return makeByteStream(() => {
    let reader: ByteReader<Item> | undefined;
    const open = (): ByteReader<Item> => {
      reader ??= readerOf(startDownload(service, object, range, options));
      return reader;
    };
    return {
      *next() {
        return yield* open().next();
      },
      *object() {
        return yield* open().object();
      },
      *close() {
        if (reader) yield* reader.close();
      },
    };
  });
}

/**
 * Reads an object once, and resumes after a broken connection.
 *
 * @param begun Pieces of the answer to the first request, if it has been sent.
 */
export function readerOf<Item extends StorageObject>(download: Download<Item>, begun?: Pieces): ByteReader<Item> {
  const { onProgress, service } = download;
  let pieces: Pieces | undefined;
  let described: Item | undefined;
  /** Whether pieces are decoded. A broken decoded stream cannot resume, because it has no ranges. */
  let isDecoded = false;
  let deliveredBytes = 0;
  let running: ReturnType<typeof runningChecksums> | undefined;
  let failedReads = 0;
  let isClosed = false;
  const finish = (): undefined => {
    if (running) download.checksums = running.digest();
    return void verify(download);
  };
  function* next(): Operation<Uint8Array | undefined> {
    for (;;) {
      pieces ??= yield* share(download, open());
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
        yield* release();
        continue;
      }
      if (piece === undefined) return yield* end(pieces);
      failedReads = 0;
      return pass(piece);
    }
  }
  function* object(): Operation<Item> {
    // Shared with `next`, which an asynchronous caller may call at the same time.
    if (!described) pieces ??= yield* share(download, open());
    // A loop that failed before the first answer has closed the reader: nobody else will.
    if (isClosed) yield* release();
    return described as Item;
  }
  function* open(): Operation<Pieces> {
    const got = yield* getMissing(download, 'pieces');
    described ??= got.object();
    return note(got.pieces ?? onePiece(got.bytes));
  }
  function note(opened: Pieces): Pieces {
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
  function* release(): Operation<void> {
    if (pieces) yield* pieces.close();
    pieces = undefined;
  }
  function* close(): Operation<void> {
    isClosed = true;
    yield* release();
  }
  if (begun) pieces = note(begun);
  return { next, object, close };
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
