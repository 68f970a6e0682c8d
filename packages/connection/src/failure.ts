/**
 * What goes wrong below HTTP, made into errors; and errors made into plain data that can cross threads.
 */
import { CloudError, type CloudErrorCode, type CloudErrorDetails, type HttpRequest } from '@isobar/core/provider';
import { tlsProblemOf } from './tls-failure.ts';

/** Failures of which it is certain that no request was sent. */
const unsentCodes = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What the HTTP client's time limits mean in our words. */
const timeLimits: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection within connectTimeoutMs',
  UND_ERR_HEADERS_TIMEOUT: 'no response headers within headersTimeoutMs',
  UND_ERR_BODY_TIMEOUT: 'no further bytes of the response within idleTimeoutMs',
};

/**
 * The error for an exchange that ended without a response, or within one.
 *
 * The message names method, host and path.
 */
export function exchangeFailure(failure: unknown, request: HttpRequest): CloudError {
  if (failure instanceof CloudError) return failure;
  const { code = '', message } = failure as { code?: string; message: string };
  const limit = timeLimits[code];
  const problem = tlsProblemOf(code);
  return new CloudError(
    limit ? 'timeout' : 'network',
    `${targetOf(request)}: ${limit ?? problem ?? (message || code || 'the connection failed')}`,
    problem ? { permanent: true } : unsentCodes.has(code) ? { unsent: true } : {},
    { cause: failure },
  );
}

/** What a request was for, in a message: without its query, which may hold a signature. */
export function targetOf({ method, origin, path }: HttpRequest): string {
  return `${method} ${origin}${path.split('?', 1)[0]}`;
}

/** Paths that cannot be used, in the system's words and ours: the caller named the wrong one. */
const wrongPaths: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'leads through something that is no folder',
  EACCES: 'may not be accessed',
  EPERM: 'may not be accessed',
  EISDIR: 'is a folder',
  EROFS: 'lies on a read-only file system',
  ENAMETOOLONG: 'is too long a name',
};

/** Folders that take no new file, in the system's words and ours. */
const wrongFolders: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; create it first',
  ENOTDIR: 'is a file, or leads through one',
  EACCES: 'may not be written to',
  EPERM: 'may not be written to',
  EROFS: 'lies on a read-only file system',
};

/** Disks that take no more. @see https://man7.org/linux/man-pages/man2/write.2.html#ERRORS */
const fullDisks: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than its file system, or a limit of this process, allows',
};

/**
 * The error for a local file that could not be read or written. What is no error of the system passes unchanged.
 *
 * @param field The argument that named the path.
 */
export function fileFailure(failure: unknown, field: string, path: string): unknown {
  const { code } = failure as { code?: unknown };
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return failure;
  const wrong = wrongPaths[code];
  if (wrong) {
    return new CloudError('invalid-argument', `\`${field}\`: ${path} ${wrong}`, { field, path }, { cause: failure });
  }
  const full = fullDisks[code];
  const details = { path, reason: code };
  if (full) return new CloudError('no-space', `${path} cannot be written: ${full}`, details, { cause: failure });
  return new CloudError('file-failed', `${path} could not be read or written: ${code}`, details, { cause: failure });
}

/**
 * The error for a folder in which no file can be made; `undefined` when that is not the folder's fault.
 *
 * @param field The argument that named a file in it.
 */
export function folderFailure(failure: unknown, field: string, folder: string): CloudError | undefined {
  const { code } = failure as { code?: unknown };
  const wrong = typeof code === 'string' && Object.hasOwn(wrongFolders, code) && wrongFolders[code];
  if (!wrong) return undefined;
  const details = { field, path: folder };
  return new CloudError('invalid-argument', `\`${field}\`: the folder ${folder} ${wrong}`, details, { cause: failure });
}

/** An error as plain data. */
export interface PlainFailure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a {@link CloudError}: its code; of a system error: its own. */
  readonly code: string | undefined;
  readonly details: CloudErrorDetails | undefined;
  readonly cause: PlainFailure | undefined;
}

/** Takes an error apart, so that it survives the way to another thread. */
export function dismantle(failure: unknown): PlainFailure {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    details: error instanceof CloudError ? error.details : undefined,
    cause: error.cause === undefined ? undefined : dismantle(error.cause),
  };
}

/** Puts an error together again on this side. */
export function revive(plain: PlainFailure): Error {
  const options = plain.cause ? { cause: revive(plain.cause) } : undefined;
  if (plain.details) return new CloudError(plain.code as CloudErrorCode, plain.message, plain.details, options);
  const error = new Error(plain.message, options);
  error.name = plain.name;
  if (plain.stack) error.stack = plain.stack;
  return plain.code === undefined ? error : Object.assign(error, { code: plain.code });
}
