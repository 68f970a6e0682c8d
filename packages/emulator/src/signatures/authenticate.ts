/**
 * Chooses how a request is authenticated, and refuses requests that speak two families of headers at once.
 *
 * @see https://cloud.google.com/storage/docs/authentication
 */
import { refusal } from '../errors.ts';
import { ACCOUNT_EMAIL } from '../identity/service-account.ts';
import type { Caller, SignedRequest, Verification } from './caller.ts';
import { verifyHeaderV2, verifySignedUrlV2 } from './v2.ts';
import { type Dialect, dialectOf } from './v4.ts';
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
  for (const prefix of ['x-goog-', 'x-amz-']) {
    const algorithm = request.query.find(`${prefix}algorithm`);
    if (algorithm !== undefined) return verifySignedUrl(request, urlDialect(algorithm, prefix), verification);
  }
  if (request.query.has('GoogleAccessId')) return verifySignedUrlV2(request, 'GoogleAccessId', verification);
  if (request.query.has('AWSAccessKeyId')) return verifySignedUrlV2(request, 'AWSAccessKeyId', verification);
  return { family: speaksAmz ? 'amz' : 'goog' };
}

function byHeader(authorization: string, request: SignedRequest, verification: Verification): Caller {
  const scheme = authorization.split(' ', 1)[0];
  if (dialectOf(scheme) !== undefined) return verifyHeader(request, verification);
  if (scheme === 'GOOG1' || scheme === 'AWS') return verifyHeaderV2(request, verification);
  if (scheme === 'Bearer') return verifyBearer(authorization.slice('Bearer '.length).trim(), verification);
  throw refusal('MalformedSecurityHeader', {
    details: 'The authorization scheme is not known.',
    extra: { ParameterName: 'Authorization' },
  });
}

function urlDialect(algorithm: string, prefix: string): Dialect {
  const dialect = dialectOf(algorithm);
  if (dialect?.prefix === prefix) return dialect;
  throw refusal('InvalidArgument', `Unknown signing algorithm: ${algorithm}.`);
}

function verifyBearer(token: string, verification: Verification): Caller {
  const scopes = verification.scopesOf(token);
  if (scopes !== undefined) return { account: verification.accountOf(ACCOUNT_EMAIL), family: 'goog', scopes };
  throw refusal('AuthenticationRequired', {
    details: 'The access token is not valid, or no longer.',
    headers: { 'WWW-Authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  });
}
