/** Writes local files: staged beside their destination and renamed when they are complete, or appended to. Removes them. */
import { randomBytes } from 'node:crypto';
import { constants, lstatSync, renameSync } from 'node:fs';
import {
  chmod,
  copyFile,
  type FileHandle,
  link,
  lstat,
  open,
  rename,
  rm,
  stat,
  unlink,
  utimes,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type Algorithm,
  type Checksums,
  CloudError,
  type FileRange,
  type FileVersion,
  runningChecksums,
  type StagedBytes,
  type StagedFile,
} from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import { fileFailure, folderFailure } from '../failure.ts';
import { isSameVersion, readSlice, versionOf } from './files.ts';

/** Creates an empty file next to the destination, on the same file system, so that publishing is one atomic rename. */
export async function stageFile(destinationPath: string): Promise<StagedFile> {
  const file = stagedFor(destinationPath);
  await (await create(file)).close();
  return file;
}

/** Counts from a random number, because randomness takes as long as a call of the system. */
let lastStaged = randomBytes(6).readUIntBE(0, 6);

function stagedFor(destinationPath: string): StagedFile {
  lastStaged = (lastStaged + 1) % 2 ** 48;
  const name = `.${basename(destinationPath).slice(0, 100)}.${lastStaged.toString(16).padStart(12, '0')}.part`;
  return { destinationPath, temporaryPath: join(dirname(destinationPath), name) };
}

async function create({ destinationPath, temporaryPath }: StagedFile): Promise<FileHandle> {
  try {
    return await open(temporaryPath, 'wx');
  } catch (failure) {
    const field = 'destinationPath';
    throw folderFailure(failure, field, dirname(destinationPath)) ?? fileFailure(failure, field, destinationPath);
  }
}

/** The same with all bytes of the file, for less than half of the calls of the system. */
export async function stageWhole(
  destinationPath: string,
  bytes: Uint8Array,
  modifiedMs: number | undefined,
): Promise<StagedBytes> {
  const file = stagedFor(destinationPath);
  const handle = await create(file);
  let version: FileVersion;
  try {
    await ofFile(file, writeWhole(handle, bytes, 0));
    if (modifiedMs !== undefined) await ofFile(file, handle.utimes(modifiedMs / 1000, modifiedMs / 1000));
    version = versionOf(await ofFile(file, handle.stat()));
    // Network file systems report a full disk only here.
    await ofFile(file, handle.close());
  } catch (failure) {
    await handle.close().catch(() => {});
    await discardFile(file);
    throw failure;
  }
  return { ...file, version };
}

/**
 * Renames a staged file to its destination after checking its size on disk. Without `overwrite` it uses a hard link, which
 * fails when the destination exists.
 */
export async function publishFile(
  file: StagedFile,
  overwrite: boolean,
  sizeBytes: number,
  sync = false,
  replaces?: FileVersion,
): Promise<void> {
  const { destinationPath, temporaryPath } = file;
  // One that was staged with its bytes has been looked at.
  const foundBytes = isWhollyStaged(file) ? file.version.sizeBytes : (await ofFile(file, stat(temporaryPath))).size;
  if (foundBytes !== sizeBytes) {
    const message = `${destinationPath} has ${foundBytes} bytes on the disk, but ${sizeBytes} were written`;
    throw new CloudError('integrity', message, { path: destinationPath });
  }
  if (sync) await ofFile(file, syncPath(temporaryPath, 'r+'));
  if (replaces) await ofFile(file, replaceVersion(file, replaces));
  else await moveToDestination(file, overwrite);
  if (sync) await ofFile(file, syncFolderOf(destinationPath));
}

function isWhollyStaged(file: StagedFile | StagedBytes): file is StagedBytes {
  return 'version' in file;
}

