/**
 * The places where Amazon's tools look for access keys, in their order. Sources are never mixed.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import {
  CloudError,
  callModule,
  describe,
  environment,
  invalidArgument,
  invoke,
  isCloudError,
  type Operation,
  type RetryPolicy,
  runProgram,
} from '@isobar/core/provider';
import {
  type AwsCredentials,
  type AwsKeys,
  anonymousKeys,
  fetchedKeys,
  type GivenKeys,
  isKeyText,
  jsonIn,
  keysIn,
} from './keys.ts';
import { containerKeys, instanceKeys } from './metadata.ts';
import { findRegion, type Profile, type Profiles, readProfiles } from './profiles.ts';
import { assumeRole, assumeRoleWithWebIdentity, type Role } from './security-tokens.ts';

/** Returns keys. It may return a promise only to asynchronous drivers. */
export type KeysFunction = () => GivenKeys | Promise<GivenKeys>;

/** A function of a module that the user installs, such as `@aws-sdk/credential-providers`. */
export interface KeysModule {
  /** The name of the package or of an entry of it, or the path of a file. */
  readonly module: string;
  /** The name of its function, which returns keys or, like those of Amazon's package, a function that does. */
  readonly export: string;
  /** Arguments of the function: plain data. Default none. */
  readonly args?: readonly unknown[];
}

/** Where keys come from. */
export type AwsSource =
  | 'default'
  | 'environment'
  | 'web-identity'
  | 'container'
  | 'instance'
  | 'anonymous'
  | { readonly profile: string }
  | KeysModule
  | KeysFunction;

/** Makes the credentials of a source. Nothing is read before the first call. */
export function awsCredentials(source: AwsSource, policy: RetryPolicy): AwsCredentials {
  if (source === 'anonymous') return anonymousKeys;
  if (typeof source === 'function') return fetchedKeys(() => keysFrom(source));
  if (typeof source === 'object' && 'module' in source) return fetchedKeys(() => moduleKeys(source));
  if (typeof source === 'object') {
    const { profile } = source;
    return fetchedKeys(function* () {
      return yield* found(profileKeys(policy, profile), `the profile ${profile}`);
    });
  }
  const sources = source === 'default' ? (Object.keys(steps) as Step[]) : [source];
  return fetchedKeys(function* () {
    for (const step of sources) {
      const keys = yield* steps[step](policy);
      if (keys) return keys;
    }
    const tried = sources.map((step) => names[step]).join(', ');
    const hint = 'Pass `key` and `secret`, or `credentials`';
    throw new CloudError('unauthenticated', `no access key was found in ${tried}. ${hint}`);
  });
}

type Step = 'environment' | 'profile' | 'web-identity' | 'container' | 'instance';

const names: Readonly<Record<Step, string>> = {
  environment: 'the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)',
  profile: 'the profiles of ~/.aws',
  'web-identity': 'a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN)',
  container: "the container's server",
  instance: "the machine's metadata server",
};

/** The places in their order. */
const steps: Readonly<Record<Step, (policy: RetryPolicy) => Operation<AwsKeys | undefined>>> = {
  environment: environmentKeys,
  profile: (policy) => profileKeys(policy, undefined),
  'web-identity': webIdentityKeys,
  container: containerKeys,
  instance: instanceKeys,
};

function* found(keys: Operation<AwsKeys | undefined>, where: string): Operation<AwsKeys> {
  const present = yield* keys;
  if (present) return present;
  throw new CloudError('unauthenticated', `no access key was found in ${where}`);
}

function* keysFrom(source: KeysFunction): Operation<AwsKeys> {
  return checkedKeys(yield* invoke(source, []));
}

/** Calls a function of a module, in the worker of a blocking call. */
function* moduleKeys({ args = [], export: name, module }: KeysModule): Operation<AwsKeys> {
  let given: unknown;
  try {
    given = yield* callModule(module, name, [args, []]);
  } catch (failure) {
    if (isCloudError(failure)) throw failure;
    const { message } = Object(failure) as Partial<Error>;
    throw new CloudError('unauthenticated', `${name} of ${module} failed: ${message}`, {}, { cause: failure });
  }
  return checkedKeys(given);
}

/** Keys that a function of the user gave, checked. */
function checkedKeys(value: unknown): AwsKeys {
  const given = Object(value) as Partial<GivenKeys>;
  const { accessKeyId, expiration, secretAccessKey, sessionToken } = given;
  if (!isKeyText(accessKeyId) || !isKeyText(secretAccessKey)) {
    throw invalidArgument('credentials', `must return { accessKeyId, secretAccessKey }, not ${describe(value)}`);
  }
  if (expiration !== undefined && !(expiration instanceof Date && !Number.isNaN(expiration.getTime()))) {
    throw invalidArgument('credentials', 'must return an `expiration` that is a Date, or none');
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(isKeyText(sessionToken) && { sessionToken }),
    expiresMs: expiration?.getTime() ?? Number.POSITIVE_INFINITY,
  };
}

const keyVariables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION'];

