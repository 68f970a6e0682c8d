/**
 * Signed assertions, which request an access token in place of a secret.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523
 */
import { nodeCrypto, type PrivateKey } from '../node-modules.ts';

/**
 * A JSON Web Token, signed with an RSA key (`RS256`).
 *
 * @param header Fields of its header besides `alg` and `typ`, such as `kid`.
 */
export function signAssertion(claims: object, privateKey: PrivateKey, header: object = {}): string {
  const parts = [{ alg: 'RS256', typ: 'JWT', ...header }, claims];
  const signed = parts.map((part) => base64url(new TextEncoder().encode(JSON.stringify(part)))).join('.');
  return `${signed}.${base64url(nodeCrypto().sign('sha256', new TextEncoder().encode(signed), privateKey))}`;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
