/** Maps errors of sockets and files to `CloudError`s, and serializes errors for other threads. */
import { CloudError, type CloudErrorCode, type CloudErrorDetails, type HttpRequest } from '@isobar/core/provider';
import { tlsProblemOf } from './http/tls-failure.ts';

/** Error codes after which the request was certainly not sent. */
const unsentCodes = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The error code of Node's permission model. @see https://nodejs.org/api/permissions.html */
const accessDenied = 'ERR_ACCESS_DENIED';

/** A failure's error code. Deno's permissions fail with a class of their own and without a code. */
function codeOf(failure: unknown): string | undefined {
  const { code, name } = failure as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  return name === 'NotCapable' ? accessDenied : undefined;
}

/** The HTTP client's timeouts, with the option that sets each. */
const timeLimits: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection within connectTimeoutMs',
  UND_ERR_HEADERS_TIMEOUT: 'no response headers within headersTimeoutMs',
  UND_ERR_BODY_TIMEOUT: 'no further bytes of the response within idleTimeoutMs',
};

/**
 * The error for an exchange that failed before or during its response. The message has the method, origin and path.
 */
export function exchangeFailure(failure: unknown, request: HttpRequest): CloudError {
  if (failure instanceof CloudError) return failure;
  const { message } = failure as { message: string };
  const code = codeOf(failure) ?? '';
  const limit = timeLimits[code];
  const problem = tlsProblemOf(code);
  const isPermanent = problem !== undefined || code === accessDenied;
  return new CloudError(
    limit ? 'timeout' : 'network',
    `${targetOf(request)}: ${limit ?? problem ?? (message || code || 'the connection failed')}`,
    isPermanent ? { permanent: true } : unsentCodes.has(code) ? { unsent: true } : {},
    { cause: failure },
  );
}

/** A request's method and URL for an error message, without the query, which may contain a signature. */
export function targetOf({ method, origin, path }: HttpRequest): string {
  return `${method} ${origin}${path.split('?', 1)[0]}`;
}

/** System error codes for a wrong path, which is the caller's mistake. */
const wrongPaths: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'leads through something that is not a folder',
  EACCES: 'cannot be accessed: permission denied',
  EPERM: 'cannot be accessed: permission denied',
  [accessDenied]: "cannot be accessed: forbidden by the runtime's permissions",
  EISDIR: 'is a folder',
  EROFS: 'is on a read-only file system',
  ENAMETOOLONG: 'has a name that is too long',
};

/** System error codes for a folder in which no file can be created. */
const wrongFolders: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; create it first',
  ENOTDIR: 'is a file, or leads through one',
  EACCES: 'is not writable',
  EPERM: 'is not writable',
  [accessDenied]: "is not writable: forbidden by the runtime's permissions",
  EROFS: 'is on a read-only file system',
};

/** System error codes for lack of space. @see https://man7.org/linux/man-pages/man2/write.2.html#ERRORS */
const fullDisks: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EFBIG: 'the file is larger than its file system, or a limit of this process, allows',
};

/**
 * The error for a local file that could not be read or written. Errors without a system code are returned unchanged.
 *
 * @param field The argument that named the path.
 */
export function fileFailure(failure: unknown, field: string, path: string): unknown {
  const code = codeOf(failure);
  if (code === undefined || !(/^E[A-Z0-9]+$/.test(code) || code === accessDenied)) return failure;
  const wrong = wrongPaths[code];
  if (wrong) {
    const message = `\`${field}\`: ${path} ${wrong}`;
    return new CloudError('invalid-argument', message, { field, path, reason: code }, { cause: failure });
  }
  const full = fullDisks[code];
  const details = { path, reason: code };
  if (full) return new CloudError('no-space', `${path} cannot be written: ${full}`, details, { cause: failure });
  return new CloudError('file-failed', `${path} could not be read or written: ${code}`, details, { cause: failure });
}

/**
 * The error for a folder in which no file can be created; `undefined` when the folder is not the problem.
 *
 * @param field The argument that named a file in it.
 */
export function folderFailure(failure: unknown, field: string, folder: string): CloudError | undefined {
  const code = codeOf(failure);
  const wrong = code !== undefined && Object.hasOwn(wrongFolders, code) && wrongFolders[code];
  if (!wrong) return undefined;
  const details = { field, path: folder, reason: code };
  return new CloudError('invalid-argument', `\`${field}\`: the folder ${folder} ${wrong}`, details, { cause: failure });
}

/** An error as plain data. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The `code` of a {@link CloudError} or of a system error. */
  readonly code: string | undefined;
  readonly details: CloudErrorDetails | undefined;
  readonly cause: SerializedError | undefined;
}

/** Converts an error to plain data for another thread: `structuredClone` would drop its code and details. */
export function serializeError(failure: unknown): SerializedError {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    details: error instanceof CloudError ? error.details : undefined,
    cause: error.cause === undefined ? undefined : serializeError(error.cause),
  };
}

/** Restores an error from plain data. */
export function deserializeError(plain: SerializedError): Error {
  const options = plain.cause ? { cause: deserializeError(plain.cause) } : undefined;
  if (plain.details) return new CloudError(plain.code as CloudErrorCode, plain.message, plain.details, options);
  const error = new Error(plain.message, options);
  error.name = plain.name;
  if (plain.stack) error.stack = plain.stack;
  return plain.code === undefined ? error : Object.assign(error, { code: plain.code });
}
