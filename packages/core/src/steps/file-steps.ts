/**
 * Steps for local files. {@link FileActions} lists them; the function of the same name documents each. A new one is named
 * there, in its function, and in the implementations of the interface: the connection's and the scripted disk's.
 */
import type { Algorithm, Checksums } from '../checksums/checksums.ts';
import type { Operation } from '../operations/operation.ts';
import type {
  FilePlace,
  FileRange,
  FileStatus,
  FileVersion,
  FolderOrder,
  FolderPage,
  FoundPath,
  StagedBytes,
  StagedFile,
} from './file-types.ts';
import { type Step, seal } from './step.ts';

export type {
  FilePlace,
  FileRange,
  FileStatus,
  FileVersion,
  FolderEntry,
  FolderOrder,
  FolderPage,
  FoundPath,
  StagedBytes,
  StagedFile,
} from './file-types.ts';

/** What each file step takes and returns. */
export interface FileActions {
  stat(path: string, field: string): FileStatus | undefined;
  readFile(path: string, maxBytes: number): Uint8Array | undefined;
  readRange(range: FileRange): Uint8Array;
  checksums(range: FileRange, algorithms: readonly Algorithm[]): Checksums;
  listFolder(path: string, after: string | undefined, limit: number, order: FolderOrder): FolderPage;
  lookUp(folder: string, names: readonly string[]): FoundPath;
  makeFolders(folder: string, names: readonly string[]): FilePlace;
  stage(destinationPath: string): StagedFile;
  stageBytes(destinationPath: string, bytes: Uint8Array, modifiedMs: number | undefined): StagedBytes;
  write(file: StagedFile, startBytes: number, bytes: Uint8Array): void;
  copy(range: FileRange, file: StagedFile, startBytes: number, algorithms: readonly Algorithm[]): Checksums;
  publish(
    file: StagedFile,
    overwrite: boolean,
    sizeBytes: number,
    sync: boolean,
    replaces: FileVersion | undefined,
  ): void;
  discard(file: StagedFile): void;
  setModified(file: StagedFile, modifiedMs: number): void;
  append(path: string, bytes: Uint8Array, sync: boolean): number;
  removeFile(path: string): boolean;
  makeFolder(path: string): boolean;
  removeFolder(path: string): boolean;
}

/** The file steps: the name of an action, with its arguments. Plain data. */
export type FileShape = {
  readonly [Action in keyof FileActions]: {
    readonly kind: 'file';
    readonly action: Action;
    readonly args: Parameters<FileActions[Action]>;
  };
}[keyof FileActions];

/** Maximum number of entries of one {@link listFolder}. */
const maxEntries = 1000;

type Reply<Action extends keyof FileActions> = ReturnType<FileActions[Action]>;

function file<Action extends keyof FileActions>(action: Action, ...args: Parameters<FileActions[Action]>): Step {
  return seal({ kind: 'file', action, args } as FileShape);
}

/**
 * Reads the status of a local path, following links. No exchange.
 *
 * @param field The argument that holds the path, for errors.
 * @returns `undefined` when nothing exists at the path.
 * @throws {CloudError} `invalid-argument` when access is denied.
 */
export function* stat(path: string, field = 'path'): Operation<FileStatus | undefined> {
  return (yield file('stat', path, field)) as Reply<'stat'>;
}

/**
 * Reads a small local file, such as settings or a key. No exchange.
 *
 * @returns Its bytes, or `undefined` when nothing exists at the path.
 * @throws {CloudError} `invalid-argument` when it is larger than `maxBytes`, not a file, or not readable.
 */
export function* readFile(path: string, options: { readonly maxBytes: number }): Operation<Uint8Array | undefined> {
  return (yield file('readFile', path, options.maxBytes)) as Reply<'readFile'>;
}

/**
 * Reads a part of a local file into memory. No exchange.
 *
 * @throws {CloudError} As {@link fileChecksums}.
 */
export function* readRange(range: FileRange): Operation<Uint8Array> {
  return (yield file('readRange', range)) as Reply<'readRange'>;
}

/**
 * Checksums of a part of a local file, which is read piece by piece. No exchange.
 *
 * @throws {CloudError} `invalid-argument` when the file cannot be read, `conflict` when it is shorter than the range or
 * has changed since the range's `version`.
 */
export function* fileChecksums(range: FileRange, algorithms: readonly Algorithm[]): Operation<Checksums> {
  return (yield file('checksums', range, algorithms)) as Reply<'checksums'>;
}

/**
 * Reads the entries of a folder, up to 1,000 of them, in byte order of their names in UTF-8. Entries that are removed
 * meanwhile are left out. No exchange.
 *
 * @param options `after`: only entries whose name comes after this one. `limit`: maximum number of entries, 1 to 1,000; more
 * are returned only when names that are not UTF-8 are the same text. `order`: default `names`; with `paths` the names of folders
 * count with a slash at their end, also in `after`.
 * @throws {CloudError} `invalid-argument` when the path is not a readable folder.
 */
export function* listFolder(
  path: string,
  options: { readonly after?: string | undefined; readonly limit?: number; readonly order?: FolderOrder } = {},
): Operation<FolderPage> {
  const { after, limit = maxEntries, order = 'names' } = options;
  return (yield file('listFolder', path, after, Math.min(limit, maxEntries), order)) as Reply<'listFolder'>;
}

/**
 * Finds what a path below a folder leads to, without following links. No exchange.
 *
 * @param names The names of the subfolders, then of the file, as in {@link makeFolders}.
 * @throws {CloudError} `invalid-argument` when one of them is a link, or has another case or Unicode normalization on a disk
 * that ignores both; when the system does not allow a name; when access is denied.
 */
