/**
 * Downloads into files, which get their name when they are whole and verified. A large object comes in several ranges at
 * once, if its size is known beforehand: from a listing, or from `getObject`.
 */
import {
  type ByteRange,
  CloudError,
  combineCrc32c,
  type DownloadedFile,
  type DownloadFileOptions,
  type DownloadOptions,
  discard,
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
} from '@isobar/core/provider';
import { ask, begin, canResume, isAllThere, type Progress, subjectOf, verify } from './download-progress.ts';
import { downloadPartBytes, largestSingleGet, partsAtOnce } from './limits.ts';
import { progressOfParts } from './parts-progress.ts';
import type { Scope } from './requests.ts';

/** Downloads into a file, all of the object or a range of it. */
export function* downloadToFile(
  scope: Scope,
  object: ObjectReference,
  destinationPath: string,
  range: ByteRange | undefined,
  options: DownloadFileOptions = {},
): Operation<DownloadedFile> {
  const progress = begin(object, range);
  const overwrite = options.overwriteExisting === true;
  const path = yield* resolveDestination(destinationPath, progress.location.name, overwrite);
  const file = yield* stage(path);
  let isPublished = false;
  try {
    if (range === undefined && isLarge(object)) yield* fillInParts(scope, progress, file, options);
    else yield* fill(scope, progress, file, 0, options);
    const verified = verify(progress);
    yield* publish(file, { overwrite });
    isPublished = true;
    return { path, sizeBytes: progress.doneBytes, verified };
  } finally {
    if (!isPublished) yield* discard(file);
  }
}

/** Writes the bytes into a file, from an offset on; goes on as long as each try brings some. */
function* fill(
  scope: Scope,
  progress: Progress,
  file: StagedFile,
  fileOffset: number,
  options: DownloadOptions,
): Operation<void> {
  for (let fruitless = 0; ; ) {
    const sink: ResponseSink = {
      kind: 'file',
      file,
      startBytes: fileOffset + progress.doneBytes,
      crc32c: progress.crc,
    };
    const { interrupted, passed } = yield* ask(scope, progress, options, sink);
    progress.doneBytes += passed?.sizeBytes ?? 0;
    progress.crc = passed?.crc32c ?? progress.crc;
    if (!interrupted || isAllThere(progress)) return;
    fruitless = passed?.sizeBytes ? 0 : fruitless + 1;
    const failure = new CloudError(interrupted.code, interrupted.message, subjectOf(progress));
    if (fruitless >= scope.retry.attempts || !canResume(progress, failure, scope)) throw failure;
  }
}

/** Only a hint: what the service tells with the first part decides. */
function isLarge(object: ObjectReference): boolean {
  return ((object as Partial<StorageObject>).sizeBytes ?? 0) > largestSingleGet;
}

/**
 * Writes a large object into a file, a few ranges at once. The first one tells size, checksum and generation; all others
 * are pinned to that generation, so that no bytes of two versions mix.
 */
function* fillInParts(scope: Scope, progress: Progress, file: StagedFile, options: DownloadOptions): Operation<void> {
  const { location } = progress;
  const first = begin(location, { startBytes: 0, endBytes: downloadPartBytes });
  const progressOf = progressOfParts(options.onProgress, () => first.expected?.wholeBytes);
  const watch = (index: number): DownloadOptions => {
    const tell = progressOf(index);
    return tell ? { onProgress: ({ transferredBytes }) => tell(transferredBytes) } : {};
  };
  try {
    yield* fill(scope, first, file, 0, watch(0));
  } catch (failure) {
    // An object that has become empty has no range at all.
    if (!isCloudError(failure) || failure.details.status !== 416) throw failure;
  }
  const { generation, wholeBytes = 0, wholeCrc32c } = first.expected ?? {};
  // Without a generation nothing can be pinned: all of it once more, in one answer.
  if (generation === undefined) return yield* fill(scope, progress, file, 0, options);
  const parts = [first];
  for (let startBytes = downloadPartBytes; startBytes < wholeBytes; startBytes += downloadPartBytes) {
    const endBytes = Math.min(startBytes + downloadPartBytes, wholeBytes);
    const expected = { sizeBytes: endBytes - startBytes, crc32c: undefined, generation, wholeBytes, wholeCrc32c };
    parts.push({ ...begin(location, { startBytes, endBytes }), expected });
  }
  const rest = parts.slice(1);
  yield* parallel(
    rest.map((part, index) => fill(scope, part, file, part.range?.startBytes ?? 0, watch(index + 1))),
    partsAtOnce,
  );
  for (const part of parts) {
    progress.doneBytes += part.doneBytes;
    progress.crc = combineCrc32c(progress.crc, part.crc, part.doneBytes);
  }
  progress.expected = { sizeBytes: wholeBytes, crc32c: wholeCrc32c, generation, wholeBytes, wholeCrc32c };
}
