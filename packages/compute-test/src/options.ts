/** The options of the test cloud and their check. */
import { checkEndpoint, checkNoWhiteSpace, type OptionsSchema } from '@isobar/core/provider';
import * as z from 'zod/mini';

/** What users pass to `connect`. */
export interface TestComputeOptions {
  /** User name. The emulator's is `apache`. */
  readonly key: string;
  /** Password. The emulator's is `libcloud`. */
  readonly secret: string;
  /** Default `http://127.0.0.1:9898`, where the emulator answers. */
  readonly endpoint?: string;
  /** Id of the region to work in; see `exListRegions`. Default: the account's home region. */
  readonly region?: string;
  /** Send credentials over plain HTTP to another machine. Default false. */
  readonly allowPlainHttp?: boolean;
}

/** The options once checked, defaults filled in. */
export type CheckedTestComputeOptions = Required<Omit<TestComputeOptions, 'region'>> & {
  readonly region?: string | undefined;
};

const text = z.string().check(z.minLength(1, 'must not be empty'));
const secret = text.check(checkNoWhiteSpace);
// RFC 7617: a colon ends the user name.
const userName = secret.check(z.refine((key) => !key.includes(':'), 'must not contain a colon'));

/** Checks what users pass to `connect`. */
export const optionsSchema: OptionsSchema<CheckedTestComputeOptions> = z
  .strictObject({
    key: userName,
    secret,
    endpoint: z._default(z.string(), 'http://127.0.0.1:9898'),
    region: z.optional(text),
    allowPlainHttp: z._default(z.boolean(), false),
  })
  .check(checkEndpoint);
