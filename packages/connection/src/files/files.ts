/** Local files: their status, and what is read of them. What is written is in `writing.ts`. */
import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import {
  type Algorithm,
  type Checksums,
  CloudError,
  type FileRange,
  type FileStatus,
  type FileVersion,
  invalidArgument,
  runningChecksums,
} from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import { fileFailure } from '../failure.ts';

/** Size of one read. */
const chunkBytes = 256 * 1024;
/** Size of the pieces that are sent. Larger ones would get memory of their own from the system each time, which takes longer. */
const sentBytes = 64 * 1024;

/** The status of a path, following links; `undefined` when nothing exists there. */
export async function statFile(path: string, field = 'path'): Promise<FileStatus | undefined> {
  try {
    return statusOf(await stat(path));
  } catch (failure) {
    const { code } = failure as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileFailure(failure, field, path);
  }
}

/** A status as steps have it. */
export function statusOf(found: Stats): FileStatus {
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  return { kind, ...versionOf(found) };
}

/** The version in a file's status. */
export function versionOf({ ino, mtimeMs, size }: Stats): FileVersion {
  return { sizeBytes: size, modifiedMs: mtimeMs, inode: ino };
}

/** Reads a small file; `undefined` when nothing exists at the path. */
export async function readSmallFile(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const file = await open(path).catch((failure: unknown) => {
    const { code } = failure as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileFailure(failure, 'path', path);
  });
  if (!file) return undefined;
  try {
    // Reads one byte more than allowed, to detect a file that is too large without its status: a pipe has no size.
    const bytes = new Uint8Array(maxBytes + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length);
      if (bytesRead === 0) return bytes.slice(0, length);
      length += bytesRead;
    }
  } catch (failure) {
    throw fileFailure(failure, 'path', path);
  } finally {
    await file.close();
  }
  throw invalidArgument('path', `${path} is larger than ${maxBytes} bytes`);
}

/**
 * Reads a range piece by piece, the next one while the caller has the last.
 *
 * @param seen Called with each piece before it is yielded.
 * @param isReused Whether a piece may be overwritten once the caller asks for the next one. The HTTP client still uses it then.
 */
export async function* readSlice(
  slice: FileRange,
  seen: (chunk: Uint8Array) => void,
  isReused = false,
): AsyncGenerator<Uint8Array> {
  const file = await open(slice.path).catch((failure) => {
    throw fileFailure(failure, 'filePath', slice.path);
  });
  const pieceBytes = Math.min(isReused ? chunkBytes : sentBytes, slice.endBytes - slice.startBytes);
  // While one piece is used, the next is read into the other buffer.
  let [free, used]: (Uint8Array | undefined)[] = [];
  const readAt = (at: number): Promise<Uint8Array> => {
    const buffer = free ?? Buffer.allocUnsafeSlow(pieceBytes);
    if (isReused) [free, used] = [used, buffer];
    return readPiece(file, slice, at, buffer);
  };
  let ahead: Promise<Uint8Array> | undefined;
  try {
    let at = slice.startBytes;
    while (at < slice.endBytes) {
      const chunk = await (ahead ?? readAt(at));
      at += chunk.length;
      if (at === slice.endBytes && slice.version) await refuseChanged(file, slice.path, slice.version);
      // The next piece is read while this one is checksummed and sent.
      ahead = at < slice.endBytes ? readAt(at) : undefined;
      seen(chunk);
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => {});
    await file.close();
  }
}

/**
 * Refuses a file that was written or replaced since its version was read, because its bytes may be a mixture. Runs before
 * the last piece is yielded, so that a request with this body cannot complete.
 */
async function refuseChanged(file: FileHandle, path: string, before: FileVersion): Promise<void> {
  if (!isSameVersion(versionOf(await file.stat()), before))
    throw new CloudError('conflict', `${path} was changed or replaced while it was being read`, { path });
}

/** Whether a file is as it was. */
export function isSameVersion(one: FileVersion, other: FileVersion): boolean {
  return one.sizeBytes === other.sizeBytes && one.modifiedMs === other.modifiedMs && one.inode === other.inode;
}

/** Reads the next piece of a slice into a buffer. */
async function readPiece(file: FileHandle, slice: FileRange, at: number, buffer: Uint8Array): Promise<Uint8Array> {
  const length = Math.min(buffer.length, slice.endBytes - at);
  const { bytesRead } = await file.read(buffer, 0, length, at).catch((failure: unknown) => {
    throw fileFailure(failure, 'filePath', slice.path);
  });
  if (bytesRead === 0) {
    throw new CloudError('conflict', `${slice.path} became shorter while it was being read`, { path: slice.path });
  }
  return buffer.subarray(0, bytesRead);
}

/**
 * Checksums of a part of a file.
 *
 * @throws The call's failure when it is cancelled.
 */
export async function checksumFile(
  range: FileRange,
  algorithms: readonly Algorithm[],
  call: Pick<Call, 'failure'>,
): Promise<Checksums> {
  const running = runningChecksums(algorithms);
  for await (const _ of readSlice(range, running.update, true)) if (call.failure) throw call.failure;
  return running.digest();
}

/** Reads a part of a file into memory. */
export async function readFileRange(range: FileRange): Promise<Uint8Array> {
  const bytes = new Uint8Array(range.endBytes - range.startBytes);
  let at = 0;
  for await (const chunk of readSlice(range, () => {}, true)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
