/** What an answer of Google Storage means when it is not a success: one table by code, one by status. */
import {
  CloudError,
  type CloudErrorCode,
  type CloudErrorDetails,
  type HttpResponse,
  parseRetryAfter,
} from '@isobar/core/provider';
import { readError } from './dialect/documents.ts';

/** Which container and object a request is about. */
export type Subject = Pick<CloudErrorDetails, 'container' | 'object'>;

/**
 * By the service's own name for the error, where the status says too little.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-status
 */
const byReason: Readonly<Record<string, CloudErrorCode>> = {
  BadDigest: 'integrity',
  CrcMismatch: 'integrity',
  IncompleteBody: 'integrity',
  // These come as 400, but say that the signature's time has passed, not that a request was wrong.
  ExpiredToken: 'unauthenticated',
  // These come as 403, but say who is asking, not what they may do.
  InvalidAccessKeyId: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  RequestTimeTooSkewed: 'unauthenticated',
  BucketAlreadyOwnedByYou: 'already-exists',
  BucketNameUnavailable: 'already-exists',
  BucketNotEmpty: 'not-empty',
  // Live servers answer 400 where the documentation says 501.
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

/** A redirect is not followed: the signature holds for one host and path. */
const redirected = 'A redirect to elsewhere was not followed; check the endpoint.';

/** Sentences for answers without a body, such as those to HEAD. */
const sentences: Readonly<Record<number, string>> = {
  301: redirected,
  302: redirected,
  303: redirected,
  307: redirected,
  308: redirected,
  401: 'The credentials were not accepted.',
  403: 'Access denied.',
  404: 'Not found.',
  412: 'A condition did not hold.',
  416: 'The range lies outside of the object.',
  429: 'Too many requests.',
};

/**
 * The error that an answer stands for.
 *
 * @param source Of a copy: what is copied, which is what `NoSuchKey` is about.
 */
export function failureOf(response: HttpResponse, target: Subject, nowMs: number, source?: Subject): CloudError {
  const { headers, status } = response;
  const { reason, message } = readError(response.body);
  const subject = source && reason === 'NoSuchKey' ? source : target;
  const code = known(reason) ?? byStatus[status] ?? (status >= 500 ? 'unavailable' : 'rejected');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  const requestId = headers['x-guploader-uploadid'];
  return new CloudError(
    code,
    `${describeSubject(subject)}${message || sentences[status] || 'The service refused.'} (${[status, reason].filter(Boolean).join(' ')})`,
    {
      status,
      ...subject,
      ...(reason ? { reason } : undefined),
      ...(requestId ? { requestId } : undefined),
      ...(retryAfterMs === undefined ? undefined : { retryAfterMs }),
    },
  );
}

/** The code for one of many objects of a request: it has a name for its error, but no status of its own. */
export function codeOfReason(reason: string): CloudErrorCode {
  const others: Readonly<Record<string, CloudErrorCode>> = {
    AccessDenied: 'permission-denied',
    NoSuchKey: 'not-found',
  };
  return known(reason) ?? (Object.hasOwn(others, reason) ? others[reason] : undefined) ?? 'rejected';
}

function known(reason: string | undefined): CloudErrorCode | undefined {
  return reason !== undefined && Object.hasOwn(byReason, reason) ? byReason[reason] : undefined;
}

/** An error about bytes that do not agree. */
export function integrityFailure(subject: Subject, message: string): CloudError {
  return new CloudError('integrity', describeSubject(subject) + message, subject);
}

function describeSubject({ container, object }: Subject): string {
  if (container === undefined) return '';
  return object === undefined ? `container ${container}: ` : `object ${JSON.stringify(object)} in ${container}: `;
}
