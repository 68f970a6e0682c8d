/** The options of S3, and their validation. */
import {
  checkEndpoint,
  checkNoWhiteSpace,
  type OptionsSchema,
  schemaFor,
  type WithDefaults,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { AwsSource } from '@isobar/s3-dialect/aws';
import { dialectAt, regionIn, type S3Dialect, type S3DialectName, s3Dialects } from './dialects.ts';

/** A dialect with the cells that differ from it. */
export interface S3DialectChanges extends Partial<S3Dialect> {
  /** The row of the table to start from. Default: that of the endpoint's host, else `other`. */
  readonly name?: S3DialectName;
}

/** Options of `connect`. */
export interface S3StorageOptions {
  /** Access key id. */
  readonly key?: string;
  /** Secret access key. */
  readonly secret?: string;
  /** Session token, with temporary keys. */
  readonly sessionToken?: string;
  /**
   * Where access keys come from, without `key` and `secret`. `default`: the places where Amazon's tools look, in their order: the
   * environment, the profile, a web identity, the container's server, the machine's metadata server. Or one of these; a profile
   * by name; a function that returns keys; a function of a module, which both kinds can call; `anonymous` for public data. Nothing is
   * read before the first call. Default `default`.
   *
   * @example
   * connect(s3, { profile: 'backup' });
   * connect(s3, { credentials: { module: '@aws-sdk/credential-providers', export: 'fromNodeProviderChain' } });
   */
  readonly credentials?: AwsSource;
  /** The profile of `~/.aws` that keys and region come from: short for `credentials: { profile }`. */
  readonly profile?: string;
  /** Region of the buckets. Default: the one in the endpoint, else the dialect's. Another region of a bucket is learned. */
  readonly region?: string;
  /** Address of the service. Default: Amazon's in the region. */
  readonly endpoint?: string;
  /**
   * How the service speaks S3: a name, or the cells that differ from a row of the table. Default: by the endpoint's host, else
   * `other`, which assumes the least.
   *
   * @example
   * connect(s3, { key, secret, endpoint: 'https://minio.example:9000', dialect: 'minio' });
   * connect(s3, { key, secret, endpoint, dialect: { name: 'ceph', maxParts: 1000 } });
   */
  readonly dialect?: S3DialectName | S3DialectChanges;
  /** How buckets are addressed. Default: in the host name at Amazon, in the path at any other endpoint. */
  readonly addressing?: 'virtual' | 'path';
  /** Send data over plain HTTP to another machine. Default false. */
  readonly allowPlainHttp?: boolean;
}

/** The validated options, with defaults. */
export type CheckedS3StorageOptions = WithDefaults<S3StorageOptions, 'allowPlainHttp'>;

const names = Object.keys(s3Dialects);

/** Validates the options of `connect`. */
export const optionsSchema: OptionsSchema<CheckedS3StorageOptions> = schemaFor<S3StorageOptions>()(() => {
  const word = z.string().check(checkNoWhiteSpace, z.minLength(1, 'must not be empty'));
  const choice = <Choice extends string>(...choices: [Choice, ...Choice[]]) =>
    z.optional(z.enum(choices, `must be ${choices.join(' or ')}`));
  return z
    .strictObject({
      key: z.optional(word),
      secret: z.optional(word),
      sessionToken: z.optional(word),
      credentials: z.optional(z.custom<AwsSource>(() => true)),
      profile: z.optional(z.string().check(z.minLength(1, 'must not be empty'))),
      region: z.optional(
        z
          .string()
          .check(z.refine((region) => /^[A-Za-z0-9-]{1,32}$/.test(region), 'must be a region, such as eu-central-1')),
      ),
      endpoint: z.optional(z.string()),
      dialect: z.optional(z.custom<S3DialectName | S3DialectChanges>(() => true)),
      addressing: choice('virtual', 'path'),
      allowPlainHttp: z._default(z.boolean(), false),
    })
    .check((checked) => {
      const { endpoint, allowPlainHttp } = checked.value;
      if (endpoint !== undefined) checkEndpoint({ issues: checked.issues, value: { endpoint, allowPlainHttp } });
      checkKeys(checked);
      checkDialect(checked);
    });
});

/** What zod passes to a check of the whole object. */
interface Checked {
  readonly value: CheckedS3StorageOptions;
  readonly issues: { push(issue: { code: 'custom'; path: string[]; message: string; input: unknown }): unknown };
}

function checkKeys({ issues, value }: Checked): void {
  const { key, secret, sessionToken } = value;
  const [name, credentials] =
    value.profile === undefined ? ['credentials', value.credentials] : ['profile', value.profile];
  const refuse = (field: string, message: string) =>
    issues.push({ code: 'custom', path: [field], message, input: undefined });
  if (credentials !== undefined) {
    for (const [field, given] of Object.entries({ key, secret, sessionToken })) {
      if (given !== undefined) refuse(field, `cannot be combined with \`${name}\``);
    }
    if (name === 'profile' && value.credentials !== undefined)
      refuse('credentials', 'cannot be combined with `profile`');
    if (name === 'credentials' && !isSource(credentials))
      refuse('credentials', `must be ${sources.join(', ')}, { profile }, { module, export, args }, or a function`);
    return;
  }
  if (key === undefined && secret === undefined) {
    if (sessionToken !== undefined) refuse('sessionToken', 'is valid only with `key` and `secret`');
    return;
  }
  if (key === undefined) refuse('key', 'is missing: an access key has both key and secret');
  if (secret === undefined) refuse('secret', 'is missing: an access key has both key and secret');
}

const sources = ['default', 'environment', 'web-identity', 'container', 'instance', 'anonymous'];

function isSource(value: unknown): boolean {
  if (typeof value === 'string') return sources.includes(value);
  if (typeof value === 'function') return true;
  const { args = [], export: name, module, profile, ...others } = Object(value) as Record<string, unknown>;
  if (Object.keys(others).length > 0) return false;
  const isText = (text: unknown) => typeof text === 'string' && text !== '';
  if (profile !== undefined) return isText(profile) && module === undefined && name === undefined;
  return isText(module) && isText(name) && Array.isArray(args);
}

const choices: Readonly<Partial<Record<keyof S3Dialect, readonly unknown[]>>> = {
  addressing: ['virtual', 'path'],
  listing: [1, 2],
  checksum: ['crc32', 'crc32c', 'crc64nvme', 'sha256', undefined],
  ifVersion: ['quoted', 'unquoted', 'no'],
  tellsExisting: ['yes', 'outside us-east-1', 'no'],
};

/** A dialect is a name, or cells of the kinds that the table has. */
function checkDialect({ issues, value: { dialect } }: Checked): void {
  const refuse = (path: string[], message: string) =>
    issues.push({ code: 'custom', path: ['dialect', ...path], message, input: undefined });
  if (dialect === undefined) return;
  const rule = `must be one of ${names.join(', ')}`;
  if (typeof dialect !== 'object' || dialect === null) {
    if (!names.includes(dialect)) refuse([], `${rule}, or an object with what differs from one of them`);
    return;
  }
  for (const [cell, given] of Object.entries(dialect)) {
    const usual = Object.hasOwn(s3Dialects.aws, cell) ? s3Dialects.aws[cell as keyof S3Dialect] : undefined;
    const allowed = Object.hasOwn(choices, cell) ? choices[cell as keyof S3Dialect] : undefined;
    if (cell === 'name') {
      if (!names.includes(given as string)) refuse([cell], rule);
    } else if (allowed) {
      if (!allowed.includes(given)) refuse([cell], `must be one of ${allowed.join(', ')}`);
    } else if (usual === undefined) {
      refuse([cell], `is not a cell of the table of dialects: ${Object.keys(s3Dialects.aws).join(', ')}`);
    } else if (typeof given !== typeof usual || (typeof given === 'number' && !(given >= 1))) {
      refuse([cell], `must be a ${typeof usual}${typeof usual === 'number' ? ' from 1' : ''}`);
    }
  }
}

/** The dialect that the options name. */
export function dialectOf({ dialect, endpoint }: Pick<CheckedS3StorageOptions, 'dialect' | 'endpoint'>): S3Dialect {
  if (typeof dialect === 'string') return s3Dialects[dialect];
  const { name = dialectAt(endpoint), ...changes } = dialect ?? {};
  return { ...s3Dialects[name], ...changes };
}

/**
 * The region to sign for, until a bucket is known to be in another one. `undefined`: that of the environment, as Amazon's tools
 * do.
 */
export function regionOf(
  { endpoint, region }: Pick<CheckedS3StorageOptions, 'endpoint' | 'region'>,
  dialect: S3Dialect,
): string | undefined {
  return region ?? regionIn(endpoint) ?? (endpoint === undefined ? undefined : dialect.region);
}