/** Replaces a file that has a version. Both calls block, so that nothing else in this thread comes between them. */
async function replaceVersion({ destinationPath, temporaryPath }: StagedFile, version: FileVersion): Promise<void> {
  const found = lstatSync(destinationPath, { throwIfNoEntry: false });
  if (!found || !isSameVersion(versionOf(found), version)) {
    const message = `${destinationPath} ${found ? 'was changed or replaced' : 'does not exist any more'}`;
    throw new CloudError('precondition-failed', message, { path: destinationPath });
  }
  renameSync(temporaryPath, destinationPath);
}

async function moveToDestination(file: StagedFile, overwrite: boolean): Promise<void> {
  const { destinationPath, temporaryPath } = file;
  if (overwrite) return ofFile(file, rename(temporaryPath, destinationPath));
  try {
    await link(temporaryPath, destinationPath);
  } catch (failure) {
    const { code } = failure as { code?: unknown };
    if (code === 'EEXIST' || (await isPresent(destinationPath))) {
      throw new CloudError('already-exists', `${destinationPath} appeared while it was being downloaded`, {
        field: 'destinationPath',
        path: destinationPath,
      });
    }
    // File systems without hard links (exFAT, some network mounts) still have an atomic rename.
    return ofFile(file, rename(temporaryPath, destinationPath));
  }
  // `rm` looks at the file first.
  await ofFile(file, unlink(temporaryPath));
}

/** Writes what the system still holds of a file or folder to the disk. */
async function syncPath(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes the entries of a file's folder to the disk. Windows cannot open a folder, and does so by itself. */
async function syncFolderOf(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncPath(dirname(path), 'r');
}

/** Removes a staged file if it exists. */
export async function discardFile(file: StagedFile): Promise<void> {
  await ofFile(file, rm(file.temporaryPath, { force: true }));
}

/** Sets the time of the last write of a staged file. */
export async function setModifiedTime(file: StagedFile, modifiedMs: number): Promise<void> {
  await ofFile(file, utimes(file.temporaryPath, modifiedMs / 1000, modifiedMs / 1000));
}

/** A staged file that is open for writing. */
export interface StagedWriter {
  /**
   * Writes all of the bytes at an offset, one array after the other, or throws.
   *
   * @throws {CloudError} `no-space`, `file-failed`.
   */
  write(arrays: readonly Uint8Array[], startBytes: number): Promise<void>;
  /** @throws {CloudError} As {@link write}: network file systems report a full disk only here. */
  close(): Promise<void>;
}

/** Opens a staged file for writing. */
export async function openStaged(file: StagedFile): Promise<StagedWriter> {
  const handle = await ofFile(file, open(file.temporaryPath, 'r+'));
  return {
    write: (arrays, startBytes) => ofFile(file, writeAll(handle, arrays, startBytes)),
    close: () => ofFile(file, handle.close()),
  };
}

/**
 * Writes all of the bytes. The system may write fewer than it is given, for example when the disk fills up. Then the rest
 * is written again, which either succeeds or fails with the reason.
 *
 * @see https://man7.org/linux/man-pages/man2/write.2.html#DESCRIPTION
 */
export async function writeWhole(
  handle: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
  startBytes: number,
): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, startBytes + written);
    if (bytesWritten === 0) throw Object.assign(new Error('write: nothing was written'), { code: 'ENOSPC' });
    written += bytesWritten;
  }
}

/** The same for several arrays, with one call of the system where it writes all that it is given. */
async function writeAll(handle: FileHandle, arrays: readonly Uint8Array[], startBytes: number): Promise<void> {
  let { bytesWritten: rest } = arrays.length > 1 ? await handle.writev(arrays, startBytes) : { bytesWritten: 0 };
  let at = startBytes;
  for (const array of arrays) {
    if (rest < array.length) await writeWhole(handle, array.subarray(rest), at + rest);
    rest = Math.max(0, rest - array.length);
    at += array.length;
  }
}

