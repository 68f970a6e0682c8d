/** `isobar profiles`. Secrets are never printed. */
import { text as readText } from 'node:stream/consumers';
import { getProvider, isCloudError } from '@isobar/core';
import type { CommandContext } from '../command-context.ts';
import { checkName, configPath, optionValue, readProfiles, writeProfiles } from '../settings.ts';
import { usageError } from '../usage-error.ts';

/** Lists profiles: names, providers, and the names of their options. */
export async function listProfiles({ environment, output }: CommandContext): Promise<number> {
  for (const [name, { options, provider }] of readProfiles(environment)) {
    const names = Object.keys(options);
    output.result(`${name.padEnd(16)} ${provider.padEnd(16)} ${names.join(' ')}`, { name, provider, options: names });
  }
  return 0;
}

/** Sets a profile, as a whole. */
export async function setProfile(
  { environment, isQuiet, output }: CommandContext,
  [name = '', provider = '', ...settings]: readonly string[],
): Promise<number> {
  checkName(name);
  await getProvider(provider, { from: import.meta.url }).catch((failure: unknown) => {
    // It may be installed later.
    if (!isCloudError(failure, 'not-installed')) throw failure;
  });
  const options: Record<string, unknown> = {};
  for (const setting of settings) {
    const [, option, value = ''] = /^([a-zA-Z]+)=(.*)$/s.exec(setting) ?? [];
    if (option === undefined)
      throw usageError('an option of a profile is NAME=VALUE, such as endpoint=https://minio.example');
    options[option] = value === '-' ? await secretFromInput() : fromText(option, value);
  }
  const profiles = readProfiles(environment);
  profiles.set(name, { provider, options });
  writeProfiles(environment, profiles);
  if (!isQuiet) output.say(`set ${name} in ${configPath(environment)}`);
  return 0;
}

function fromText(option: string, value: string): unknown {
  return value.startsWith('env:') ? { env: value.slice('env:'.length) } : optionValue(option, value);
}

async function secretFromInput(): Promise<string> {
  return (await readText(process.stdin)).replace(/\r?\n$/, '');
}

/** Removes a profile. */
export async function removeProfile(
  { environment, isQuiet, output }: CommandContext,
  [name = '']: readonly string[],
): Promise<number> {
  const profiles = readProfiles(environment);
  if (!profiles.delete(name)) throw usageError(`there is no profile ${name}`);
  writeProfiles(environment, profiles);
  if (!isQuiet) output.say(`removed ${name}`);
  return 0;
}
