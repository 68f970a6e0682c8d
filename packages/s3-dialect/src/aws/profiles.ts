/**
 * Profiles: the files in which Amazon's tools keep access keys, roles and regions.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { CloudError, environment, isCloudError, type Operation, readFile } from '@isobar/core/provider';

/** The settings of a profile, by lower-case name. */
export type Profile = Readonly<Record<string, string>>;

/** The profiles of both files, and which one is meant. */
export interface Profiles {
  readonly name: string;
  readonly profiles: ReadonlyMap<string, Profile>;
  /** The files, for messages. */
  readonly files: string;
}

/** Maximum size of a file of profiles. */
const maxFileBytes = 1024 * 1024;

const variables = ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];

/** Reads the profiles. Settings in the credentials file win. No exchange. @param named The profile that the user names. */
export function* readProfiles(named: string | undefined): Operation<Profiles> {
  const { homeFolder, variables: around } = yield* environment(variables);
  const credentials = around.AWS_SHARED_CREDENTIALS_FILE || `${homeFolder}/.aws/credentials`;
  const config = around.AWS_CONFIG_FILE || `${homeFolder}/.aws/config`;
  const profiles = new Map<string, Profile>();
  for (const [section, settings] of parse(yield* textOf(config))) {
    const name = /^profile\s+(.+)$/.exec(section)?.[1] ?? (section === 'default' ? section : undefined);
    if (name !== undefined) profiles.set(name.trim(), settings);
  }
  for (const [name, settings] of parse(yield* textOf(credentials))) {
    profiles.set(name, { ...profiles.get(name), ...settings });
  }
  const name = named ?? (around.AWS_PROFILE || around.AWS_DEFAULT_PROFILE || 'default');
  return { name, profiles, files: `${credentials} and ${config}` };
}

function* textOf(path: string): Operation<string> {
  try {
    const bytes = yield* readFile(path, { maxBytes: maxFileBytes });
    return bytes ? new TextDecoder().decode(bytes) : '';
  } catch (failure) {
    throw isCloudError(failure) ? new CloudError('unauthenticated', failure.message, {}, { cause: failure }) : failure;
  }
}

/** The sections of a file. Indented lines are settings of settings, which no one needs here. */
export function parse(text: string): Map<string, Profile> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line) || /^\s/.test(line)) continue;
    const name = /^\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (name !== undefined) {
      section = { ...sections.get(name) };
      sections.set(name, section);
      continue;
    }
    const at = line.indexOf('=');
    if (section && at > 0) {
      // A comment needs white space in front: `#` may be a character of a secret.
      section[line.slice(0, at).trim().toLowerCase()] = line
        .slice(at + 1)
        .replace(/\s[#;].*$/, '')
        .trim();
    }
  }
  return sections;
}

/** The region that the environment or a profile names; `undefined` when none does. No exchange. */
export function* findRegion(profileName: string | undefined): Operation<string | undefined> {
  const { variables: around } = yield* environment(['AWS_REGION', 'AWS_DEFAULT_REGION']);
  const named = around.AWS_REGION || around.AWS_DEFAULT_REGION;
  if (named && profileName === undefined) return named;
  const { name, profiles } = yield* readProfiles(profileName);
  return profiles.get(name)?.region || named || undefined;
}