/** Maps errors of a staged file to errors that name the destination, which is the path that the caller knows. */
async function ofFile<Result>({ destinationPath }: StagedFile, pending: Promise<Result>): Promise<Result> {
  try {
    return await pending;
  } catch (failure) {
    throw fileFailure(failure, 'destinationPath', destinationPath);
  }
}

/** Writes bytes into a staged file. */
export async function writeStaged(file: StagedFile, startBytes: number, bytes: Uint8Array): Promise<void> {
  const writer = await openStaged(file);
  try {
    await writer.write([bytes], startBytes);
  } finally {
    await writer.close();
  }
}

/** Copies a part of a file into a staged file. @returns Checksums of the bytes. */
export async function copyRange(
  range: FileRange,
  file: StagedFile,
  startBytes: number,
  algorithms: readonly Algorithm[],
  call: Pick<Call, 'failure'>,
): Promise<Checksums> {
  if (startBytes === 0 && algorithms.length === 0 && isWhole(range)) {
    await cloneFile(range, file);
    return {};
  }
  const running = runningChecksums(algorithms);
  const writer = await openStaged(file);
  try {
    let at = startBytes;
    for await (const chunk of readSlice(range, running.update, true)) {
      if (call.failure) throw call.failure;
      await writer.write([chunk], at);
      at += chunk.length;
    }
  } finally {
    await writer.close();
  }
  return running.digest();
}

function isWhole({ endBytes, startBytes, version }: FileRange): boolean {
  return startBytes === 0 && version?.sizeBytes === endBytes;
}

/** Copies a whole file, without moving its bytes where the file system can. Keeps the permissions of the staged file. */
async function cloneFile({ path, version }: FileRange, file: StagedFile): Promise<void> {
  const { mode } = await ofFile(file, stat(file.temporaryPath));
  try {
    await copyFile(path, file.temporaryPath, constants.COPYFILE_FICLONE);
    if (version && !isSameVersion(versionOf(await stat(path)), version)) {
      throw new CloudError('conflict', `${path} was changed or replaced while it was being read`, { path });
    }
  } catch (failure) {
    throw fileFailure(failure, 'filePath', path);
  }
  await ofFile(file, chmod(file.temporaryPath, mode));
}

/** Removes a file or link. @returns Whether it existed. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (failure) {
    const { code } = failure as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    // macOS reports EPERM for a folder.
    const isFolder = code === 'EPERM' && (await lstat(path)).isDirectory();
    throw fileFailure(isFolder ? Object.assign(failure as Error, { code: 'EISDIR' }) : failure, 'path', path);
  }
}

async function isPresent(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Adds bytes to the end of a file. @returns Its size afterwards. */
export async function appendFile(path: string, bytes: Uint8Array, sync: boolean): Promise<number> {
  const handle = await open(path, 'a').catch((failure: unknown) => {
    const isOfFile = (failure as { code?: unknown }).code === 'EISDIR';
    throw (isOfFile ? undefined : folderFailure(failure, 'path', dirname(path))) ?? fileFailure(failure, 'path', path);
  });
  try {
    const { size } = await handle.stat();
    await appendWhole(handle, bytes, size, sync);
    if (sync && size === 0) await syncFolderOf(path);
    return size + bytes.length;
  } catch (failure) {
    throw fileFailure(failure, 'path', path);
  } finally {
    await handle.close();
  }
}

/** Appends all of the bytes, or none: a part of them is removed again. */
export async function appendWhole(
  handle: Pick<FileHandle, 'write' | 'truncate' | 'sync'>,
  bytes: Uint8Array,
  sizeBytes: number,
  sync: boolean,
): Promise<void> {
  try {
    await writeWhole(handle, bytes, sizeBytes);
    if (sync) await handle.sync();
  } catch (failure) {
    // Devices cannot be cut; the caller gets the first failure.
    await handle.truncate(sizeBytes).catch(() => {});
    throw failure;
  }
}
