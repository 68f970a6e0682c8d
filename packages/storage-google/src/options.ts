/** The options of Google Storage and their check. */
import { checkEndpoint, type OptionsSchema } from '@isobar/core/provider';
import * as z from 'zod/mini';

/** What users pass to `connect`. */
export interface GoogleStorageOptions {
  /**
   * Access id of an HMAC key; starts with `GOOG`.
   *
   * @see https://cloud.google.com/storage/docs/authentication/hmackeys
   */
  readonly key: string;
  /** Secret of the HMAC key: 40 characters. */
  readonly secret: string;
  /** Project whose containers are listed and in which they are made. Default: that of the key's service account. */
  readonly project?: string;
  /** Default `https://storage.googleapis.com`. */
  readonly endpoint?: string;
  /** Send data over plain HTTP to another machine. Default false. */
  readonly allowPlainHttp?: boolean;
}

/** The options once checked, defaults filled in. */
export interface CheckedGoogleStorageOptions extends Required<Omit<GoogleStorageOptions, 'project'>> {
  readonly project?: string | undefined;
}

// What may stand in a header line: the key's id and the project go there as they are.
const word = z.string().check(z.regex(/^[\x21-\x7e]+$/, 'must be one word of ASCII characters, and not empty'));

/** Checks what users pass to `connect`. */
export const optionsSchema: OptionsSchema<CheckedGoogleStorageOptions> = z
  .strictObject({
    key: word,
    secret: z.string().check(z.minLength(1, 'must not be empty')),
    project: z.optional(word),
    endpoint: z._default(z.string(), 'https://storage.googleapis.com'),
    allowPlainHttp: z._default(z.boolean(), false),
  })
  .check(checkEndpoint);
