/**
 * The key a V4 signature is checked with: derived from an HMAC secret, or the public key of a service account.
 */
import { type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { refusal } from '../errors.ts';
import type { Verification } from './caller.ts';
import { type CredentialScope, type Dialect, goog4Rsa, signingKey, signV4 } from './v4.ts';

/** The key for a credential; refuses credentials that do not exist. */
export function keyOf(dialect: Dialect, scope: CredentialScope, verification: Verification): KeyObject {
  if (dialect === goog4Rsa) {
    const key = verification.accountKeyOf(scope.accessKey);
    if (key === undefined) throw refusal('InvalidAccessKeyId');
    return key;
  }
  const secret = verification.secretOf(scope.accessKey);
  if (secret === undefined) throw refusal('InvalidAccessKeyId');
  return signingKey(dialect, secret, scope.date, scope.location);
}

/** Whether a signature, in hex, is that of a text. */
export function isSignature(dialect: Dialect, key: KeyObject, text: string, signature: string): boolean {
  if (dialect === goog4Rsa) return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'hex'));
  const given = Buffer.from(signature, 'latin1');
  const computed = Buffer.from(signV4(key, text));
  return given.length === computed.length && timingSafeEqual(given, computed);
}
