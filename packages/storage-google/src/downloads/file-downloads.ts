/**
 * Downloads into files, which get their names after they are complete and verified. A large object is downloaded in
 * concurrent ranges if its size is known beforehand, from a listing or `getObject`.
 */
import {
  type ByteRange,
  CloudError,
  cleanUp,
  combineCrc32c,
  type DownloadedFile,
  type DownloadOptions,
  discard,
  fileMd5,
  isCloudError,
  type ObjectReference,
  type Operation,
  parallel,
  publish,
  type ResponseSink,
  resolveDestination,
  type StagedFile,
  type StorageObject,
  stage,
  withDetails,
} from '@isobar/core/provider';
import type { GoogleDownloadFileOptions } from '../call-options.ts';
import { downloadPartBytes, maxConcurrentParts, maxSingleGetBytes } from '../limits.ts';
import { progressOfParts } from '../parts-progress.ts';
import type { Scope } from '../requests.ts';
import {
  canResume,
  initialProgress,
  isComplete,
  needsMd5,
  type Progress,
  requestMissing,
  subjectOf,
  verify,
} from './download-progress.ts';

/** Downloads an object, or a range of it, into a file. */
export function* downloadToFile(
  scope: Scope,
  object: ObjectReference,
  destinationPath: string,
  range: ByteRange | undefined,
  options: GoogleDownloadFileOptions = {},
): Operation<DownloadedFile> {
  const progress = initialProgress(object, range, options);
  try {
    return yield* intoFile(scope, object, destinationPath, progress, options);
  } catch (failure) {
    throw withDetails(failure, subjectOf(progress));
  }
}

function* intoFile(
  scope: Scope,
  object: ObjectReference,
  destinationPath: string,
  progress: Progress,
  options: GoogleDownloadFileOptions,
): Operation<DownloadedFile> {
  const overwrite = options.overwriteExisting === true;
  const path = yield* resolveDestination(destinationPath, progress.location.name, overwrite);
  const file = yield* stage(path);
  let isPublished = false;
  try {
    const inParts = progress.range === undefined && !progress.decompress && isLarge(object);
    const decodedBytes = yield* inParts
      ? fillInParts(scope, progress, file, options)
      : fill(scope, progress, file, 0, options);
    const isHashed = decodedBytes === undefined && needsMd5(progress);
    const whole = { path: file.temporaryPath, startBytes: 0, endBytes: progress.doneBytes };
    const verified = verify(progress, isHashed ? yield* fileMd5(whole) : undefined);
    const sizeBytes = decodedBytes ?? progress.doneBytes;
    yield* publish(file, { overwrite, sizeBytes });
    isPublished = true;
    return { path, sizeBytes, verified };
  } finally {
    if (!isPublished) yield* cleanUp(discard(file));
  }
}

/**
 * Writes the bytes into a file from an offset on. Resumes as long as each attempt brings new bytes. A decoded download
 * has no ranges and starts again from the beginning.
 *
 * @returns The number of bytes written if they were decoded.
 */
function* fill(
  scope: Scope,
  progress: Progress,
  file: StagedFile,
  fileOffset: number,
  options: DownloadOptions,
): Operation<number | undefined> {
  for (let failedAttempts = 0; ; ) {
    const sink: ResponseSink = {
      kind: 'file',
      file,
      startBytes: fileOffset + progress.doneBytes,
      crc32c: progress.crc,
    };
    const { interrupted, passed } = yield* requestMissing(scope, progress, options, sink);
    progress.doneBytes += passed?.sizeBytes ?? 0;
    progress.crc = passed?.crc32c ?? progress.crc;
    const decodedBytes = passed?.decodedBytes;
    if (!interrupted || (decodedBytes === undefined && isComplete(progress))) return decodedBytes;
    failedAttempts = passed?.sizeBytes && decodedBytes === undefined ? 0 : failedAttempts + 1;
    if (decodedBytes !== undefined) {
      progress.doneBytes = 0;
      progress.crc = 0;
    }
    const failure = new CloudError(interrupted.code, interrupted.message, subjectOf(progress));
    if (failedAttempts >= scope.retry.attempts || !canResume(progress, failure, scope)) throw failure;
  }
}

/** Only a hint: the size in the first response counts. */
function isLarge(object: ObjectReference): boolean {
  return ((object as Partial<StorageObject>).sizeBytes ?? 0) > maxSingleGetBytes;
}

/**
 * Writes a large object into a file in concurrent ranges. The first response has the size, checksum and generation; all
 * others are pinned to that generation, so that bytes of two versions never mix.
 *
 * @param progress An initial state.
 */
function* fillInParts(
  scope: Scope,
  progress: Progress,
  file: StagedFile,
  options: DownloadOptions,
): Operation<undefined> {
  const partOf = (startBytes: number, endBytes: number): Progress => ({ ...progress, range: { startBytes, endBytes } });
  const first = partOf(0, downloadPartBytes);
  const progressOf = progressOfParts(options.onProgress, () => first.expected?.wholeBytes);
  const watch = (index: number): DownloadOptions => {
    const report = progressOf(index);
    return report ? { onProgress: ({ transferredBytes }) => report(transferredBytes) } : {};
  };
  try {
    yield* fill(scope, first, file, 0, watch(0));
  } catch (failure) {
    // An object that is now empty has no ranges.
    if (!isCloudError(failure) || failure.details.status !== 416) throw failure;
  }
  const { generation, wholeBytes = 0, wholeHashes = {} } = first.expected ?? {};
  // Without a generation the ranges cannot be pinned: download everything again, with one request.
  if (generation === undefined) return void (yield* fill(scope, progress, file, 0, options));
  const parts = [first];
  for (let startBytes = downloadPartBytes; startBytes < wholeBytes; startBytes += downloadPartBytes) {
    const endBytes = Math.min(startBytes + downloadPartBytes, wholeBytes);
    const expected = { sizeBytes: endBytes - startBytes, hashes: {}, generation, wholeBytes, wholeHashes };
    parts.push({ ...partOf(startBytes, endBytes), expected });
  }
  const rest = parts.slice(1);
  yield* parallel(
    rest.map((part, index) => fill(scope, part, file, part.range?.startBytes ?? 0, watch(index + 1))),
    maxConcurrentParts,
  );
  for (const part of parts) {
    progress.doneBytes += part.doneBytes;
    progress.crc = combineCrc32c(progress.crc, part.crc, part.doneBytes);
  }
  progress.expected = { sizeBytes: wholeBytes, hashes: wholeHashes, generation, wholeBytes, wholeHashes };
  return undefined;
}
