/** The options of Google Storage, and their validation. The ways to authenticate are in `credentials/`. */

import { type AccessTokenFunction, isHeaderText } from '@isobar/core/oauth';
import {
  checkEndpoint,
  checkNoWhiteSpace,
  type OptionsSchema,
  schemaFor,
  type WithDefaults,
  whiteSpaceProblem,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { HmacSignature } from './credentials/hmac-key.ts';
import { headerText, problemOf, type ServiceAccountKey, serviceAccountSchema } from './credentials/key-files.ts';

/** Options that every way to authenticate allows. */
export interface GoogleStorageSettings {
  /** Project to list and create containers in. Default: that of the credentials, if they have one. */
  readonly project?: string;
  /** Default `https://storage.googleapis.com`. */
  readonly endpoint?: string;
  /** Send data over plain HTTP to another machine. Default false. */
  readonly allowPlainHttp?: boolean;
}

/** The options of one way to authenticate, without those of the others. */
type OneWay<Options> = Options & { readonly [Name in Exclude<WayOption, keyof Options>]?: never };

type WayOption = 'key' | 'secret' | 'signature' | 'accessToken' | 'serviceAccount' | 'credentials' | 'scopes';

/** Authenticates with an HMAC key. */
export interface HmacKeyOptions {
  /**
   * Access id of an HMAC key; starts with `GOOG`.
   *
   * @see https://cloud.google.com/storage/docs/authentication/hmackeys
   */
  readonly key: string;
  /** Secret of the HMAC key: 40 characters. */
  readonly secret: string;
  /**
   * How requests are signed. Default `goog4`. `aws4` is the interoperability mode, which cannot carry Google's own
   * features, such as conditions on generations; `goog1` is the older version 2.
   *
   * @see https://cloud.google.com/storage/docs/interoperability
   */
  readonly signature?: HmacSignature;
}

/** Authenticates with an OAuth 2.0 access token. */
export interface AccessTokenOptions {
  /**
   * A token, or a function that returns one. A function that returns `{ token, expiresAt }` is called again shortly
   * before `expiresAt`; one that returns only a token is called for each exchange. After a 401 it is called once more.
   * With a blocking driver it must not return a promise.
   *
   * @example
   * const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/devstorage.read_write'] });
   * connect(googleStorage, { accessToken: async () => (await auth.getAccessToken()) ?? '', async: true });
   */
  readonly accessToken: string | AccessTokenFunction;
}

/** Authenticates as a service account, with its key. */
export interface ServiceAccountOptions {
  /**
   * The key as an object, or the path of its JSON file, which is read before the first exchange. JSON text is refused:
   * parse it with `JSON.parse` first.
   *
   * @see https://cloud.google.com/iam/docs/keys-create-delete
   */
  readonly serviceAccount: ServiceAccountKey | string;
  /**
   * OAuth scopes of tokens. Default `https://www.googleapis.com/auth/devstorage.full_control`.
   *
   * @see https://cloud.google.com/storage/docs/oauth-scopes
   */
  readonly scopes?: readonly string[];
}

/** Authenticates with credentials from the environment. */
export interface FoundCredentialsOptions {
  /**
   * `application-default`: the file that `GOOGLE_APPLICATION_CREDENTIALS` names, else the file that
   * `gcloud auth application-default login` wrote, else the metadata server. `metadata-server`: the service account that
   * this machine runs as.
   *
   * @see https://cloud.google.com/docs/authentication/application-default-credentials
   */
  readonly credentials: 'application-default' | 'metadata-server';
  /** OAuth scopes of tokens, as for a service account. A user's login has its own. */
  readonly scopes?: readonly string[];
}

/** Does not authenticate. */
export interface AnonymousOptions {
  /** `anonymous`: public data only. */
  readonly credentials: 'anonymous';
}

/** Options of `connect`: exactly one way to authenticate, and settings. */
export type GoogleStorageOptions = GoogleStorageSettings &
  (
    | OneWay<HmacKeyOptions>
    | OneWay<AccessTokenOptions>
    | OneWay<ServiceAccountOptions>
    | OneWay<FoundCredentialsOptions>
    | OneWay<AnonymousOptions>
  );

/** The validated options, with defaults. */
export type CheckedGoogleStorageOptions = WithDefaults<GoogleStorageOptions, 'endpoint' | 'allowPlainHttp'>;

/** Validates the options of `connect`. */
export const optionsSchema: OptionsSchema<CheckedGoogleStorageOptions> = schemaFor<GoogleStorageOptions>()(() => {
  const tokenRule = 'must be a token (printable ASCII without white space), or a function that returns one';
  return z
    .strictObject({
      key: z.optional(headerText()),
      secret: z.optional(z.string().check(checkNoWhiteSpace, z.minLength(1, 'must not be empty'))),
      signature: z.optional(z.enum(['goog4', 'aws4', 'goog1'], 'must be goog4, aws4 or goog1')),
      accessToken: z.optional(
        z.custom<string | AccessTokenFunction>((value) => typeof value === 'function' || isHeaderText(value), {
          error: ({ input }) => (typeof input === 'string' && whiteSpaceProblem(input)) || tokenRule,
        }),
      ),
      serviceAccount: z.optional(z.custom<ServiceAccountKey | string>(() => true)),
      credentials: z.optional(
        z.enum(
          ['application-default', 'metadata-server', 'anonymous'],
          'must be application-default, metadata-server or anonymous',
        ),
      ),
      scopes: z.optional(z.array(headerText()).check(z.minLength(1, 'must not be empty'))),
      project: z.optional(headerText()),
      endpoint: z._default(z.string(), 'https://storage.googleapis.com'),
      allowPlainHttp: z._default(z.boolean(), false),
    })
    .check(checkEndpoint, checkWay, checkServiceAccount);
});

/** What zod passes to a check of the whole object. */
interface Checked {
  readonly value: CheckedGoogleStorageOptions;
  readonly issues: { push(issue: { code: 'custom'; path: string[]; message: string; input: unknown }): unknown };
}

/** Reports an invalid option without its value, which may be a secret. */
function refuse({ issues }: Checked, path: string[], message: string): void {
  issues.push({ code: 'custom', path, message, input: undefined });
}

const oneWay = 'pass exactly one of `key` with `secret`, `accessToken`, `serviceAccount`, `credentials`';

function checkWay(checked: Checked): void {
  const { key, secret, signature, accessToken, serviceAccount, credentials, scopes } = checked.value;
  const isHmac = key !== undefined || secret !== undefined;
  const given = Object.entries({ key: isHmac || undefined, accessToken, serviceAccount, credentials })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  const [first, second] = given;
  if (first === undefined) refuse(checked, ['key'], `is missing, or another way to authenticate: ${oneWay}`);
  if (second !== undefined) refuse(checked, [second], `cannot be combined with \`${first}\`: ${oneWay}`);
  if (given.length !== 1) return;
  if (isHmac && key === undefined) refuse(checked, ['key'], 'is missing: an HMAC key has both key and secret');
  if (isHmac && secret === undefined) refuse(checked, ['secret'], 'is missing: an HMAC key has both key and secret');
  if (signature !== undefined && !isHmac) refuse(checked, ['signature'], 'is valid only with `key` and `secret`');
  const usesScopes = first === 'serviceAccount' || (first === 'credentials' && credentials !== 'anonymous');
  if (scopes !== undefined && !usesScopes) {
    refuse(checked, ['scopes'], 'is valid only with `serviceAccount`, or with `credentials` other than `anonymous`');
  }
}

function checkServiceAccount(checked: Checked): void {
  const { serviceAccount } = checked.value;
  if (serviceAccount === undefined) return;
  if (typeof serviceAccount === 'string') {
    const isPath = serviceAccount !== '' && !/^\s*\{/.test(serviceAccount);
    const rule = 'must be an object or the path of a JSON file; for JSON text pass JSON.parse(text)';
    const whiteSpaceRule = 'is a path that starts or ends with white space (a trailing line break?): remove it';
    if (!isPath) refuse(checked, ['serviceAccount'], rule);
    else if (serviceAccount !== serviceAccount.trim()) refuse(checked, ['serviceAccount'], whiteSpaceRule);
    return;
  }
  const result = serviceAccountSchema.safeParse(serviceAccount);
  if (result.success) return;
  for (const issue of result.error.issues) {
    refuse(checked, ['serviceAccount', ...issue.path.map(String)], problemOf(issue));
  }
}
