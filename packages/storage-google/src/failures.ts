/** Maps Google Storage's error responses to errors: one table by error code, one by status. */
import {
  CloudError,
  type CloudErrorCode,
  type CloudErrorDetails,
  type HttpResponse,
  parseRetryAfter,
} from '@isobar/core/provider';
import { readError } from './dialect/documents.ts';

/** The container and object that a request addresses. */
export type Subject = Pick<CloudErrorDetails, 'container' | 'object'>;

/**
 * By the service's error code, where the status is not precise enough.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-status
 */
const byReason: Readonly<Record<string, CloudErrorCode>> = {
  BadDigest: 'integrity',
  CrcMismatch: 'integrity',
  IncompleteBody: 'integrity',
  // Sent with 400, although the request is valid: the token or signature has expired.
  ExpiredToken: 'unauthenticated',
  // Sent with 403, although they are about authentication, not permissions.
  InvalidAccessKeyId: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  RequestTimeTooSkewed: 'unauthenticated',
  BucketAlreadyOwnedByYou: 'already-exists',
  BucketNameUnavailable: 'already-exists',
  BucketNotEmpty: 'not-empty',
  // Live servers send 400, although the documentation says 501.
  NotImplemented: 'unsupported',
  SlowDown: 'rate-limited',
};

const byStatus: Readonly<Record<number, CloudErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  405: 'unsupported',
  408: 'unavailable',
  409: 'conflict',
  411: 'invalid-argument',
  412: 'precondition-failed',
  416: 'invalid-argument',
  429: 'rate-limited',
  501: 'unsupported',
};

/** Redirects are not followed, because a signature is valid for one host and path only. */
const redirected = 'A redirect was not followed; check the endpoint.';

/** Messages for responses without a body, such as those to HEAD. */
const defaultMessages: Readonly<Record<number, string>> = {
  301: redirected,
  302: redirected,
  303: redirected,
  307: redirected,
  308: redirected,
  401: 'The credentials were not accepted.',
  403: 'Access denied.',
  404: 'Not found.',
  412: 'A condition did not hold.',
  416: 'The range is outside the object.',
  429: 'Too many requests.',
};

/**
 * The error for a response.
 *
 * @param source The source of a copy, which `NoSuchKey` refers to.
 */
export function failureOf(response: HttpResponse, target: Subject, nowMs: number, source?: Subject): CloudError {
  const { headers, status } = response;
  const { reason, message } = readError(response.body);
  const subject = subjectOf(reason, target, source);
  const code = codeOf(reason) ?? byStatus[status] ?? (status >= 500 ? 'unavailable' : 'rejected');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  const requestId = headers['x-guploader-uploadid'];
  return new CloudError(
    code,
    `${describeSubject(subject)}${message || defaultMessages[status] || 'The service refused the request.'} (${[status, reason].filter(Boolean).join(' ')})`,
    {
      status,
      ...subject,
      ...(reason ? { reason } : undefined),
      ...(requestId ? { requestId } : undefined),
      ...(retryAfterMs === undefined ? undefined : { retryAfterMs }),
    },
  );
}

/** What a response is about: a missing container has no object, and of a copy the source may be missing. */
function subjectOf(reason: string | undefined, target: Subject, source: Subject | undefined): Subject {
  if (reason === 'NoSuchBucket' && target.container !== undefined) return { container: target.container };
  return source && reason === 'NoSuchKey' ? source : target;
}

/** The code for one object of a batch request, which has an error code but no status. */
export function codeOfReason(reason: string): CloudErrorCode {
  const others: Readonly<Record<string, CloudErrorCode>> = {
    AccessDenied: 'permission-denied',
    NoSuchKey: 'not-found',
  };
  return codeOf(reason) ?? (Object.hasOwn(others, reason) ? others[reason] : undefined) ?? 'rejected';
}

function codeOf(reason: string | undefined): CloudErrorCode | undefined {
  return reason !== undefined && Object.hasOwn(byReason, reason) ? byReason[reason] : undefined;
}

/** An error for bytes that differ from what was sent or stored. */
export function integrityFailure(subject: Subject, message: string): CloudError {
  return new CloudError('integrity', describeSubject(subject) + message, subject);
}

function describeSubject({ container, object }: Subject): string {
  if (container === undefined) return '';
  return object === undefined ? `container ${container}: ` : `object ${JSON.stringify(object)} in ${container}: `;
}
