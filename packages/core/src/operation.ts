/**
 * The language that providers write in: an operation is a generator that yields *steps* and is sent *replies*.
 *
 * This file owns the closed set of steps. It performs none of them, and nothing outside it can make one: a step is
 * sealed, so a hand-made `yield` does not compile. Each primitive below holds the one cast for its reply.
 */
import type { ByteSource } from './bytes.ts';
import type { HttpRequest, HttpResponse, PassedBytes, ResponseStream } from './http.ts';

declare const sealed: unique symbol;

/** What changes when a file is written or replaced. */
export interface FileVersion {
  readonly sizeBytes: number;
  /** When its bytes were last written, in milliseconds since 1970 UTC, as exactly as the file system tells. */
  readonly modifiedMs: number;
  /** Its number in the file system. */
  readonly inode: number;
}

/** What a caller's file looks like before an operation touches it. */
export interface FileStatus extends FileVersion {
  readonly kind: 'file' | 'folder' | 'other';
}

/** A file being written under a temporary name beside its destination. Only {@link publish} gives it its own name. */
export interface StagedFile {
  readonly destinationPath: string;
  readonly temporaryPath: string;
}

/** A part of a local file: `startBytes` inclusive, `endBytes` exclusive. */
export interface FileRange {
  readonly path: string;
  readonly startBytes: number;
  readonly endBytes: number;
  /** The file as {@link stat} saw it. One that was written or replaced since then is `conflict`, after its last byte is read. */
  readonly version?: FileVersion;
}

/** What {@link environment} tells about the process that the operation runs in. */
export interface Environment {
  /** The variables that were asked for and are set. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, as an absolute path. */
  readonly homeFolder: string;
  /** The operating system in Node's words: `linux`, `darwin`, `win32`, … */
  readonly platform: string;
}

/** Where a file goes that lies below a folder. */
export interface FilePlace {
  /** In the system's own notation. */
  readonly path: string;
  /** Whether names that differ only in case or in their Unicode form name one file on this system. */
  readonly ignoresCase: boolean;
}

/** Every kind of step, with what a performer needs in order to do it. Plain data but for what belongs to the caller. */
export type StepShape =
  | { readonly kind: 'exchange'; readonly request: HttpRequest }
  | { readonly kind: 'sleep'; readonly milliseconds: number }
  | { readonly kind: 'clock' }
  | { readonly kind: 'entropy'; readonly byteCount: number }
  | { readonly kind: 'parallel'; readonly operations: Iterable<Operation<unknown>>; readonly limit: number }
  | { readonly kind: 'stat'; readonly path: string; readonly field: string }
  | { readonly kind: 'readFile'; readonly path: string; readonly maxBytes: number }
  | { readonly kind: 'environment'; readonly names: readonly string[] }
  | { readonly kind: 'invoke'; readonly fn: (...args: never[]) => unknown; readonly args: readonly unknown[] }
  | { readonly kind: 'share'; readonly owner: object; readonly operation: Operation<unknown> }
  | { readonly kind: 'makeFolders'; readonly folder: string; readonly names: readonly string[] }
  | { readonly kind: 'checksum'; readonly range: FileRange; readonly algorithm: 'crc32c' | 'md5' }
  | { readonly kind: 'stage'; readonly destinationPath: string }
  | { readonly kind: 'publish'; readonly file: StagedFile; readonly overwrite: boolean; readonly sizeBytes: number }
  | { readonly kind: 'discard'; readonly file: StagedFile }
  | { readonly kind: 'pull'; readonly source: ByteSource; readonly byteCount: number }
  | { readonly kind: 'read'; readonly stream: ResponseStream }
  | { readonly kind: 'passed'; readonly stream: ResponseStream }
  | { readonly kind: 'release'; readonly resource: ResponseStream | ByteSource };

/** One thing that an operation asks the world to do. Made only by the functions of this file. */
export type Step = StepShape & {
  /** Performed also when the call has been cancelled; see {@link cleanUp}. */
  readonly isCleanup?: true;
  readonly [sealed]: true;
};

/**
 * A provider's operation: no I/O, no clock, no randomness of its own, and no idea whether its caller blocks or awaits.
 *
 * A generator that has not been started has done nothing; one that is driven twice is a mistake.
 */
export type Operation<Result> = Generator<Step, Result, unknown>;

function seal(shape: StepShape): Step {
  return shape as Step;
}

/**
 * One HTTP request and its response. One exchange.
 *
 * @returns The response, whatever its status: reading a status is the provider's work.
 * @throws {CloudError} `network`, `timeout`, `malformed-response` for a body longer than it may be, or a code of the local
 * file that the body comes from or goes to.
 */
export function* exchange(request: HttpRequest): Operation<HttpResponse> {
  return (yield seal({ kind: 'exchange', request })) as HttpResponse;
}

/** Lets time pass. No exchange. */
export function* sleep(milliseconds: number): Operation<void> {
  yield seal({ kind: 'sleep', milliseconds });
}

/** The wall clock, in milliseconds since 1970 UTC. No exchange. */
export function* clock(): Operation<number> {
  return (yield seal({ kind: 'clock' })) as number;
}

/** Unpredictable bytes. No exchange. */
export function* entropy(byteCount: number): Operation<Uint8Array> {
  return (yield seal({ kind: 'entropy', byteCount })) as Uint8Array;
}

/**
 * Drives several operations so that their steps overlap, in both kinds.
 *
 * Operations are drawn from the iterable only as places become free, so a generator of many holds few in memory. The
 * first failure cancels the others (their `finally` blocks run) and is thrown here once all have ended.
 *
 * @param limit How many run at once, at least 1.
 * @returns The results in the order of the operations.
 */