function* environmentKeys(): Operation<AwsKeys | undefined> {
  const { variables } = yield* environment(keyVariables);
  const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = variables;
  if (!key && !secret) return undefined;
  if (!key || !secret) {
    const missing = key ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID';
    throw new CloudError('unauthenticated', `the environment has a part of an access key: ${missing} is not set`);
  }
  return keysIn(
    {
      AccessKeyId: key.trim(),
      SecretAccessKey: secret.trim(),
      ...(token && { SessionToken: token.trim() }),
      ...(variables.AWS_CREDENTIAL_EXPIRATION && { Expiration: variables.AWS_CREDENTIAL_EXPIRATION }),
    },
    'the environment',
  );
}

/** @param named The profile that the user names: it must exist. */
function* profileKeys(policy: RetryPolicy, named: string | undefined): Operation<AwsKeys | undefined> {
  const all = yield* readProfiles(named);
  if (!all.profiles.has(all.name)) {
    if (named === undefined && all.name === 'default') return undefined;
    throw new CloudError('unauthenticated', `there is no profile ${all.name} in ${all.files}`);
  }
  return yield* keysOfProfile(policy, all, all.name, []);
}

function* keysOfProfile(
  policy: RetryPolicy,
  all: Profiles,
  name: string,
  via: readonly string[],
): Operation<AwsKeys | undefined> {
  const profile = all.profiles.get(name);
  if (!profile)
    throw new CloudError('unauthenticated', `there is no profile ${name} in ${all.files}, which ${via.at(-1)} names`);
  // A role may be assumed with the keys of its own profile.
  if (profile.role_arn && via.at(-1) !== name) {
    if (via.includes(name)) throw new CloudError('unauthenticated', `the profiles ${via.join(', ')} name each other`);
    return yield* roleOfProfile(policy, all, name, profile, via);
  }
  const { aws_access_key_id: key, aws_secret_access_key: secret, aws_session_token: token } = profile;
  if (key !== undefined || secret !== undefined) {
    return keysIn({ AccessKeyId: key, SecretAccessKey: secret, SessionToken: token }, `the profile ${name}`);
  }
  if (profile.credential_process) return yield* processKeys(profile.credential_process, name);
  if (profile.sso_session || profile.sso_start_url) {
    return yield* moduleKeys({ module: '@aws-sdk/credential-providers', export: 'fromSSO', args: [{ profile: name }] });
  }
  return undefined;
}

function* roleOfProfile(
  policy: RetryPolicy,
  all: Profiles,
  name: string,
  profile: Profile,
  via: readonly string[],
): Operation<AwsKeys> {
  const role: Role = {
    arn: profile.role_arn ?? '',
    sessionName: profile.role_session_name,
    externalId: profile.external_id,
    durationSeconds: profile.duration_seconds,
  };
  const region = (yield* findRegion(name)) ?? 'us-east-1';
  const file = profile.web_identity_token_file;
  if (file) return yield* assumeRoleWithWebIdentity(policy, region, file, role);
  if (profile.mfa_serial) {
    throw new CloudError(
      'unsupported',
      `the profile ${name} needs a code of a device (mfa_serial), which is not supported`,
    );
  }
  const { credential_source: from, source_profile: source } = profile;
  const sources: Readonly<Record<string, Step>> = {
    Environment: 'environment',
    EcsContainer: 'container',
    Ec2InstanceMetadata: 'instance',
  };
  const step = from !== undefined && Object.hasOwn(sources, from) ? sources[from] : undefined;
  if (source === undefined && step === undefined) {
    throw new CloudError(
      'unauthenticated',
      `the profile ${name} has a role, but no source_profile and no credential_source`,
    );
  }
  const keys = step
    ? yield* found(steps[step](policy), names[step])
    : yield* found(keysOfProfile(policy, all, source as string, [...via, name]), `the profile ${source}`);
  return yield* assumeRole(policy, region, keys, role);
}

/** Runs the program of a profile, without a shell. @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
function* processKeys(line: string, name: string): Operation<AwsKeys> {
  const [command = '', ...args] = wordsOf(line);
  const result = yield* runProgram(command, args, { timeoutMs: 60_000, maxBytes: 64 * 1024 });
  const source = `the credential_process of the profile ${name}`;
  if (result.exitCode !== 0) throw new CloudError('unauthenticated', `${source} failed (exit code ${result.exitCode})`);
  return keysIn(jsonIn(result.output), source);
}

/** The words of a command line: quotes hold words with spaces together. */
export function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*')+/g), ([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, (_, double: string | undefined, single: string | undefined) =>
      double === undefined ? (single ?? '') : double.replace(/\\(["\\])/g, '$1'),
    ),
  );
}

function* webIdentityKeys(policy: RetryPolicy): Operation<AwsKeys | undefined> {
  const { variables } = yield* environment(['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME']);
  const { AWS_ROLE_ARN: arn, AWS_ROLE_SESSION_NAME, AWS_WEB_IDENTITY_TOKEN_FILE: file } = variables;
  if (!file || !arn) return undefined;
  const region = (yield* findRegion(undefined)) ?? 'us-east-1';
  const sessionName = AWS_ROLE_SESSION_NAME || undefined;
  return yield* assumeRoleWithWebIdentity(policy, region, file, { arn, sessionName });
}
