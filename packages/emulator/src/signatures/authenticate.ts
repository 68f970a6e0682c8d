/**
 * Chooses how a request is authenticated, and refuses requests that speak two families of headers at once.
 *
 * @see https://cloud.google.com/storage/docs/authentication
 */
import { refusal } from '../errors.ts';
import type { Caller, SignedRequest, Verification } from './caller.ts';
import { verifyHeaderV2, verifySignedUrlV2 } from './v2.ts';
import { aws4, goog4 } from './v4.ts';
import { verifyHeader, verifySignedUrl } from './verify-v4.ts';

/** Finds out who calls; throws a `StorageError` when the proof does not hold. */
export function authenticate(request: SignedRequest, verification: Verification): Caller {
  const speaksGoog = request.headerNames.some((name) => name.startsWith('x-goog-'));
  const speaksAmz = request.headerNames.some((name) => name.startsWith('x-amz-'));
  if (speaksGoog && speaksAmz) {
    throw refusal('ExcessHeaderValues', 'Requests cannot specify both x-amz and x-goog headers.');
  }
  const { authorization } = request.headers;
  if (authorization !== undefined) return byHeader(authorization, request, verification);
  if (request.query.find('x-goog-algorithm') !== undefined) {
    requireAlgorithm(request, 'x-goog-algorithm', goog4.algorithm);
    return verifySignedUrl(request, goog4, verification);
  }
  if (request.query.find('x-amz-algorithm') !== undefined) {
    requireAlgorithm(request, 'x-amz-algorithm', aws4.algorithm);
    return verifySignedUrl(request, aws4, verification);
  }
  if (request.query.has('GoogleAccessId')) return verifySignedUrlV2(request, 'GoogleAccessId', verification);
  if (request.query.has('AWSAccessKeyId')) return verifySignedUrlV2(request, 'AWSAccessKeyId', verification);
  return { kind: 'anonymous', family: speaksAmz ? 'amz' : 'goog' };
}

function byHeader(authorization: string, request: SignedRequest, verification: Verification): Caller {
  const scheme = authorization.split(' ', 1)[0];
  if (scheme === goog4.algorithm || scheme === aws4.algorithm) return verifyHeader(request, verification);
  if (scheme === 'GOOG1' || scheme === 'AWS') return verifyHeaderV2(request, verification);
  if (scheme === 'Bearer')
    throw refusal('AuthenticationRequired', 'Bearer tokens are not emulated; sign with the HMAC key.');
  throw refusal('MalformedSecurityHeader', {
    details: 'The authorization scheme is not known.',
    extra: { ParameterName: 'Authorization' },
  });
}

function requireAlgorithm(request: SignedRequest, name: string, algorithm: string): void {
  if (request.query.find(name) === algorithm) return;
  throw refusal('InvalidArgument', `Only ${algorithm} is emulated.`);
}
