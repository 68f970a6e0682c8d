/**
 * The emulator's one service account. Its key is generated on first use: a key of 2048 bits takes longer than
 * everything else at start, and nothing can be signed without it.
 */
import { createHash, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** The project that owns everything. */
export const PROJECT_ID = 'emulator-project';
/** The account's name. */
export const ACCOUNT_EMAIL: string = `emulator@${PROJECT_ID}.iam.gserviceaccount.com`;

/** The key file, as downloaded from Google's console. */
export interface KeyFile {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
  readonly auth_uri: string;
  readonly token_uri: string;
}

/** The account. */
export interface ServiceAccount {
  /** The key file, the same for the life of the process. */
  keyFile(origin: string): Promise<KeyFile>;
  /** The public key of an account, once its key file was generated. */
  keyOf(email: unknown): KeyObject | undefined;
}

/** An account without a key yet. */
export function createServiceAccount(tokenPath: string): ServiceAccount {
  let pair: Promise<{ readonly privateKey: string; readonly publicKey: KeyObject }> | undefined;
  let known: KeyObject | undefined;
  const makePair = async () => {
    const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    known = createPublicKey(publicKey);
    return { privateKey, publicKey: known };
  };
  return {
    async keyFile(origin) {
      pair ??= makePair();
      const { privateKey } = await pair;
      return {
        type: 'service_account',
        project_id: PROJECT_ID,
        private_key_id: createHash('sha1').update(privateKey).digest('hex'),
        private_key: privateKey,
        client_email: ACCOUNT_EMAIL,
        client_id: '100000000000000000001',
        auth_uri: `${origin}/o/oauth2/auth`,
        token_uri: `${origin}${tokenPath}`,
      };
    },
    keyOf: (email) => (email === ACCOUNT_EMAIL ? known : undefined),
  };
}
