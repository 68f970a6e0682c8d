/** Maps Google Storage's error responses to errors. */
import {
  type CloudError,
  type CloudErrorCode,
  failureFrom,
  type HttpResponse,
  type Subject,
} from '@isobar/core/provider';
import { readError, reasonCodes } from '@isobar/s3-dialect';

/**
 * By the service's error code, where the status is not precise enough.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-status
 */
export const byReason: Readonly<Record<string, CloudErrorCode>> = {
  ...reasonCodes,
  BucketNameUnavailable: 'already-exists',
  CrcMismatch: 'integrity',
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
  const requestId = headers['x-guploader-uploadid'];
  return failureFrom({ status, headers, subject, nowMs, reason, message, requestId }, { byReason });
}

/** What a response is about: a missing container has no object, and of a copy the source may be missing. */
function subjectOf(reason: string | undefined, target: Subject, source: Subject | undefined): Subject {
  if (reason === 'NoSuchBucket' && target.container !== undefined) return { container: target.container };
  return source && reason === 'NoSuchKey' ? source : target;
}
