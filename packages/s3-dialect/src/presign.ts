/** Parameters of signed URLs. */
import { describe, headerValue, invalidArgument, type PresignOptions } from '@isobar/core/provider';
import type { Query } from './percent-encoding.ts';

/**
 * Maximum lifetime of a version 4 signature, in seconds: seven days.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export const maxExpirySeconds: number = 7 * 24 * 60 * 60;

/**
 * How long a signature is valid, in seconds. Default: an hour.
 *
 * @throws {CloudError} `invalid-argument` for anything but a whole number from 1 to {@link maxExpirySeconds}.
 */
export function expiryOf({ expiresInSeconds = 3600 }: Pick<PresignOptions, 'expiresInSeconds'>): number {
  if (Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= maxExpirySeconds) {
    return expiresInSeconds;
  }
  const rule = `must be a whole number of seconds from 1 to ${maxExpirySeconds} (7 days)`;
  throw invalidArgument('expiresInSeconds', `${rule}, not ${describe(expiresInSeconds)}`);
}

/**
 * The parameters that set headers of the response.
 *
 * @throws {CloudError} `invalid-argument` for a value that cannot be a header.
 */
export function responseQuery(
  options: Pick<PresignOptions, 'responseContentDisposition' | 'responseContentType'>,
): Query {
  const { responseContentDisposition: disposition, responseContentType: type } = options;
  return {
    ...(disposition !== undefined && {
      'response-content-disposition': headerValue('responseContentDisposition', disposition),
    }),
    ...(type !== undefined && { 'response-content-type': headerValue('responseContentType', type) }),
  };
}
