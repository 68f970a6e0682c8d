/** Writes objects: into a temporary file, then a sidecar, then the rename that makes both count. */
import {
  type Body,
  type CheckedWrite,
  type Checksums,
  checkCondition,
  cleanUp,
  conditionFailed,
  copy,
  discard,
  type FileRange,
  type FileStatus,
  type FileVersion,
  fileChecksums,
  isCloudError,
  makeFolders,
  type ObjectHeaders,
  type Operation,
  type PutRequest,
  publish,
  type StagedBytes,
  type StagedFile,
  type Stored,
  setModified,
  stage,
  stageBytes,
  stat,
} from '@isobar/core/provider';
import { about, type FoundObject, locateForWrite, type Place } from './finding.ts';
import { type About, type LocalObject, storedObject, versionOf } from './local-objects.ts';
import { needsSidecar, removeAbout, writeAbout } from './sidecars.ts';

/** Where writes go, and whether they end on the disk. */
export interface Target {
  readonly folder: string;
  readonly fsync: boolean;
}

/** Bytes of a file that one step copies. */
const copyBytes = 32 * 1024 * 1024;
/** How often a folder may be removed, because it became empty, before a file is in it. */
const maxAttempts = 20;

/** An object that is being written. */
export interface Draft {
  readonly place: Place;
  readonly staged: StagedFile | StagedBytes;
}

/**
 * Begins to write an object. The draft must be committed or discarded.
 *
 * @param bytes All of its bytes, if they are in memory.
 */
export function* beginDraft(target: Target, write: CheckedWrite, bytes?: Uint8Array): Operation<Draft> {
  const { condition, lastModified, location } = write;
  for (let attempts = 1; ; attempts += 1) {
    const place = yield* locateForWrite(target.folder, location);
    checkCondition(location, condition, place.file && versionOf(place.file));
    try {
      const names = location.name.split('/');
      if (!place.hasFolder) yield* about(location, makeFolders(place.containerPath, names));
      const staging = bytes ? stageBytes(place.path, bytes, lastModified?.getTime()) : stage(place.path);
      return { place, staged: yield* about<StagedFile | StagedBytes>(location, staging) };
    } catch (failure) {
      // Another call deleted the last object of the folder meanwhile.
      const isGone = isCloudError(failure, 'invalid-argument') && failure.details.reason === 'ENOENT';
      if (!isGone || attempts === maxAttempts) throw failure;
    }
  }
}

/** What a draft becomes. */
export interface Finished {
  readonly sizeBytes: number;
  readonly headers: ObjectHeaders;
  /** Of the bytes, if it is known already. */
  readonly checksums: Checksums;
}

/** Gives a draft its name. */
export function* commit(
  { fsync }: Target,
  { place, staged }: Draft,
  { condition, lastModified, location }: CheckedWrite,
  { checksums, headers, sizeBytes }: Finished,
): Operation<Stored<LocalObject>> {
  const file = 'version' in staged ? staged.version : yield* finished(location, staged, lastModified);
  const { containerPath } = place;
  const hasSidecar = needsSidecar(location.name, headers);
  const kept: Checksums = hasSidecar ? yield* crc32cOf(staged, sizeBytes, checksums) : checksums;
  if (hasSidecar) yield* writeAbout(containerPath, location, file, { headers, checksums: kept }, fsync);
  let isPublished = false;
  try {
    const replaces = condition?.kind === 'version' ? place.file : undefined;
    yield* about(
      location,
      publish(staged, { overwrite: condition?.kind !== 'absent', sizeBytes, sync: fsync, replaces }),
    );
    isPublished = true;
  } catch (failure) {
    if (isCloudError(failure, 'already-exists')) throw conditionFailed(location, 'another call has written it');
    if (isCloudError(failure, 'precondition-failed')) throw conditionFailed(location, 'another call has changed it');
    throw failure;
  } finally {
    if (hasSidecar && !isPublished) yield* cleanUp(removeAbout(containerPath, location.name, file));
  }
  if (place.file) yield* removeAbout(containerPath, location.name, place.file);
  return storedObject(location, file, { headers, checksums: hasSidecar ? kept : {} });
}

/** The version of a staged file that has been written piece by piece. */
function* finished(
  location: CheckedWrite['location'],
  staged: StagedFile,
  lastModified: Date | undefined,
): Operation<FileVersion> {
  if (lastModified) yield* about(location, setModified(staged, lastModified.getTime()));
  return (yield* stat(staged.temporaryPath)) as FileStatus;
}

function* crc32cOf({ temporaryPath }: StagedFile, sizeBytes: number, known: Checksums): Operation<Checksums> {
  if (known.crc32c !== undefined) return { crc32c: known.crc32c };
  return yield* fileChecksums({ path: temporaryPath, startBytes: 0, endBytes: sizeBytes }, ['crc32c']);
}

/** Stores a whole object. */
export function* putObject(
  target: Target,
  write: CheckedWrite,
  body: Body,
  request: PutRequest,
): Operation<Stored<LocalObject>> {
  const isBytes = body instanceof Uint8Array;
  const steps = function* (draft: Draft): Operation<Stored<LocalObject>> {
    if (!isBytes) yield* copyIn(draft.staged, body, request.onProgress);
    const sizeBytes = isBytes ? body.length : body.endBytes - body.startBytes;
    return yield* commit(target, draft, write, { sizeBytes, headers: write.headers, checksums: {} });
  };
  return yield* drafted(target, write, steps, isBytes ? body : undefined);
}

/** Runs steps on a draft, which is discarded if they do not commit it. */
function* drafted<Result>(
  target: Target,
  write: CheckedWrite,
  steps: (draft: Draft) => Operation<Result>,
  bytes?: Uint8Array,
): Operation<Result> {
  const draft = yield* beginDraft(target, write, bytes);
  let isDone = false;
  try {
    const result = yield* steps(draft);
    isDone = true;
    return result;
  } finally {
    if (!isDone) yield* cleanUp(discard(draft.staged));
  }
}

/** Copies a file into a draft: at once, so that the file system can clone it, unless somebody watches. */
function* copyIn(staged: StagedFile, file: FileRange, onProgress: PutRequest['onProgress']): Operation<void> {
  const sizeBytes = file.endBytes - file.startBytes;
  const stepBytes = onProgress ? copyBytes : Math.max(sizeBytes, 1);
  for (let at = 0; at < sizeBytes; at += stepBytes) {
    const startBytes = file.startBytes + at;
    const endBytes = Math.min(startBytes + stepBytes, file.endBytes);
    yield* copy({ ...file, startBytes, endBytes }, staged, at, []);
    onProgress?.(endBytes - file.startBytes);
  }
}

/** Copies an object. @param headers Of the copy. */
export function* copyObject(
  target: Target,
  source: FoundObject,
  write: CheckedWrite,
  { checksums, headers }: About,
): Operation<Stored<LocalObject>> {
  const { sizeBytes } = source.file;
  return yield* drafted(target, write, function* (draft) {
    const { kind: _, ...version } = source.file;
    const whole = { path: source.path, startBytes: 0, endBytes: sizeBytes, version };
    if (sizeBytes > 0) yield* about(write.location, copy(whole, draft.staged, 0, []));
    return yield* commit(target, draft, write, { sizeBytes, headers, checksums });
  });
}