export function* lookUp(folder: string, names: readonly string[]): Operation<FoundPath> {
  return (yield file('lookUp', folder, names)) as Reply<'lookUp'>;
}

/**
 * Creates a folder and the subfolders that a file below it needs. No exchange.
 *
 * @param names The names of the subfolders, then of the file. Not empty, not `.` or `..`, without separators.
 * @throws {CloudError} `invalid-argument` when one of the subfolders is a file or a link out of the folder, or when the
 * system does not allow a name.
 */
export function* makeFolders(folder: string, names: readonly string[]): Operation<FilePlace> {
  return (yield file('makeFolders', folder, names)) as Reply<'makeFolders'>;
}

/**
 * Creates an empty file under a temporary name in the destination's folder, for response sinks to write to. The operation
 * must publish or discard it. No exchange.
 *
 * @throws {CloudError} `invalid-argument` when the folder is missing or not writable; `no-space`, `file-failed`.
 */
export function* stage(destinationPath: string): Operation<StagedFile> {
  return (yield file('stage', destinationPath)) as Reply<'stage'>;
}

/**
 * Stages a file with all of its bytes, in one step. The operation must publish or discard it. No exchange.
 *
 * @param modifiedMs The time of its last write, in milliseconds since 1970 UTC. Default: now.
 * @throws {CloudError} As {@link stage} and {@link write}; then nothing is left of it.
 */
export function* stageBytes(destinationPath: string, bytes: Uint8Array, modifiedMs?: number): Operation<StagedBytes> {
  return (yield file('stageBytes', destinationPath, bytes, modifiedMs)) as Reply<'stageBytes'>;
}

/**
 * Writes bytes into a staged file at an offset. No exchange.
 *
 * @throws {CloudError} `no-space`, `file-failed`.
 */
export function* write(staged: StagedFile, startBytes: number, bytes: Uint8Array): Operation<void> {
  yield file('write', staged, startBytes, bytes);
}

/**
 * Copies a part of a local file into a staged file. A whole file of which no checksum is wanted is cloned where the file system
 * can, so that no byte moves. No exchange.
 *
 * @param algorithms The checksums to compute of the bytes.
 * @throws {CloudError} As {@link fileChecksums} and {@link write}.
 */
export function* copy(
  range: FileRange,
  staged: StagedFile,
  startBytes: number,
  algorithms: readonly Algorithm[],
): Operation<Checksums> {
  return (yield file('copy', range, staged, startBytes, algorithms)) as Reply<'copy'>;
}

/**
 * Moves a staged file to its destination atomically, after checking its size on disk. No exchange.
 *
 * @param options `sizeBytes`: how many bytes were written to it. `sync`: also writes file and folder to the disk before it
 * ends, so that the file survives a crash of the system; default false. `replaces`: the version that the destination must have.
 * Nothing else in this thread comes between the check and the move; another process can.
 * @throws {CloudError} `integrity` when the size differs; `already-exists` when the destination exists and `overwrite` is
 * false; `precondition-failed` when it does not have the version; `no-space` or `file-failed`.
 */
export function* publish(
  staged: StagedFile,
  options: {
    readonly overwrite: boolean;
    readonly sizeBytes: number;
    readonly sync?: boolean;
    readonly replaces?: FileVersion | undefined;
  },
): Operation<void> {
  yield file('publish', staged, options.overwrite, options.sizeBytes, options.sync === true, options.replaces);
}

/**
 * Sets the time of the last write of a staged file, which publishing it keeps. No exchange.
 *
 * @param modifiedMs In milliseconds since 1970 UTC.
 * @throws {CloudError} `file-failed`.
 */
export function* setModified(staged: StagedFile, modifiedMs: number): Operation<void> {
  yield file('setModified', staged, modifiedMs);
}

/** Removes a staged file. Safe to repeat. No exchange. */
export function* discard(staged: StagedFile): Operation<void> {
  yield file('discard', staged);
}

/**
 * Adds bytes to the end of a file, and creates it if it does not exist. When that fails, the file has its former size
 * again. Only one operation may append to a file at a time. No exchange.
 *
 * @param options `sync`: also writes the file to the disk before it ends, so that the bytes survive a crash of the system.
 * @returns The size of the file afterwards, in bytes.
 * @throws {CloudError} `invalid-argument` when the folder is missing or not writable, or the path is not a file;
 * `no-space`, `file-failed`.
 */
export function* append(path: string, bytes: Uint8Array, options: { readonly sync: boolean }): Operation<number> {
  return (yield file('append', path, bytes, options.sync)) as Reply<'append'>;
}

/**
 * Removes a file or a link. No exchange.
 *
 * @returns Whether it existed.
 * @throws {CloudError} `invalid-argument` when the path is a folder, or access is denied; `file-failed`.
 */
export function* removeFile(path: string): Operation<boolean> {
  return (yield file('removeFile', path)) as Reply<'removeFile'>;
}

/**
 * Creates a folder inside an existing one. No exchange.
 *
 * @returns Whether it is new.
 * @throws {CloudError} `invalid-argument` when the outer folder is missing or not writable, or the path is a file;
 * `no-space`, `file-failed`.
 */
export function* makeFolder(path: string): Operation<boolean> {
  return (yield file('makeFolder', path)) as Reply<'makeFolder'>;
}

/**
 * Removes an empty folder. No exchange.
 *
 * @returns Whether it existed.
 * @throws {CloudError} `not-empty`; `invalid-argument` when the path is not a folder, or access is denied; `file-failed`.
 */
export function* removeFolder(path: string): Operation<boolean> {
  return (yield file('removeFolder', path)) as Reply<'removeFolder'>;
}
