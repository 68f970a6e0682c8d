/**
 * The key to verify a V4 signature: derived from an HMAC secret, or the public key of a service account.
 */
import { type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { refusal } from '../errors.ts';
import type { Verification } from './caller.ts';
import { type CredentialScope, goog4Rsa, type Scheme, signingKey, signV4 } from './v4.ts';

/** The key for a credential; refuses credentials that do not exist. */
export function keyOf(scheme: Scheme, scope: CredentialScope, verification: Verification): KeyObject {
  if (scheme === goog4Rsa) {
    const key = verification.accountKeyOf(scope.accessKey);
    if (key === undefined) throw refusal('InvalidAccessKeyId');
    return key;
  }
  const secret = verification.secretOf(scope.accessKey);
  if (secret === undefined) throw refusal('InvalidAccessKeyId');
  return signingKey(scheme, secret, scope.date, scope.location);
}

/** Whether a hex signature is valid for a text. */
export function isSignature(scheme: Scheme, key: KeyObject, text: string, signature: string): boolean {
  if (scheme === goog4Rsa) return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'hex'));
  const given = Buffer.from(signature, 'latin1');
  const computed = Buffer.from(signV4(key, text));
  return given.length === computed.length && timingSafeEqual(given, computed);
}
