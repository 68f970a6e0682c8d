/** The options of the test cloud, and their validation. */
import {
  checkEndpoint,
  checkNoWhiteSpace,
  type OptionsSchema,
  schemaFor,
  type WithDefaults,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';

/** Options of `connect`. */
export interface TestComputeOptions {
  /** User name. The emulator's is `apache`. */
  readonly key: string;
  /** Password. The emulator's is `libcloud`. */
  readonly secret: string;
  /** Default `http://127.0.0.1:9898`, the emulator's. */
  readonly endpoint?: string;
  /** Id of the region to use; see `exListRegions`. Default: the account's home region. */
  readonly region?: string;
  /** Send credentials over plain HTTP to another machine. Default false. */
  readonly allowPlainHttp?: boolean;
}

/** The validated options, with defaults. */
export type CheckedTestComputeOptions = WithDefaults<TestComputeOptions, 'endpoint' | 'allowPlainHttp'>;

/** Validates the options of `connect`. */
export const optionsSchema: OptionsSchema<CheckedTestComputeOptions> = schemaFor<TestComputeOptions>()(() => {
  const text = z.string().check(z.minLength(1, 'must not be empty'));
  const secret = text.check(checkNoWhiteSpace);
  // RFC 7617, section 2: a user name cannot contain a colon.
  const userName = secret.check(z.refine((key) => !key.includes(':'), 'must not contain a colon'));
  return z
    .strictObject({
      key: userName,
      secret,
      endpoint: z._default(z.string(), 'http://127.0.0.1:9898'),
      region: z.optional(text),
      allowPlainHttp: z._default(z.boolean(), false),
    })
    .check(checkEndpoint);
});
