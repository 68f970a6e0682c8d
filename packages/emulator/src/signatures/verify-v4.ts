/**
 * Verifies V4 signatures of both dialects, in the Authorization header and in signed URLs.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls
 */
import type { KeyObject } from 'node:crypto';
import { refusal } from '../errors.ts';
import { type Caller, MAX_SKEW_MS, type SignedRequest, type Verification } from './caller.ts';
import { canonicalHeaderValue, canonicalPath, canonicalQuery, canonicalRequest } from './canonical.ts';
import { isSignature, keyOf } from './signing-key.ts';
import {
  aws4,
  type CredentialScope,
  parseCredential,
  parseTimestamp,
  type Scheme,
  schemeOf,
  stringToSign,
} from './v4.ts';

/** SHA-256 of no bytes. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** Maximum lifetime of a signed URL: seven days. */
const MAX_EXPIRY_SECONDS = 604_800;

/** What a request says about its own signature. */
interface Claim {
  readonly scheme: Scheme;
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly timestamp: string;
}

/** A claim with the key to check it. */
interface Proof {
  readonly claim: Claim;
  readonly key: KeyObject;
  readonly rewritesAcceptEncoding: boolean;
}

function proofOf(claim: Claim, verification: Verification): Proof {
  const { rewritesAcceptEncoding } = verification;
  return { claim, key: keyOf(claim.scheme, claim.scope, verification), rewritesAcceptEncoding };
}

/** Verifies `Authorization: GOOG4-HMAC-SHA256 …`, `GOOG4-RSA-SHA256 …` or `AWS4-HMAC-SHA256 …`. */
export function verifyHeader(request: SignedRequest, verification: Verification): Caller {
  const claim = readHeaderClaim(request);
  checkSkew(claim.timestamp, verification);
  checkSignedHeaders(request, claim);
  const proof = proofOf(claim, verification);
  const account = verification.accountOf(claim.scope.accessKey);
  const declared = request.headers[`${claim.scheme.prefix}content-sha256`] as string | undefined;
  const dialect = claim.scheme === aws4 ? 'amz' : 'goog';
  if (declared !== undefined) {
    requireMatch(request, proof, [declared]);
    if (/^[\da-f]{64}$/i.test(declared)) {
      return { account, dialect, bodySha256: declared.toLowerCase() };
    }
    return { account, dialect, chunkSigning: chunkSigning(proof, declared) };
  }
  // The request has no body hash: try the usual values, else verify once the body has been read.
  if (matches(request, proof, ['UNSIGNED-PAYLOAD', EMPTY_SHA256]) === 'UNSIGNED-PAYLOAD') {
    return { account, dialect };
  }
  const verifyBody = (sha256: string) => requireMatch(request, proof, [sha256]);
  const bodiless = request.headers['content-length'] === '0' || !hasBody(request);
  if (bodiless) verifyBody(EMPTY_SHA256);
  return { account, dialect, ...(bodiless ? {} : { verifyBody }) };
}

function hasBody(request: SignedRequest): boolean {
  return request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
}

/** Verifies a signed URL: `X-Goog-Algorithm` or `X-Amz-Algorithm` in the query. */
export function verifySignedUrl(request: SignedRequest, scheme: Scheme, verification: Verification): Caller {
  const parameter = (name: string): string => {
    const value = request.query.find(`${scheme.prefix}${name}`);
    if (value === undefined) throw refusal('InvalidArgument', `Missing query parameter ${scheme.prefix}${name}.`);
    return value;
  };
  const scope = parseCredential(parameter('credential'));
  const issued = parseTimestamp(parameter('date'));
  const expires = Number(parameter('expires'));
  if (scope === undefined) throw refusal('InvalidArgument', 'The credential of the signed URL is malformed.');
  if (issued === undefined) throw refusal('InvalidArgument', 'The date of the signed URL is malformed.');
  if (!(Number.isInteger(expires) && expires >= 1 && expires <= MAX_EXPIRY_SECONDS)) {
    throw refusal('InvalidArgument', `Expiration must be between 1 and ${MAX_EXPIRY_SECONDS} seconds.`);
  }
  const claim: Claim = {
    scheme,
    scope,
    signedHeaders: parameter('signedheaders').split(';'),
    signature: parameter('signature'),
    timestamp: parameter('date'),
  };
  checkScope(claim);
  if (issued > verification.nowMs + MAX_SKEW_MS) throw refusal('RequestTimeTooSkewed');
  if (verification.nowMs > issued + expires * 1000) {
    const moment = new Date(issued + expires * 1000).toISOString();
    throw refusal('ExpiredToken', `Request signature expired at: ${moment}`);
  }
  checkSignedHeaders(request, claim);
  const declared = request.headers[`${scheme.prefix}content-sha256`] as string | undefined;
  requireMatch(request, proofOf(claim, verification), [declared ?? 'UNSIGNED-PAYLOAD']);
  const hash = declared !== undefined && /^[\da-f]{64}$/i.test(declared) ? declared.toLowerCase() : undefined;
  const account = verification.accountOf(scope.accessKey);
  return { account, dialect: scheme === aws4 ? 'amz' : 'goog', bodySha256: hash };
}

