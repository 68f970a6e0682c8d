/**
 * Signed URLs: what anyone who has one may do, for a while.
 *
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls
 */
import {
  clock,
  describe,
  invalidArgument,
  type ObjectReference,
  type Operation,
  type PresignOptions,
} from '@isobar/core/provider';
import { encodeName, encodePart } from './dialect/encode.ts';
import { longestExpirySeconds } from './limits.ts';
import { checkedLocation, headerValue } from './names.ts';
import type { Scope } from './requests.ts';

const methods: readonly string[] = ['GET', 'HEAD', 'PUT', 'DELETE'];

/**
 * Makes a signed URL. No exchange.
 *
 * @throws {CloudError} `unsupported` when the credentials have no key to sign with.
 */
export function* presignObjectUrl(
  scope: Scope,
  object: ObjectReference,
  options: PresignOptions = {},
): Operation<string> {
  const { container, name } = checkedLocation(object);
  const { contentType, expiresInSeconds = 3600, method = 'GET' } = options;
  if (!methods.includes(method)) {
    throw invalidArgument('method', `must be one of ${methods.join(', ')}, not ${describe(method)}`);
  }
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > longestExpirySeconds) {
    const rule = `must be a whole number of seconds from 1 to ${longestExpirySeconds} (7 days)`;
    throw invalidArgument('expiresInSeconds', `${rule}, not ${describe(expiresInSeconds)}`);
  }
  const path = `/${encodePart(container)}/${encodeName(name)}`;
  const headers = {
    host: scope.host,
    ...(contentType !== undefined && { 'content-type': headerValue('contentType', contentType) }),
  };
  const query = responseQuery(options);
  const signer = yield* scope.credentials.signer();
  const nowMs = yield* clock();
  return `${scope.origin}${path}?${signer.presign({ method, path, headers }, query, nowMs, expiresInSeconds)}`;
}

function responseQuery(options: PresignOptions): Record<string, string> {
  const { responseContentDisposition: disposition, responseContentType: type } = options;
  return {
    ...(disposition !== undefined && {
      'response-content-disposition': headerValue('responseContentDisposition', disposition),
    }),
    ...(type !== undefined && { 'response-content-type': headerValue('responseContentType', type) }),
  };
}
