/**
 * Operations and steps. Providers write an operation as a generator that yields *steps* and receives *replies*.
 *
 * This file defines the closed set of steps and performs none of them. Only the functions below can make a step: the
 * `Step` type is sealed, so any other `yield` does not compile. Each function has the one cast for the type of its reply.
 */
import type { ByteSource } from './bytes.ts';
import type { Algorithm, Checksums } from './checksums/checksums.ts';
import { invalidArgument } from './errors.ts';
import type { HttpRequest, HttpResponse, PassedBytes, ResponseStream } from './http.ts';

declare const sealed: unique symbol;

/** Identifies the state of a file: it changes when the file is written or replaced. */
export interface FileVersion {
  readonly sizeBytes: number;
  /** Time of the last write, in milliseconds since 1970 UTC, with the precision of the file system. */
  readonly modifiedMs: number;
  /** Inode number. */
  readonly inode: number;
}

/** Kind, size and version of a file or folder. */
export interface FileStatus extends FileVersion {
  readonly kind: 'file' | 'folder' | 'other';
}

/** A file that is being written under a temporary name beside its destination. {@link publish} renames it. */
export interface StagedFile {
  readonly destinationPath: string;
  readonly temporaryPath: string;
}

/** A part of a local file: `startBytes` inclusive, `endBytes` exclusive. */
export interface FileRange {
  readonly path: string;
  readonly startBytes: number;
  readonly endBytes: number;
  /** The version that {@link stat} returned. If the file has changed since, reading its last piece fails with `conflict`. */
  readonly version?: FileVersion;
}

/** The environment of the process that the operation runs in. */
export interface Environment {
  /** The requested variables that are set. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, as an absolute path. */
  readonly homeFolder: string;
  /** The operating system as in `process.platform`: `linux`, `darwin`, `win32`, … */
  readonly platform: string;
}

