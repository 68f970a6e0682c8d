/**
 * Signed URLs, which give anyone who has one access to an object until they expire.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import {
  CloudError,
  clock,
  headerValue,
  type ObjectLocation,
  type Operation,
  oneOf,
  type PresignOptions,
} from '@isobar/core/provider';
import { expiryOf, responseQuery } from '@isobar/s3-dialect';
import { type VersionOptions, versionIdOf } from './call-options.ts';
import { addressOf, type Scope, signerOf } from './requests.ts';

/** Options of `presignObjectUrl` of S3. */
export interface S3PresignOptions extends PresignOptions, VersionOptions {}

/** Makes a signed URL. No exchange. */
export function* presignObjectUrl(
  scope: Scope,
  { container, name }: ObjectLocation,
  options: S3PresignOptions,
): Operation<string> {
  const { contentType, method = 'GET' } = options;
  const expiresInSeconds = expiryOf(options);
  oneOf('method', method, ['GET', 'HEAD', 'PUT', 'DELETE']);
  const versionId = versionIdOf(options.versionId);
  const nowMs = yield* clock();
  const signing = yield* signerOf(scope, container, nowMs);
  if (!signing) throw new CloudError('unsupported', 'signing a URL needs a key; connect with `key` and `secret`');
  const { host, origin, path } = addressOf(scope, container, name);
  const { keys, signer } = signing;
  const headers = {
    host,
    ...(contentType !== undefined && { 'content-type': headerValue('contentType', contentType) }),
  };
  const query = {
    ...responseQuery(options),
    ...(versionId !== undefined && { versionId }),
    ...(keys.sessionToken !== undefined && { 'X-Amz-Security-Token': keys.sessionToken }),
  };
  const signed = signer.presign({ method, path, headers }, query, nowMs + scope.clock.aheadMs, expiresInSeconds);
  return `${origin}${path}?${signed}`;
}
