/** Files with credentials as Google's tools write them, and what they must hold. */
import {
  type CloudError,
  checkNoWhiteSpace,
  isCloudError,
  lazySchema,
  nodeCrypto,
  type Operation,
  type OptionIssue,
  type OptionsSchema,
  type PrivateKey,
  readFile,
} from '@isobar/core/provider';
import * as z from 'zod/mini';
import { maxKeyFileBytes } from '../limits.ts';
import { isHeaderWord } from './access-token.ts';
import { isTokenUri } from './token-endpoint.ts';

/**
 * The key of a service account, as its JSON file has it.
 *
 * @see https://cloud.google.com/iam/docs/keys-create-delete
 */
export interface ServiceAccountKey {
  readonly type?: string;
  readonly client_email: string;
  /** RSA, in PEM. */
  readonly private_key: string;
  readonly private_key_id?: string;
  /** Whose containers are listed unless the option `project` says otherwise. */
  readonly project_id?: string;
  /** Default `https://oauth2.googleapis.com/token`. */
  readonly token_uri?: string;
  /** What else the file holds is not looked at. */
  readonly [field: string]: unknown;
}

/** What is looked at of a service account's key. */
export interface SigningKey {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly token_uri?: string | undefined;
}

/** What `gcloud auth application-default login` writes. */
export interface AuthorizedUser {
  readonly client_id: string;
  readonly client_secret: string;
  readonly refresh_token: string;
  readonly token_uri?: string | undefined;
}

/** A check of what a file holds. */
export type KeySchema<Key> = Pick<OptionsSchema<Key>, 'safeParse'>;

const text = () => z.string().check(checkNoWhiteSpace, z.minLength(1, 'must not be empty'));
/** What may stand in a header line: the id of a key, a token and the project go there as they are. */
export const word = (): z.ZodMiniString<string> =>
  z.string().check(
    checkNoWhiteSpace,
    // Of white space the check before has told.
    z.refine((value) => isHeaderWord(value.replaceAll(/\s/g, '-')), wordRule),
  );
const wordRule = 'must be one word of ASCII characters, and not empty';
const tokenUri = () =>
  z.optional(z.string().check(z.refine(isTokenUri, 'must be an https address, or an http address of this machine')));

/** Checks the key of a service account. */
export const serviceAccountSchema: KeySchema<SigningKey> = lazySchema(() =>
  z.object({
    type: z.optional(z.literal('service_account', 'must be "service_account"')),
    client_email: word(),
    private_key: z
      .string()
      .check(z.refine((pem) => rsaKey(pem) !== undefined, 'must be an RSA key in PEM, line breaks included')),
    private_key_id: z.optional(word()),
    project_id: z.optional(word()),
    token_uri: tokenUri(),
  }),
);

/** Checks a user's refresh token. */
export const authorizedUserSchema: KeySchema<AuthorizedUser> = lazySchema(() =>
  z.object({
    client_id: text(),
    client_secret: text(),
    refresh_token: text(),
    token_uri: tokenUri(),
  }),
);

/** The RSA key of a PEM text; `undefined` when it is none. */
export function rsaKey(pem: string): PrivateKey | undefined {
  try {
    const key = nodeCrypto().createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** What one of the schemas above finds, or throws what it found wrong, by the names of fields alone. */
export function checked<Key>(
  schema: KeySchema<Key>,
  value: unknown,
  path: string,
  fail: (message: string) => CloudError,
): Key {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `\`${issue.path.join('.')}\` ${problemOf(issue)}`);
  throw fail(`${path}: ${problems.join('; ')}`);
}

/** What is wrong with a field, without its value. */
export function problemOf(issue: OptionIssue): string {
  return issue.code === 'invalid_type' ? 'is missing or of the wrong type' : issue.message;
}

/**
 * The JSON object of a file, `undefined` when there is no file. No exchange.
 *
 * @throws What `fail` makes of a file that cannot be read, or holds something else.
 */
export function* readKeyFile(
  path: string,
  fail: (message: string, cause?: unknown) => CloudError,
): Operation<Readonly<Record<string, unknown>> | undefined> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = yield* readFile(path, { maxBytes: maxKeyFileBytes });
  } catch (failure) {
    throw isCloudError(failure) ? fail(failure.message, failure) : failure;
  }
  if (!bytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // The parser's own error quotes the file.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fail(`${path} does not hold a JSON object`);
}
