/**
 * Where the options of providers come from: a profile of the config file, then variables `ISOBAR_<PROVIDER ID>_<OPTION>`, then the
 * clouds' own files and variables, which the providers read themselves.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { schemes } from './locations.ts';
import { usageError } from './usage-error.ts';

/** A profile: a provider and its options. */
export interface Profile {
  readonly provider: string;
  readonly options: Readonly<Record<string, unknown>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The path of the config file. */
export function configPath(environment: Environment): string {
  const { ISOBAR_CONFIG: own, XDG_CONFIG_HOME: folder } = environment;
  return own || join(folder || join(homedir(), '.config'), 'isobar', 'config.json');
}

/**
 * All profiles, by name. No file: none.
 *
 * @throws {CloudError} `invalid-argument` when the file is not as it must be, or others may read it.
 */
export function readProfiles(environment: Environment): Map<string, Profile> {
  const path = configPath(environment);
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return new Map();
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
    throw usageError(`${path} may hold secrets, and others can read it; run: chmod 600 ${path}`);
  }
  return new Map(Object.entries(profilesIn(readFileSync(path, 'utf8'), path)));
}

function profilesIn(text: string, path: string): Record<string, Profile> {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    // The message of the parser quotes the text, which has secrets.
    throw usageError(`${path} is not JSON`);
  }
  const { profiles } = (config ?? {}) as { readonly profiles?: Record<string, Record<string, unknown>> };
  if (typeof profiles !== 'object' || profiles === null) {
    throw usageError(`${path} must have an object "profiles": { "NAME": { "provider": "s3", … } }`);
  }
  return Object.fromEntries(
    Object.entries(profiles).map(([name, { provider, ...options }]) => {
      checkName(name);
      if (typeof provider === 'string') return [name, { provider, options }];
      throw usageError(`${path}: the profile ${name} must have a "provider", such as "s3"`);
    }),
  );
}

/** Writes all profiles, readable by their owner only. */
export function writeProfiles(environment: Environment, profiles: ReadonlyMap<string, Profile>): void {
  const path = configPath(environment);
  const entries = [...profiles].map(([name, { options, provider }]) => [name, { provider, ...options }]);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.part`;
  const text = `${JSON.stringify({ profiles: Object.fromEntries(entries) }, undefined, 2)}\n`;
  writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** Checks the name of a profile, which is used as a scheme. */
export function checkName(name: string): void {
  if (/^[a-z][a-z0-9-]*$/.test(name) && name !== 'file') return;
  throw usageError(
    `${JSON.stringify(name)} cannot be the name of a profile: use a–z, 0–9 and dashes, and start with a letter`,
  );
}

/** The provider and options that a scheme, profile or provider id stands for. */
export function settingsFor(name: string, environment: Environment): Profile {
  const profile = readProfiles(environment).get(name);
  const provider = profile?.provider ?? schemes[name] ?? name;
  return { provider, options: { ...fromEnvironment(provider, environment), ...resolved(profile, environment) } };
}

/** The options of a profile. One that is `{ "env": "NAME" }` is read from that variable. */
function resolved(profile: Profile | undefined, environment: Environment): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(profile?.options ?? {}).map(([option, value]) => {
      const variable = (value as { readonly env?: unknown } | null)?.env;
      if (typeof variable !== 'string') return [option, value];
      const found = environment[variable];
      if (found === undefined)
        throw usageError(`the option ${option} is in the variable ${variable}, which is not set`);
      return [option, found];
    }),
  );
}

/** Options that are numbers in the options of every provider. Keys and secrets may look like numbers. */
const numbers = /(Ms|Connections|Bytes|Attempts)$/;

/** `ISOBAR_S3_SESSION_TOKEN` is the option `sessionToken` of `s3`. */
function fromEnvironment(provider: string, environment: Environment): Record<string, unknown> {
  const prefix = `ISOBAR_${provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_`;
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, text]) => {
      if (!name.startsWith(prefix) || name === prefix || !text) return [];
      const option = optionName(name.slice(prefix.length));
      return [[option, optionValue(option, text)]];
    }),
  );
}

function optionName(snake: string): string {
  return snake.toLowerCase().replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The value of an option that is given as text: true, false, JSON, a number where it must be one, else the text. */
export function optionValue(option: string, text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (numbers.test(option) && /^\d+$/.test(text)) return Number(text);
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
