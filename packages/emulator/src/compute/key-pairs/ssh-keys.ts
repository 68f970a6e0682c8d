/**
 * SSH keys in the formats of OpenSSH.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5656 section 3.1
 */
import { createHash, generateKeyPairSync } from 'node:crypto';

/** A new pair of keys. */
export interface SshKeys {
  /** One line, as in `authorized_keys`. */
  readonly publicKey: string;
  /** PEM. */
  readonly privateKey: string;
}

const CURVE = 'nistp256';
const TYPE = `ecdsa-sha2-${CURVE}`;

/** Generates a pair of keys (ECDSA, P-256). */
export function generateSshKeys(comment: string): SshKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const blob = Buffer.concat([TYPE, CURVE, point].map(field)).toString('base64');
  return {
    publicKey: `${TYPE} ${blob} ${comment.replaceAll(/\s/g, '-')}`,
    privateKey: String(privateKey.export({ format: 'pem', type: 'sec1' })),
  };
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Whether a text is one public key: a type, and data that begins with the same type. */
export function isPublicKey(text: string): boolean {
  const [, type, data = ''] = /^([\w@.-]+) ([A-Za-z\d+/]+={0,2})( [^\r\n]*)?\s*$/.exec(text) ?? [];
  if (type === undefined) return false;
  const blob = Buffer.from(data, 'base64');
  return blob.length > type.length + 4 && blob.subarray(0, 4 + type.length).equals(field(type));
}

/** The fingerprint of a public key, as `ssh-keygen -l` shows it. */
export function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
