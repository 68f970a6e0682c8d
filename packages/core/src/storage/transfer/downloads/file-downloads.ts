/**
 * Downloads into files, which get their names after they are complete and verified. A large object is downloaded in
 * concurrent ranges if its size is known beforehand, from a listing or `getObject`.
 */
import { type Algorithm, type Checksums, combineChecksums, runningChecksums } from '../../../checksums/checksums.ts';
import { isCloudError, withDetails } from '../../../errors.ts';
import { cleanUp, type Operation } from '../../../operations/operation.ts';
import {
  discard,
  fileChecksums,
  publish,
  type StagedFile,
  stage,
  stageBytes,
  write,
} from '../../../steps/file-steps.ts';
import { parallel } from '../../../steps/flow-steps.ts';
import type { ByteRange } from '../../arguments.ts';
import type { DownloadedFile, ObjectReference, StorageObject } from '../../models.ts';
import type { DownloadFileOptions } from '../../options.ts';
import type { Got, StorageService } from '../../service.ts';
import { subjectOf } from '../stored-objects.ts';
import { progressOfParts } from '../uploads/parts-progress.ts';
import { resolveDestination } from './destination.ts';
import {
  canResume,
  type Download,
  firstChecksums,
  getMissing,
  interruption,
  isComplete,
  startDownload,
  verifiable,
  verify,
} from './download.ts';
import { nextPiece, readWhole } from './downloads.ts';

/** Objects up to this size may go through memory into their file, which takes half of the calls of the system. */
const maxInMemoryBytes = 256 * 1024;

/**
 * Downloads an object, or a range of it, into a file.
 *
 * @param readsSmall Whether a small object goes through memory. For many objects, into folders that exist: a missing one would be
 * found only after the answer.
 */
export function* downloadToFile(
  service: StorageService,
  object: ObjectReference,
  destinationPath: string,
  range: ByteRange | undefined,
  options: DownloadFileOptions,
  readsSmall = false,
): Operation<DownloadedFile> {
  const { overwriteExisting = false } = options;
  const download = startDownload(service, object, range, options);
  try {
    const path = yield* resolveDestination(destinationPath, download.target.name, overwriteExisting);
    const bytes = readsSmall ? yield* bytesOfSmall(download, object) : undefined;
    return yield* intoFile(download, object, path, overwriteExisting, bytes);
  } catch (failure) {
    throw withDetails(failure, subjectOf(download.target));
  }
}

/** The bytes of a small object; `undefined` for another, and for one that has become larger than its model says. */
function* bytesOfSmall(download: Download, object: ObjectReference): Operation<Uint8Array | undefined> {
  const { sizeBytes } = object as Partial<StorageObject>;
  if (download.decompress || sizeBytes === undefined || sizeBytes > maxInMemoryBytes) return undefined;
  try {
    return yield* readWhole(download, maxInMemoryBytes);
  } catch (failure) {
    if (isCloudError(failure, 'malformed-response')) return undefined;
    throw failure;
  }
}

/** @param bytes All bytes of the download, if they are in memory. */
function* intoFile(
  download: Download,
  object: ObjectReference,
  path: string,
  overwrite: boolean,
  bytes: Uint8Array | undefined,
): Operation<DownloadedFile> {
  const file = yield* bytes ? stageBytes(path, bytes) : stage(path);
  let isPublished = false;
  try {
    const decodedBytes = bytes ? undefined : yield* fillFile(download, object, file);
    const verified = verify(download);
    const sizeBytes = decodedBytes ?? download.doneBytes;
    yield* publish(file, { overwrite, sizeBytes });
    isPublished = true;
    return { path, sizeBytes, verified };
  } finally {
    if (!isPublished) yield* cleanUp(discard(file));
  }
}

/** Writes all bytes of a download. @returns The number of bytes written if they were decoded. */
function* fillFile(download: Download, object: ObjectReference, file: StagedFile): Operation<number | undefined> {
  const inRanges = download.range === undefined && !download.decompress && isLarge(download, object);
  const decodedBytes = yield* inRanges ? fillInRanges(download, file) : fill(download, file, 0);
  if (decodedBytes === undefined) yield* checksumWritten(download, file, verifiable(download));
  return decodedBytes;
}

/** Reads what was written, if the service told another checksum than the one that was computed while the bytes arrived. */
function* checksumWritten(download: Download, file: StagedFile, algorithm: Algorithm | undefined): Operation<void> {
  if (!algorithm || download.checksums[algorithm] !== undefined) return;
  const written = { path: file.temporaryPath, startBytes: 0, endBytes: download.doneBytes };
  download.checksums = yield* fileChecksums(written, [algorithm]);
}

