/** Reads and validates the credentials files that Google's tools write. */
import { isHeaderText, isTokenUri } from '@isobar/core/oauth';
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
import * as z from '@isobar/core/schema';
import { maxKeyFileBytes } from '../limits.ts';

/** Google's token endpoint. @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
export const googleTokenUri = 'https://oauth2.googleapis.com/token';

/**
 * The key of a service account, as in its JSON file.
 *
 * @see https://cloud.google.com/iam/docs/keys-create-delete
 */
export interface ServiceAccountKey {
  readonly type?: string;
  readonly client_email: string;
  /** RSA, in PEM. */
  readonly private_key: string;
  readonly private_key_id?: string;
  /** Default of the option `project`. */
  readonly project_id?: string;
  /** Default `https://oauth2.googleapis.com/token`. */
  readonly token_uri?: string;
  /** Other fields of the file are ignored. */
  readonly [field: string]: unknown;
}

/** The fields of a service account's key that are used. */
export interface SigningKey {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly token_uri?: string | undefined;
}

/** The file that `gcloud auth application-default login` writes. */
export interface AuthorizedUser {
  readonly client_id: string;
  readonly client_secret: string;
  readonly refresh_token: string;
  readonly token_uri?: string | undefined;
}

/** Validates the contents of a file. */
export type KeySchema<Key> = Pick<OptionsSchema<Key>, 'safeParse'>;

const text = () => z.string().check(checkNoWhiteSpace, z.minLength(1, 'must not be empty'));
/** A string that can be sent in a header: ids of keys, tokens and projects are. */
export const headerText = (): z.ZodMiniString<string> =>
  z.string().check(
    checkNoWhiteSpace,
    // The previous check reports white space.
    z.refine((value) => isHeaderText(value.replaceAll(/\s/g, '-')), headerTextRule),
  );
const headerTextRule = 'must be printable ASCII without white space, and not empty';
const tokenUri = () =>
  z.optional(z.string().check(z.refine(isTokenUri, 'must be an https address, or an http address of this machine')));

/** Validates the key of a service account. */
export const serviceAccountSchema: KeySchema<SigningKey> = lazySchema(() =>
  z.object({
    type: z.optional(z.literal('service_account', 'must be "service_account"')),
    client_email: headerText(),
    private_key: z
      .string()
      .check(z.refine((pem) => rsaKey(pem) !== undefined, 'must be an RSA key in PEM, line breaks included')),
    private_key_id: z.optional(headerText()),
    project_id: z.optional(headerText()),
    token_uri: tokenUri(),
  }),
);

/** Validates a user's refresh token. */
export const authorizedUserSchema: KeySchema<AuthorizedUser> = lazySchema(() =>
  z.object({
    client_id: text(),
    client_secret: text(),
    refresh_token: text(),
    token_uri: tokenUri(),
  }),
);

/** Parses an RSA key in PEM; `undefined` when it is not one. */
export function rsaKey(pem: string): PrivateKey | undefined {
  try {
    const key = nodeCrypto().createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Validates a value with a schema. The error names the invalid fields and does not quote their values. */
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

/** The problem with a field, without its value. */
export function problemOf(issue: OptionIssue): string {
  return issue.code === 'invalid_type' ? 'is missing or of the wrong type' : issue.message;
}

/**
 * Reads the JSON object in a file; `undefined` when there is no file. No exchange.
 *
 * @throws The error that `fail` makes, when the file cannot be read or holds something else.
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
