/** A service account that opens nothing, whose key is made for each run of the tests. */
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** What its key file holds. */
export const exampleAccount = {
  type: 'service_account',
  project_id: 'demo-project',
  private_key_id: '0123abcd',
  private_key: privateKey,
  client_email: 'robot@demo-project.iam.gserviceaccount.com',
  client_id: '1',
  token_uri: 'https://oauth2.googleapis.com/token',
} as const;

/** What verifies its signatures. */
export const examplePublicKey: KeyObject = createPublicKey(privateKey);

/** The parts of a JSON Web Token, once its signature has been verified with the example's key. */
export function openJwt(token: string): { readonly header: unknown; readonly claims: Record<string, unknown> } {
  const [header = '', claims = '', signature = ''] = token.split('.');
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new Error('not base64url without padding');
  const isGenuine = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    examplePublicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!isGenuine) throw new Error('the signature does not hold');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: read(header), claims: read(claims) };
}
