/** Reads `clouds.yaml`, with the secrets of `secure.yaml` and the profiles of `clouds-public.yaml`. */
import {
  CloudError,
  callModule,
  type Environment,
  environment,
  isCloudError,
  type Operation,
  readFile,
} from '@isobar/core/provider';

type Fields = Readonly<Record<string, unknown>>;

/** The clouds of a file, by name. */
export interface CloudsFile {
  /** The file, for messages. */
  readonly path: string;
  readonly clouds: ReadonlyMap<string, Fields>;
  /** What vendors say of their clouds, by the name of the profile. */
  readonly profiles: Fields;
}

/** Maximum size of a file, in bytes. */
const maxFileBytes = 1024 * 1024;

const variables = ['OS_CLIENT_CONFIG_FILE', 'OS_CLIENT_SECURE_FILE', 'OS_CLIENT_VENDOR_FILE', 'XDG_CONFIG_HOME'];

/** Reads the clouds. The first file that exists is used; without one there are none. No exchange. */
export function* readClouds(): Operation<CloudsFile> {
  const around = yield* environment(variables);
  const file = yield* firstOf(around, 'clouds', around.variables.OS_CLIENT_CONFIG_FILE);
  if (!file) return { path: 'clouds.yaml', clouds: new Map(), profiles: {} };
  const secure = yield* firstOf(around, 'secure', around.variables.OS_CLIENT_SECURE_FILE);
  const vendors = yield* firstOf(around, 'clouds-public', around.variables.OS_CLIENT_VENDOR_FILE);
  const secrets = fieldsOf(secure?.content.clouds);
  const profiles = fieldsOf(vendors?.content['public-clouds']);
  const clouds = Object.entries(fieldsOf(file.content.clouds)).map(([name, cloud]): [string, Fields] => [
    name,
    merged(fieldsOf(cloud), fieldsOf(secrets[name])),
  ]);
  return { path: file.path, clouds: new Map(clouds), profiles };
}

/** The value of a field; `undefined` when it has none. */
export function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

/** A cloud with the settings of its profile; `undefined` when there is none of that name. */
export function cloudOf({ clouds, path, profiles }: CloudsFile, name: string): Fields | undefined {
  const own = clouds.get(name);
  const profile = own?.profile ?? own?.cloud;
  if (!own || typeof profile !== 'string') return own;
  if (Object.hasOwn(profiles, profile)) return merged(fieldsOf(profiles[profile]), own);
  const message = `the cloud ${name} of ${path} has the profile ${profile}, which is not in clouds-public.yaml`;
  throw new CloudError('unauthenticated', message);
}

interface ReadFile {
  readonly path: string;
  readonly content: Fields;
}

function* firstOf(around: Environment, name: string, named: string | undefined): Operation<ReadFile | undefined> {
  for (const path of named ? [named] : placesOf(around, name)) {
    const content = yield* contentOf(path);
    if (content !== undefined) return { path, content };
  }
  if (named && name === 'clouds')
    throw new CloudError('unauthenticated', `OS_CLIENT_CONFIG_FILE names ${named}, which does not exist`);
  return undefined;
}

function placesOf({ homeFolder, platform, variables: { XDG_CONFIG_HOME } }: Environment, name: string): string[] {
  const own = XDG_CONFIG_HOME || `${homeFolder}/.config`;
  const mac = platform === 'darwin' ? [`${homeFolder}/Library/Application Support/openstack`] : [];
  const folders = ['.', `${own}/openstack`, ...mac, '/etc/openstack'];
  return folders.flatMap((folder) => ['yaml', 'yml', 'json'].map((extension) => `${folder}/${name}.${extension}`));
}

/** The fields of a file; `undefined` when it does not exist. Messages have its path, never its text. */
function* contentOf(path: string): Operation<Fields | undefined> {
  try {
    const bytes = yield* readFile(path, { maxBytes: maxFileBytes });
    if (!bytes) return undefined;
    // JSON is YAML.
    return fieldsOf(
      yield* callModule('@isobar/compute-openstack/yaml', 'load', [[new TextDecoder().decode(bytes)]], import.meta.url),
    );
  } catch (failure) {
    if (isCloudError(failure, 'invalid-argument')) {
      throw new CloudError('unauthenticated', failure.message, {}, { cause: failure });
    }
    if (isCloudError(failure)) throw failure;
    const { mark, reason } = Object(failure) as {
      readonly mark?: { readonly line?: number };
      readonly reason?: string;
    };
    const place = mark?.line === undefined ? '' : `, line ${mark.line + 1}`;
    throw new CloudError('unauthenticated', `${path}${place} is not YAML${reason ? `: ${reason}` : ''}`);
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The fields of both; those of the second win, also inside. */
function merged(first: Fields, second: Fields): Fields {
  const inner = Object.entries(second).map(([name, value]): [string, unknown] => {
    const [before, after] = [fieldsOf(first[name]), fieldsOf(value)];
    return [name, Object.keys(before).length > 0 && Object.keys(after).length > 0 ? merged(before, after) : value];
  });
  return { ...first, ...Object.fromEntries(inner) };
}
