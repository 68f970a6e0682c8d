/**
 * Chooses how a request is authenticated, and refuses requests with headers of both dialects.
 *
 * @see https://cloud.google.com/storage/docs/authentication
 */
import { refusal } from '../errors.ts';
import { ACCOUNT_EMAIL } from '../identity/service-account.ts';
import type { Caller, SignedRequest, Verification } from './caller.ts';
import { verifyHeaderV2, verifySignedUrlV2 } from './v2.ts';
import { type Scheme, schemeOf } from './v4.ts';
import { verifyHeader, verifySignedUrl } from './verify-v4.ts';

/** Identifies the caller; throws a `StorageError` when the signature or token is not valid. */
export function authenticate(request: SignedRequest, verification: Verification): Caller {
  const hasGoog = request.headerNames.some((name) => name.startsWith('x-goog-'));
  const hasAmz = request.headerNames.some((name) => name.startsWith('x-amz-'));
  if (hasGoog && hasAmz) {
    throw refusal('ExcessHeaderValues', 'Requests cannot specify both x-amz and x-goog headers.');
  }
  const { authorization } = request.headers;
  if (authorization !== undefined) return byHeader(authorization, request, verification);
  for (const prefix of ['x-goog-', 'x-amz-']) {
    const algorithm = request.query.find(`${prefix}algorithm`);
    if (algorithm !== undefined) return verifySignedUrl(request, urlScheme(algorithm, prefix), verification);
  }
  if (request.query.has('GoogleAccessId')) return verifySignedUrlV2(request, 'GoogleAccessId', verification);
  if (request.query.has('AWSAccessKeyId')) return verifySignedUrlV2(request, 'AWSAccessKeyId', verification);
  return { dialect: hasAmz ? 'amz' : 'goog' };
}

function byHeader(authorization: string, request: SignedRequest, verification: Verification): Caller {
  const scheme = authorization.split(' ', 1)[0];
  if (schemeOf(scheme) !== undefined) return verifyHeader(request, verification);
  if (scheme === 'GOOG1' || scheme === 'AWS') return verifyHeaderV2(request, verification);
  if (scheme === 'Bearer') return verifyBearer(authorization.slice('Bearer '.length).trim(), verification);
  throw refusal('MalformedSecurityHeader', {
    details: 'The authorization scheme is not known.',
    extra: { ParameterName: 'Authorization' },
  });
}

function urlScheme(algorithm: string, prefix: string): Scheme {
  const scheme = schemeOf(algorithm);
  if (scheme?.prefix === prefix) return scheme;
  throw refusal('InvalidArgument', `Unknown signing algorithm: ${algorithm}.`);
}

function verifyBearer(token: string, verification: Verification): Caller {
  const scopes = verification.scopesOf(token);
  if (scopes !== undefined) return { account: verification.accountOf(ACCOUNT_EMAIL), dialect: 'goog', scopes };
  throw refusal('AuthenticationRequired', {
    details: 'The access token is not valid, or has expired.',
    headers: { 'WWW-Authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  });
}
