/** A service account without access to anything. Its key is generated for each test run. */
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** The contents of its key file. */
export const exampleAccount = {
  type: 'service_account',
  project_id: 'demo-project',
  private_key_id: '0123abcd',
  private_key: privateKey,
  client_email: 'robot@demo-project.iam.gserviceaccount.com',
  client_id: '1',
  token_uri: 'https://oauth2.googleapis.com/token',
} as const;

/** The public key that verifies its signatures. */
export const examplePublicKey: KeyObject = createPublicKey(privateKey);

/** Verifies a JSON Web Token with the example's key, and returns its parts. */
export function openJwt(token: string): { readonly header: unknown; readonly claims: Record<string, unknown> } {
  const [header = '', claims = '', signature = ''] = token.split('.');
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new Error('not base64url without padding');
  const isGenuine = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    examplePublicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!isGenuine) throw new Error('the signature is wrong');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: read(header), claims: read(claims) };
}
