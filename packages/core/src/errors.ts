/**
 * The one error class and its closed set of codes.
 *
 * Programs act on `code`; people read `message`. Neither contains a credential, a signature or a signed URL.
 */

const codes = [
  'not-found',
  'already-exists',
  'not-empty',
  'conflict',
  'wrong-state',
  'precondition-failed',
  'unauthenticated',
  'permission-denied',
  'invalid-argument',
  'quota-exceeded',
  'rate-limited',
  'unavailable',
  'timeout',
  'aborted',
  'network',
  'integrity',
  'no-space',
  'file-failed',
  'malformed-response',
  'unsupported',
  'session-closed',
  'not-installed',
  'worker-lost',
  'rejected',
] as const;

/**
 * Why a call failed.
 *
 * | code | meaning | worth retrying? |
 * | --- | --- | --- |
 * | `not-found` | the container, object, node or other thing does not exist | no |
 * | `already-exists` | something has that name: a container on the server, or a local file that would be overwritten | no |
 * | `not-empty` | the container still holds objects, or the local folder files | no |
 * | `conflict` | a concurrent change interfered | after a fresh read |
 * | `wrong-state` | a node, volume or image is in a state that does not allow this, or will never reach the awaited state; see `details.state` | after a fresh read |
 * | `precondition-failed` | a condition such as a generation match did not hold | after a fresh read |
 * | `unauthenticated` | the credentials are missing, wrong or expired | no |
 * | `permission-denied` | the credentials are valid but do not allow this | no |
 * | `invalid-argument` | an argument or option is wrong; `details.field` names it. Without `details.status` nothing was sent | no |
 * | `quota-exceeded` | the account may not have more of these; remove some, or ask the provider for more | no |
 * | `rate-limited` | too many requests; retried by the library within its budget | later |
 * | `unavailable` | the server failed or is overloaded; retried when the call is safe to repeat | later |
 * | `timeout` | a timeout expired: connect, headers, idle body, or the whole call | maybe |
 * | `aborted` | the caller's signal fired, or the driver was closed; `cause` is the signal's reason | no |
 * | `network` | no connection, or it broke | maybe; no with `details.permanent`, such as a certificate that is not accepted |
 * | `integrity` | the size or checksum of the transferred bytes does not match; nothing was kept | maybe |
 * | `no-space` | a local disk is full, or a quota or a size limit is reached; `details.path` names the file. Nothing was kept | after making room |
 * | `file-failed` | a local file could not be read or written, or a program not started, for another reason; `details.reason` is the system's code, such as `EIO` | maybe |
 * | `malformed-response` | the server's response is invalid | no |
 * | `unsupported` | this provider or kind cannot do that | no |
 * | `session-closed` | the session or driver has been closed | no |
 * | `not-installed` | a required package is not installed: the provider's, one that it needs, or undici beside a copied worker | no |
 * | `worker-lost` | the thread that performs blocking calls ended or did not start; `cause` is the reason, if known. The next call starts a new one | maybe |
 * | `rejected` | the server refused the request for a reason that no other code covers | no |
 */
export type CloudErrorCode = (typeof codes)[number];

/** Facts about a failure. */
export interface CloudErrorDetails {
  /** Id of the provider, such as `google-storage`. */
  readonly provider?: string;
  /** The method that was called, such as `getObject`. */
  readonly operation?: string;
  /** HTTP status of the response. */
  readonly status?: number;
  /** The service's own error code, such as `NoSuchKey`; for a local file the system's, such as `ENOSPC`. */
  readonly reason?: string;
  /** The service's id of the request, for its support. */
  readonly requestId?: string;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** How many times the exchange was attempted. */
  readonly attempts?: number;
  /** True when the server certainly never received the request. */
  readonly unsent?: boolean;
  /**
   * True when a retry would fail in the same way, so the call is not retried. With `network`: the server's certificate is
   * not accepted, the server does not speak TLS, or the runtime's permissions forbid the connection.
   */
  readonly permanent?: boolean;
  /** The argument or option at fault. */
  readonly field?: string;
  /** The local file that could not be read or written. */
  readonly path?: string;
  readonly container?: string;
  readonly object?: string;
  readonly node?: string;
  readonly volume?: string;
  readonly snapshot?: string;
  readonly image?: string;
  readonly keyPair?: string;
  readonly region?: string;
  /** The state of the node or other thing at fault. */
  readonly state?: string;
  /** Ids of the nodes that had not reached the awaited state. */
  readonly pending?: readonly string[];
}

/**
 * A {@link CloudError} as plain data. Results contain failures in this form, so that they can be logged, cloned and sent
 * to a worker without losing information. {@link isCloudError} recognises it.
 */
export interface CloudFailure {
  readonly name: 'CloudError';
  readonly code: CloudErrorCode;
  readonly message: string;
  readonly details: CloudErrorDetails;
}

/** A failure of any call. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly code: CloudErrorCode;
  readonly details: CloudErrorDetails;

  constructor(code: CloudErrorCode, message: string, details: CloudErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  /** Plain data, for logs, results and other threads. */
  toJSON(): CloudFailure {
    return { name: this.name, code: this.code, message: this.message, details: this.details };
  }
}

/**
 * Whether a value is a {@link CloudError}, with a given code if one is passed. Compares name and code, not the class, so
 * it also recognises errors of another copy of this package, and `toJSON()` data from another thread.
 *
 * @example
 * if (isCloudError(error, 'not-found')) return undefined;
 */
export function isCloudError(value: unknown, code?: CloudErrorCode): value is CloudError {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as { name?: unknown; code?: unknown };
  if (candidate.name !== 'CloudError' || !codes.includes(candidate.code as CloudErrorCode)) return false;
  return code === undefined || candidate.code === code;
}

/** An `invalid-argument` error. The message is the field's name followed by `message`. */
export function invalidArgument(field: string, message: string, details: CloudErrorDetails = {}): CloudError {
  return new CloudError('invalid-argument', `\`${field}\` ${message}`, { field, ...details });
}

/** Adds details to a {@link CloudError}; existing details win. Other values are returned unchanged. */
export function withDetails(failure: unknown, details: CloudErrorDetails): unknown {
  if (!isCloudError(failure)) return failure;
  return new CloudError(failure.code, failure.message, { ...details, ...failure.details }, causeOf(failure));
}

/**
 * Adds provider and operation to a {@link CloudError} that has none yet. The new error's stack is that of the caller, not
 * of the operation. Other values are returned unchanged: they are the caller's own errors, or bugs.
 *
 * @param ending Appended to the message.
 */
export function locate(failure: unknown, provider: string, operation: string, ending = ''): unknown {
  if (!isCloudError(failure) || failure.details.operation !== undefined) return failure;
  const message = `${provider} ${operation}: ${failure.message}${ending}`;
  return new CloudError(failure.code, message, { provider, operation, ...failure.details }, causeOf(failure));
}

/** Constructor options that preserve an error's cause, if it has one. */
export function causeOf(failure: Error): ErrorOptions | undefined {
  return 'cause' in failure ? { cause: failure.cause } : undefined;
}
