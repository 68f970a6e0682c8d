/**
 * V4 signatures: the key chain, the string to sign, and the schemes, which differ in their constants. Pure computation;
 * `verify-v4.ts` and `policy.ts` read and refuse requests.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 */
import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** The constants of one signature scheme. */
export interface Scheme {
  readonly algorithm: 'GOOG4-HMAC-SHA256' | 'GOOG4-RSA-SHA256' | 'AWS4-HMAC-SHA256';
  readonly keyPrefix: string;
  readonly service: string;
  readonly terminator: string;
  /** Prefix of the headers and query parameters, lower-case. */
  readonly prefix: 'x-goog-' | 'x-amz-';
}

/** Google's own. */
export const goog4: Scheme = {
  algorithm: 'GOOG4-HMAC-SHA256',
  keyPrefix: 'GOOG4',
  service: 'storage',
  terminator: 'goog4_request',
  prefix: 'x-goog-',
};

/** Google's own, signed with the key of a service account; there is no key chain. */
export const goog4Rsa: Scheme = { ...goog4, algorithm: 'GOOG4-RSA-SHA256' };

/** For clients of Amazon S3. Any region is accepted. */
export const aws4: Scheme = {
  algorithm: 'AWS4-HMAC-SHA256',
  keyPrefix: 'AWS4',
  service: 's3',
  terminator: 'aws4_request',
  prefix: 'x-amz-',
};

/** `Credential`: the signer and the scope. */
export interface CredentialScope {
  readonly accessKey: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  /** Free text; may be empty. */
  readonly location: string;
  readonly service: string;
  readonly terminator: string;
}

/** Splits `ID/DATE/LOCATION/SERVICE/TERMINATOR`; an access key may hold slashes, the rest may not. */
export function parseCredential(text: string): CredentialScope | undefined {
  const parts = text.split('/');
  const [date, location, service, terminator] = parts.slice(-4);
  if (parts.length < 5 || date === undefined || location === undefined) return undefined;
  if (service === undefined || terminator === undefined) return undefined;
  return { accessKey: parts.slice(0, -4).join('/'), date, location, service, terminator };
}

const keys = new Map<string, KeyObject>();

/**
 * The derived key of one secret, day and location. Cached as a key object: it changes once a day, and creating a key
 * object costs more than the signature itself.
 */
export function signingKey(scheme: Scheme, secret: string, date: string, location: string): KeyObject {
  const cacheKey = `${scheme.keyPrefix}\n${date}\n${location}\n${secret}`;
  const cached = keys.get(cacheKey);
  if (cached !== undefined) return cached;
  const chain = [date, location, scheme.service, scheme.terminator];
  const bytes = chain.reduce<Buffer>((parent, text) => hmac(parent, text), Buffer.from(scheme.keyPrefix + secret));
  const key = createSecretKey(bytes);
  if (keys.size >= 100) keys.clear();
  keys.set(cacheKey, key);
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/**
 * The string to sign.
 *
 * @param canonical The canonical request. Header values in it are bytes (latin1), as Node reads them.
 */
export function stringToSign(scheme: Scheme, timestamp: string, scope: CredentialScope, canonical: string): string {
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const path = `${scope.date}/${scope.location}/${scheme.service}/${scheme.terminator}`;
  return `${scheme.algorithm}\n${timestamp}\n${path}\n${hash}`;
}

/** The signature of a text under a derived key, lower-case hex. */
export function signV4(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** The scheme with this algorithm name. */
export function schemeOf(algorithm: string | undefined): Scheme | undefined {
  return [goog4, goog4Rsa, aws4].find((scheme) => scheme.algorithm === algorithm);
}

/** Reads `YYYYMMDDTHHMMSSZ` as Unix milliseconds. */
export function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const parsed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