/** Only a hint: the size in the first answer counts. */
function isLarge({ plan }: Download, object: ObjectReference): boolean {
  return ((object as Partial<StorageObject>).sizeBytes ?? 0) > plan.maxGetBytes;
}

/**
 * Writes the bytes into a file from an offset on. Resumes as long as each attempt brings new bytes. A decoded download
 * has no ranges and starts again from the beginning.
 *
 * @returns The number of bytes written if they were decoded.
 */
function* fill(
  download: Download,
  file: StagedFile,
  fileOffset: number,
  onProgress = download.onProgress,
): Operation<number | undefined> {
  for (let failedAttempts = 0; ; ) {
    const startBytes = fileOffset + download.doneBytes;
    const got = yield* getMissing(download, { file, startBytes }, onProgress);
    const { interrupted } = got;
    const passed = got.bytes || got.pieces ? yield* writeOut(download, got, file, startBytes, onProgress) : got.passed;
    const decodedBytes = passed?.decodedBytes;
    if (passed) addPassed(download, passed.sizeBytes, passed.checksums);
    if (!interrupted || (decodedBytes === undefined && isComplete(download))) return decodedBytes;
    failedAttempts = passed?.sizeBytes && decodedBytes === undefined ? 0 : failedAttempts + 1;
    if (decodedBytes !== undefined) {
      download.doneBytes = 0;
      download.checksums = {};
    }
    const failure = interruption(download, interrupted);
    if (failedAttempts >= download.service.retry.attempts || !canResume(download, failure)) throw failure;
  }
}

/** Adds bytes that arrived to those before. Checksums that cannot be combined are dropped, and computed from the file. */
function addPassed(download: Download, sizeBytes: number, checksums: Checksums): void {
  download.checksums =
    download.doneBytes === 0 ? checksums : combineChecksums(download.checksums, checksums, sizeBytes);
  download.doneBytes += sizeBytes;
}

/** Writes bytes or pieces of a service that does not write files itself. */
function* writeOut(
  download: Download,
  { bytes, pieces }: Got,
  file: StagedFile,
  startBytes: number,
  onProgress: Download['onProgress'],
): Operation<NonNullable<Got['passed']>> {
  const before = download.doneBytes;
  const running = runningChecksums(firstChecksums(download));
  let sizeBytes = 0;
  try {
    for (let piece = bytes ?? (yield* nextPiece(pieces)); piece?.length; piece = yield* nextPiece(pieces)) {
      yield* write(file, startBytes + sizeBytes, piece);
      running.update(piece);
      sizeBytes += piece.length;
      onProgress?.({ transferredBytes: before + sizeBytes });
    }
    const encoded = pieces?.passed && (yield* pieces.passed());
    return encoded ? { ...encoded, decodedBytes: sizeBytes } : { sizeBytes, checksums: running.digest() };
  } finally {
    if (pieces) yield* cleanUp(pieces.close());
  }
}

/**
 * Writes a large object into a file in concurrent ranges. The first answer has the size, checksum and version; all others
 * are pinned to that version, so that bytes of two versions never mix.
 */
function* fillInRanges(download: Download, file: StagedFile): Operation<undefined> {
  const { onProgress, plan } = download;
  const { rangeBytes } = plan;
  const rangeOf = (startBytes: number, endBytes: number): Download => ({
    ...download,
    range: { startBytes, endBytes },
  });
  const first = rangeOf(0, rangeBytes);
  const progressOf = progressOfParts(onProgress, () => first.whole?.sizeBytes);
  const watch = (index: number): Download['onProgress'] => {
    const report = progressOf(index);
    return report && (({ transferredBytes }) => report(transferredBytes));
  };
  try {
    yield* fill(first, file, 0, watch(0));
  } catch (failure) {
    // An object that is now empty has no ranges.
    if (!isCloudError(failure) || failure.details.status !== 416) throw failure;
  }
  const { whole } = first;
  // Without a version the ranges cannot be pinned: download everything again, with one request.
  if (whole?.version === undefined || !plan.pinsVersions) return void (yield* fill(download, file, 0));
  yield* checksumWritten(first, file, verifiable({ ...download, whole }));
  const ranges = [first];
  for (let startBytes = rangeBytes; startBytes < whole.sizeBytes; startBytes += rangeBytes) {
    ranges.push({ ...rangeOf(startBytes, Math.min(startBytes + rangeBytes, whole.sizeBytes)), whole });
  }
  yield* parallel(
    ranges.slice(1).map((one, index) => fill(one, file, one.range?.startBytes ?? 0, watch(index + 1))),
    plan.concurrency,
  );
  download.whole = whole;
  for (const { checksums, doneBytes } of ranges) addPassed(download, doneBytes, checksums);
  return undefined;
}