export function* parallel<Result>(operations: Iterable<Operation<Result>>, limit: number): Operation<Result[]> {
  return (yield seal({ kind: 'parallel', operations, limit })) as Result[];
}

/**
 * Looks at a local path. No exchange.
 *
 * @param field The argument that names it, for errors.
 * @returns `undefined` when nothing is there.
 * @throws {CloudError} `invalid-argument` when it may not be looked at.
 */
export function* stat(path: string, field = 'path'): Operation<FileStatus | undefined> {
  return (yield seal({ kind: 'stat', path, field })) as FileStatus | undefined;
}

/**
 * Reads a small local file as a whole. No exchange.
 *
 * @param maxBytes The largest file that is read; for settings and keys, not for data.
 * @returns Its bytes, or `undefined` when nothing is at the path.
 * @throws {CloudError} `invalid-argument` when it is larger, no file, or may not be read.
 */
export function* readFile(path: string, options: { readonly maxBytes: number }): Operation<Uint8Array | undefined> {
  return (yield seal({ kind: 'readFile', path, maxBytes: options.maxBytes })) as Uint8Array | undefined;
}

/** Looks at environment variables, by name, and at where the user's settings are. No exchange. */
export function* environment(names: readonly string[]): Operation<Environment> {
  return (yield seal({ kind: 'environment', names })) as Environment;
}

/**
 * Calls a function of the caller's, on the caller's thread, and waits for the promise that it may give. No exchange.
 *
 * @throws {CloudError} `unsupported` when it gives a promise to a blocking call, which cannot wait for one.
 * @throws Whatever the function throws, unchanged: it is the caller's own error.
 */
export function* invoke<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result | PromiseLike<Result>,
  args: Args,
): Operation<Result> {
  return (yield seal({ kind: 'invoke', fn: fn as (...args: never[]) => unknown, args })) as Result;
}

/**
 * Runs an operation once for all who want it at the same time. Whoever asks first drives it; whoever asks for the same
 * owner before it has ended gets the same result, or the same failure, and its own operation is never started. When it
 * has ended, the next to ask begins anew: to keep a result is the asker's work.
 *
 * One that is cancelled while it waits does not disturb the others; when the last of them is, so is the operation.
 *
 * @param owner Whose operation it is: any object, compared by identity. The operation itself must not ask for it.
 */
export function* share<Result>(owner: object, operation: Operation<Result>): Operation<Result> {
  return (yield seal({ kind: 'share', owner, operation })) as Result;
}

/**
 * Makes a folder, and the folders on the way from it to a file below it, as far as they are missing. No exchange.
 *
 * @param names Of the folders below `folder` and, last, of the file. Neither empty nor `.` or `..`, without separators.
 * @throws {CloudError} `invalid-argument` when the way leads through a file, through a link that leads out of the folder,
 * or has a name that the system cannot have.
 */
export function* makeFolders(folder: string, names: readonly string[]): Operation<FilePlace> {
  return (yield seal({ kind: 'makeFolders', folder, names })) as FilePlace;
}

/**
 * The CRC32C of a part of a local file, read in small pieces. No exchange.
 *
 * @throws {CloudError} `invalid-argument` when the file cannot be read, `conflict` when it is shorter than the range or
 * no longer the version that the range names.
 */
export function* fileCrc32c(range: FileRange): Operation<number> {
  return (yield seal({ kind: 'checksum', range, algorithm: 'crc32c' })) as number;
}

/** The MD5 of a part of a local file, base64. See {@link fileCrc32c}. No exchange. */
export function* fileMd5(range: FileRange): Operation<string> {
  return (yield seal({ kind: 'checksum', range, algorithm: 'md5' })) as string;
}

/**
 * Creates an empty file under a temporary name in the destination's folder, to be written by response sinks.
 * Whoever stages a file publishes or discards it. No exchange.
 *
 * @throws {CloudError} `invalid-argument` when the folder is missing or not writable; `no-space`, `file-failed`.
 */
export function* stage(destinationPath: string): Operation<StagedFile> {
  return (yield seal({ kind: 'stage', destinationPath })) as StagedFile;
}

/**
 * Gives a staged file its own name, in one atomic move, if it has its size on the disk. No exchange.
 *
 * @param options `sizeBytes`: how many bytes were written into it.
 * @throws {CloudError} `integrity` when the file has another size; `already-exists` when something has that name and
 * `overwrite` is false; `no-space` or `file-failed`.
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
 * Takes the next bytes from the caller's source. No exchange.
 *
 * @returns Exactly `byteCount` bytes, or fewer when the source has ended; empty when nothing is left. The array belongs
 * to the operation.
 * @throws Whatever the source throws, unchanged: it is the caller's own error.
 */
export function* pull(source: ByteSource, byteCount: number): Operation<Uint8Array> {
  return (yield seal({ kind: 'pull', source, byteCount })) as Uint8Array;
}

/** The next piece of a response that was asked for as a stream, or `undefined` at its end. No exchange of its own. */
export function* read(stream: ResponseStream): Operation<Uint8Array | undefined> {
  return (yield seal({ kind: 'read', stream })) as Uint8Array | undefined;
}

/**
 * What has passed of a response stream that is decoded on the way: its bytes as they came over the wire, all of them once
 * {@link read} has told its end. No exchange.
 */
export function* passed(stream: ResponseStream): Operation<PassedBytes> {
  return (yield seal({ kind: 'passed', stream })) as PassedBytes;
}

/** Lets go of a response stream or of the caller's source, finished or not. Safe to repeat. No exchange. */
export function* release(resource: ResponseStream | ByteSource): Operation<void> {
  yield seal({ kind: 'release', resource });
}

/**
 * Drives an operation that tidies up, in a `finally` block. A call that is cancelled refuses the steps that come after; these
 * are performed all the same, and not cancelled half-way, within ten seconds of their own.
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