/** An entry of a folder. */
export interface FolderEntry extends FileVersion {
  /** Its name; when it is not valid UTF-8, with replacement characters, and `isUtf8` is false. */
  readonly name: string;
  readonly isUtf8: boolean;
  /** Links are not followed. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** Entries of a folder. */
export interface FolderPage {
  readonly entries: readonly FolderEntry[];
  /** Whether there are more after the last one. */
  readonly hasMore: boolean;
}

/** The path of a file below a folder. */
export interface FilePlace {
  /** With the system's separators. */
  readonly path: string;
  /** Whether names that differ only in case or Unicode normalization mean the same file on this system. */
  readonly ignoresCase: boolean;
}

/** All kinds of steps, with what is needed to perform them. Plain data, except for the caller's sources and functions. */
export type StepShape =
  | { readonly kind: 'exchange'; readonly request: HttpRequest }
  | { readonly kind: 'sleep'; readonly milliseconds: number }
  | { readonly kind: 'clock' }
  | { readonly kind: 'entropy'; readonly byteCount: number }
  | { readonly kind: 'parallel'; readonly operations: Iterable<Operation<unknown>>; readonly limit: number }
  | { readonly kind: 'race'; readonly operations: readonly Operation<unknown>[] }
  | { readonly kind: 'on'; readonly driver: object; readonly operation: Operation<unknown> }
  | { readonly kind: 'stat'; readonly path: string; readonly field: string }
  | { readonly kind: 'readFile'; readonly path: string; readonly maxBytes: number }
  | { readonly kind: 'environment'; readonly names: readonly string[] }
  | { readonly kind: 'invoke'; readonly fn: (...args: never[]) => unknown; readonly args: readonly unknown[] }
  | { readonly kind: 'share'; readonly owner: object; readonly operation: Operation<unknown> }
  | { readonly kind: 'makeFolders'; readonly folder: string; readonly names: readonly string[] }
  | { readonly kind: 'checksums'; readonly range: FileRange; readonly algorithms: readonly Algorithm[] }
  | { readonly kind: 'listFolder'; readonly path: string; readonly after: string | undefined }
  | { readonly kind: 'readRange'; readonly range: FileRange }
  | { readonly kind: 'write'; readonly file: StagedFile; readonly startBytes: number; readonly bytes: Uint8Array }
  | { readonly kind: 'stage'; readonly destinationPath: string }
  | { readonly kind: 'publish'; readonly file: StagedFile; readonly overwrite: boolean; readonly sizeBytes: number }
  | { readonly kind: 'discard'; readonly file: StagedFile }
  | { readonly kind: 'pull'; readonly source: ByteSource; readonly byteCount: number }
  | { readonly kind: 'read'; readonly stream: ResponseStream }
  | { readonly kind: 'passed'; readonly stream: ResponseStream }
  | { readonly kind: 'release'; readonly resource: ResponseStream | ByteSource };

/** One request for I/O, time, randomness or scheduling. Only the functions of this file make steps. */
export type Step = StepShape & {
  /** Set by {@link cleanUp}: the step is performed even if the call has been cancelled. */
  readonly isCleanup?: true;
  readonly [sealed]: true;
};

/** A step that runs other operations. The engine schedules them, in both kinds; see `engine/engine.ts`. */
export type FlowStep = Extract<Step, { readonly kind: 'parallel' | 'race' | 'share' | 'on' }>;

/** Any other step. A performer performs it. */
export type SingleStep = Exclude<Step, FlowStep>;

/**
 * A provider's operation. It has no I/O, clock or randomness of its own, and does not know whether its caller blocks or
 * awaits. It does nothing until it is driven, and must be driven only once.
 */
export type Operation<Result> = Generator<Step, Result, unknown>;

function seal(shape: StepShape): Step {
  return shape as Step;
}

/**
 * One HTTP request and its response. One exchange.
 *
 * @returns The response, whatever its status; the provider checks the status.
 * @throws {CloudError} `network`, `timeout`, `malformed-response` when the body exceeds its limit, or an error of the local
 * file that the body is read from or written to.
 */
export function* exchange(request: HttpRequest): Operation<HttpResponse> {
  return (yield seal({ kind: 'exchange', request })) as HttpResponse;
}

/** Waits. No exchange. */
export function* sleep(milliseconds: number): Operation<void> {
  yield seal({ kind: 'sleep', milliseconds });
}

/** The current time, in milliseconds since 1970 UTC. No exchange. */
export function* clock(): Operation<number> {
  return (yield seal({ kind: 'clock' })) as number;
}

/** Cryptographically random bytes. No exchange. */
export function* entropy(byteCount: number): Operation<Uint8Array> {
  return (yield seal({ kind: 'entropy', byteCount })) as Uint8Array;
}

/**
 * Drives several operations concurrently, in both kinds.
 *
 * Takes an operation from the iterable only when fewer than `limit` run, so a generator can produce many operations with
 * few of them in memory. The first failure cancels the others (their `finally` blocks run) and is thrown when all have
 * ended.
 *
 * @param limit Maximum number of running operations, at least 1.
 * @returns The results in the order of the operations.
 */
export function* parallel<Result>(operations: Iterable<Operation<Result>>, limit: number): Operation<Result[]> {
  return (yield seal({ kind: 'parallel', operations, limit })) as Result[];
}

/**
 * Drives several operations concurrently until one has ended. The others are then cancelled and may clean up.
 *
 * @param operations At least one. When one ends without waiting, those after it are not started.
 * @returns The result of the first operation to end.
 * @throws What it throws, if it fails. `invalid-argument` without operations.
 */
export function* race<Result>(operations: readonly Operation<Result>[]): Operation<Result> {
  if (operations.length === 0) throw invalidArgument('operations', 'must have at least one operation to race');
  return (yield seal({ kind: 'race', operations })) as Result;
}

/**
 * Runs an operation on the connection of another driver: with its connection pool, limits and timeout, until it is closed.
 * For {@link operationsOf}, whose operations use it.
 *
 * @param driver What the package that makes drivers knows the other driver by.
 * @throws {CloudError} `session-closed` when the driver is closed; `unsupported` when it cannot run in this kind of call.
 */
export function* on<Result>(driver: object, operation: Operation<Result>): Operation<Result> {
  return (yield seal({ kind: 'on', driver, operation })) as Result;
}

/**
 * Reads the status of a local path, following links. No exchange.
 *
 * @param field The argument that holds the path, for errors.
 * @returns `undefined` when nothing exists at the path.
 * @throws {CloudError} `invalid-argument` when access is denied.
 */
export function* stat(path: string, field = 'path'): Operation<FileStatus | undefined> {
  return (yield seal({ kind: 'stat', path, field })) as FileStatus | undefined;
}

/**
 * Reads a small local file, such as settings or a key. No exchange.
 *
 * @returns Its bytes, or `undefined` when nothing exists at the path.
 * @throws {CloudError} `invalid-argument` when it is larger than `maxBytes`, not a file, or not readable.
 */
export function* readFile(path: string, options: { readonly maxBytes: number }): Operation<Uint8Array | undefined> {
  return (yield seal({ kind: 'readFile', path, maxBytes: options.maxBytes })) as Uint8Array | undefined;
}

/** Reads environment variables by name, the home folder and the platform. No exchange. */
export function* environment(names: readonly string[]): Operation<Environment> {
  return (yield seal({ kind: 'environment', names })) as Environment;
}

/**
 * Calls a function of the caller on the caller's thread, and awaits its promise if it returns one. No exchange.
 *
 * @throws {CloudError} `unsupported` when it returns a promise in a blocking call, which cannot await one.
 * @throws Whatever the function throws, unchanged: it is the caller's own error.
 */
export function* invoke<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result | PromiseLike<Result>,
  args: Args,
): Operation<Result> {
  return (yield seal({ kind: 'invoke', fn: fn as (...args: never[]) => unknown, args })) as Result;
}

/**
 * Runs one operation for all concurrent callers with the same owner (single flight). The first caller's operation is
 * driven. Callers that join before it has ended get its result or its failure, and their own operations never start.
 * Nothing is cached: the next caller after the end starts again.
 *
 * Cancelling one caller does not affect the others. Cancelling the last one cancels the operation.
 *
 * @param owner Any object, compared by identity. The operation must not share on the same owner, or it would wait for
 * itself.
 */
