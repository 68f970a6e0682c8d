/** What the error codes of S3 services mean. */
import type { CloudErrorCode } from '@isobar/core/provider';

/**
 * By the service's error code, where the status is not precise enough.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const reasonCodes: Readonly<Record<string, CloudErrorCode>> = {
  BadDigest: 'integrity',
  IncompleteBody: 'integrity',
  // Sent with 400, although the request is valid: the token or signature has expired.
  ExpiredToken: 'unauthenticated',
  // Sent with 403, although they are about authentication, not permissions.
  InvalidAccessKeyId: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  RequestTimeTooSkewed: 'unauthenticated',
  BucketAlreadyOwnedByYou: 'already-exists',
  BucketNotEmpty: 'not-empty',
  // Live servers of Google send 400, although the documentation says 501.
  NotImplemented: 'unsupported',
  SlowDown: 'rate-limited',
};

const ofBatches: Readonly<Record<string, CloudErrorCode>> = {
  AccessDenied: 'permission-denied',
  NoSuchKey: 'not-found',
};

/**
 * The code for one object of a batch request, which has an error code but no status.
 *
 * @param codes The provider's codes: {@link reasonCodes}, or those and its own.
 */
export function codeOfReason(reason: string, codes: Readonly<Record<string, CloudErrorCode>>): CloudErrorCode {
  for (const table of [codes, ofBatches]) if (Object.hasOwn(table, reason)) return table[reason] as CloudErrorCode;
  return 'rejected';
}
