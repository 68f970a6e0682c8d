/** Maps the error responses of S3 services to errors. */
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
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const byReason: Readonly<Record<string, CloudErrorCode>> = {
  ...reasonCodes,
  AccessControlListNotSupported: 'unsupported',
  AuthorizationHeaderMalformed: 'unauthenticated',
  AuthorizationQueryParametersError: 'unauthenticated',
  BandwidthLimitExceeded: 'rate-limited',
  BucketAlreadyExists: 'already-exists',
  DBEntityFound: 'already-exists',
  DBEntityNotfound: 'not-found',
  ExpiredRequest: 'unauthenticated',
  InternalError: 'unavailable',
  InvalidDigest: 'integrity',
  InvalidObjectState: 'wrong-state',
  InvalidPart: 'integrity',
  InvalidSecurity: 'unauthenticated',
  InvalidToken: 'unauthenticated',
  MissingSecurityHeader: 'unauthenticated',
  ObjectAlreadyInActiveTierError: 'wrong-state',
  OperationAborted: 'conflict',
  QuotaExceeded: 'quota-exceeded',
  RequestLimitExceeded: 'rate-limited',
  RequestTimeout: 'unavailable',
  ServiceUnavailable: 'unavailable',
  SlowDownRead: 'rate-limited',
  SlowDownWrite: 'rate-limited',
  TokenRefreshRequired: 'unauthenticated',
  TooManyBuckets: 'quota-exceeded',
  TooManyRequests: 'rate-limited',
  XAmzContentChecksumMismatch: 'integrity',
  XAmzContentSHA256Mismatch: 'integrity',
  XMinioServerNotInitialized: 'unavailable',
  XMinioStorageFull: 'quota-exceeded',
};

/** What else is known of a request that failed. */
interface Failed {
  /** The source of a copy, which `NoSuchKey` refers to. */
  readonly source?: Subject | undefined;
  /** Whether the request may be repeated when the service could not decide between concurrent writes. */
  readonly isRepeatable: boolean;
  /** Whether the request writes an object that must have an ETag: a missing one does not have it. */
  readonly requiresEtag: boolean;
}

/** The error for a response. */
export function failureOf(
  response: HttpResponse,
  target: Subject,
  nowMs: number,
  { isRepeatable, requiresEtag, source }: Failed,
): CloudError {
  const { body, headers, status } = response;
  const { message, reason } = readError(body);
  const isMissing = reason === 'NoSuchBucket' && target.container !== undefined;
  const subject = isMissing ? { container: target.container } : source && reason === 'NoSuchKey' ? source : target;
  const isDeleted = status === 405 && headers['x-amz-delete-marker'] === 'true';
  const isUndecided = isRepeatable && reason === 'ConditionalRequestConflict';
  const isOther = requiresEtag && !source && reason === 'NoSuchKey';
  const requestId = headers['x-amz-request-id'];
  return failureFrom(
    { status, headers, subject, nowMs, reason, message, requestId },
    {
      byReason: isUndecided ? undecided : isOther ? otherVersion : byReason,
      byStatus: isDeleted ? gone : {},
    },
  );
}

const undecided: Readonly<Record<string, CloudErrorCode>> = { ConditionalRequestConflict: 'unavailable' };
const otherVersion: Readonly<Record<string, CloudErrorCode>> = { NoSuchKey: 'precondition-failed' };
const gone: Readonly<Record<number, CloudErrorCode>> = { 405: 'not-found' };