export function* share<Result>(owner: object, operation: Operation<Result>): Operation<Result> {
  return (yield seal({ kind: 'share', owner, operation })) as Result;
}

/**
 * Creates a folder and the subfolders that a file below it needs. No exchange.
 *
 * @param names The names of the subfolders, then of the file. Not empty, not `.` or `..`, without separators.
 * @throws {CloudError} `invalid-argument` when one of the subfolders is a file or a link out of the folder, or when the
 * system does not allow a name.
 */
export function* makeFolders(folder: string, names: readonly string[]): Operation<FilePlace> {
  return (yield seal({ kind: 'makeFolders', folder, names })) as FilePlace;
}

/**
 * Checksums of a part of a local file, which is read piece by piece. No exchange.
 *
 * @throws {CloudError} `invalid-argument` when the file cannot be read, `conflict` when it is shorter than the range or
 * has changed since the range's `version`.
 */
export function* fileChecksums(range: FileRange, algorithms: readonly Algorithm[]): Operation<Checksums> {
  return (yield seal({ kind: 'checksums', range, algorithms })) as Checksums;
}

/**
 * Reads the entries of a folder, up to 1,000 of them in byte order of their names. No exchange.
 *
 * @param options `after`: only entries whose name comes after this one.
 * @throws {CloudError} `invalid-argument` when the path is not a readable folder.
 */
export function* listFolder(path: string, options: { readonly after?: string } = {}): Operation<FolderPage> {
  return (yield seal({ kind: 'listFolder', path, after: options.after })) as FolderPage;
}

/**
 * Reads a part of a local file into memory. No exchange.
 *
 * @throws {CloudError} As {@link fileChecksums}.
 */
export function* readRange(range: FileRange): Operation<Uint8Array> {
  return (yield seal({ kind: 'readRange', range })) as Uint8Array;
}

/**
 * Writes bytes into a staged file at an offset. No exchange.
 *
 * @throws {CloudError} `no-space`, `file-failed`.
 */
export function* write(file: StagedFile, startBytes: number, bytes: Uint8Array): Operation<void> {
  yield seal({ kind: 'write', file, startBytes, bytes });
}

/**
 * Creates an empty file under a temporary name in the destination's folder, for response sinks to write to. The operation
 * must publish or discard it. No exchange.
 *
 * @throws {CloudError} `invalid-argument` when the folder is missing or not writable; `no-space`, `file-failed`.
 */
export function* stage(destinationPath: string): Operation<StagedFile> {
  return (yield seal({ kind: 'stage', destinationPath })) as StagedFile;
}

/**
 * Moves a staged file to its destination atomically, after checking its size on disk. No exchange.
 *
 * @param options `sizeBytes`: how many bytes were written to it.
 * @throws {CloudError} `integrity` when the size differs; `already-exists` when the destination exists and `overwrite` is
 * false; `no-space` or `file-failed`.
 */
export function* publish(
  file: StagedFile,
  options: { readonly overwrite: boolean; readonly sizeBytes: number },
): Operation<void> {
  const { overwrite, sizeBytes } = options;
  yield seal({ kind: 'publish', file, overwrite, sizeBytes });
}

/** Removes a staged file. Safe to repeat. No exchange. */
export function* discard(file: StagedFile): Operation<void> {
  yield seal({ kind: 'discard', file });
}

/**
 * Reads the next bytes from the caller's source. No exchange.
 *
 * @returns Exactly `byteCount` bytes, fewer at the end of the source, none after the end. The operation owns the array.
 * @throws Whatever the source throws, unchanged: it is the caller's own error.
 */
export function* pull(source: ByteSource, byteCount: number): Operation<Uint8Array> {
  return (yield seal({ kind: 'pull', source, byteCount })) as Uint8Array;
}

/** Reads the next piece of a response stream, or `undefined` at its end. No exchange of its own. */
export function* read(stream: ResponseStream): Operation<Uint8Array | undefined> {
  return (yield seal({ kind: 'read', stream })) as Uint8Array | undefined;
}

/**
 * Size and checksum of the encoded bytes of a response stream that is being decoded. Covers the whole body once
 * {@link read} has returned `undefined`. No exchange.
 */
export function* passed(stream: ResponseStream): Operation<PassedBytes> {
  return (yield seal({ kind: 'passed', stream })) as PassedBytes;
}

/** Releases a response stream or the caller's source, finished or not. Safe to repeat. No exchange. */
export function* release(resource: ResponseStream | ByteSource): Operation<void> {
  yield seal({ kind: 'release', resource });
}

/**
 * Runs a cleanup operation in a `finally` block. After a cancellation all other steps are refused; steps inside `cleanUp`
 * are still performed, with a timeout of ten seconds of their own.
 */
export function* cleanUp<Result>(operation: Operation<Result>): Operation<Result> {
  let next = operation.next();
  while (!next.done) {
    let reply: unknown;
    try {
      reply = yield { ...next.value, isCleanup: true };
    } catch (failure) {
      next = operation.throw(failure);
      continue;
    }
    next = operation.next(reply);
  }
  return next.value;
}