function readHeaderClaim(request: SignedRequest): Claim {
  const authorization = request.headers.authorization ?? '';
  const scheme = schemeOf(authorization.split(' ', 1)[0]) ?? aws4;
  const fields = new Map<string, string>();
  for (const field of authorization.slice(scheme.algorithm.length).split(',')) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  const scope = credential === undefined ? undefined : parseCredential(credential);
  if (scope === undefined || signedHeaders === undefined || signature === undefined) {
    throw malformed('Authorization', 'Expected Credential, SignedHeaders and Signature.');
  }
  const timestamp = timestampOf(request, scheme);
  const claim = { scheme, scope, signedHeaders: signedHeaders.split(';'), signature, timestamp };
  checkScope(claim);
  return claim;
}

function timestampOf(request: SignedRequest, scheme: Scheme): string {
  const name = `${scheme.prefix}date`;
  const stamp = request.headers[name] as string | undefined;
  if (stamp !== undefined) {
    if (parseTimestamp(stamp) === undefined) throw malformed(name, 'Expected YYYYMMDDTHHMMSSZ.');
    return stamp;
  }
  const date = Date.parse(request.headers.date ?? '');
  if (Number.isNaN(date)) throw refusal('MissingSecurityHeader', { extra: { ParameterName: name } });
  return `${new Date(date).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function checkScope({ scheme, scope, timestamp }: Claim): void {
  if (scope.service !== scheme.service || scope.terminator !== scheme.terminator) {
    throw malformed('Credential', `The scope must end in ${scheme.service}/${scheme.terminator}.`);
  }
  if (!timestamp.startsWith(scope.date)) throw malformed('Credential', 'The scope has another day than the request.');
}

function checkSkew(timestamp: string, verification: Verification): void {
  const skew = Math.abs((parseTimestamp(timestamp) ?? 0) - verification.nowMs);
  if (skew > MAX_SKEW_MS) throw refusal('RequestTimeTooSkewed', `The request was signed at ${timestamp}.`);
}

/** The emulator's own header need not be signed. */
const NEVER_SIGNED = 'x-goog-emulator-instructions';

function checkSignedHeaders(request: SignedRequest, { scheme, signedHeaders }: Claim): void {
  if (!signedHeaders.includes('host')) {
    throw malformed('host', 'The host header must be included in signedheaders.');
  }
  for (const name of request.headerNames) {
    if (!name.startsWith(scheme.prefix) || signedHeaders.includes(name) || name === NEVER_SIGNED) continue;
    throw malformed(name, 'Header was included in the request, but not in signedheaders.');
  }
  for (const name of signedHeaders) {
    if (request.values(name).length > 0) continue;
    throw malformed(name, 'Header was included in signedheaders, but not in the request.');
  }
}

function malformed(parameter: string, details: string) {
  return refusal('MalformedSecurityHeader', { details, extra: { ParameterName: parameter } });
}

/** Every canonical request that may match: the ways clients write host and plus, times the body hashes. */
function* candidates(request: SignedRequest, proof: Proof, hashes: readonly string[]): Generator<string> {
  const { claim } = proof;
  const host = request.headers.host ?? '';
  const hosts = new Set([host, host.replace(/:\d+$/, '')]);
  const names = [...claim.signedHeaders].sort();
  const others = names.map((name) => {
    const value = canonicalHeaderValue(request.values(name));
    return [name, name === 'accept-encoding' && proof.rewritesAcceptEncoding ? `${value},gzip(gfe)` : value] as const;
  });
  const path = canonicalPath(request.rawPath);
  const drop = [`${claim.scheme.prefix}signature`];
  const readings = request.query.raw.includes('+') ? (['%20', '%2B'] as const) : (['%20'] as const);
  for (const payloadHash of hashes) {
    for (const plus of readings) {
      const query = canonicalQuery(request.query.raw, drop, plus);
      for (const name of hosts) {
        const headers = others.map(([key, value]) =>
          key === 'host' ? ([key, name] as const) : ([key, value] as const),
        );
        yield canonicalRequest({ method: request.method, path, query, headers, payloadHash });
      }
    }
  }
}

function matches(request: SignedRequest, proof: Proof, hashes: readonly string[]): string | undefined {
  const { claim, key } = proof;
  for (const canonical of candidates(request, proof, hashes)) {
    const text = stringToSign(claim.scheme, claim.timestamp, claim.scope, canonical);
    if (isSignature(claim.scheme, key, text, claim.signature)) {
      return canonical.slice(canonical.lastIndexOf('\n') + 1);
    }
  }
  return undefined;
}

function requireMatch(request: SignedRequest, proof: Proof, hashes: readonly string[]): void {
  if (matches(request, proof, hashes) !== undefined) return;
  const [canonical = ''] = candidates(request, proof, hashes);
  const { scheme, timestamp, scope } = proof.claim;
  throw refusal('SignatureDoesNotMatch', {
    details:
      'The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.',
    extra: { StringToSign: stringToSign(scheme, timestamp, scope, canonical), CanonicalRequest: canonical },
  });
}

function chunkSigning({ claim, key }: Proof, declared: string) {
  if (!declared.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')) return undefined;
  const { date, location } = claim.scope;
  return {
    key,
    timestamp: claim.timestamp,
    scope: `${date}/${location}/${claim.scheme.service}/${claim.scheme.terminator}`,
    seed: claim.signature,
  };
}
