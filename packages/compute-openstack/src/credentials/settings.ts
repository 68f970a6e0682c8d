/**
 * Where credentials come from: the options, else a cloud of `clouds.yaml`, else the variables `OS_*`, in the order of
 * OpenStack's own clients. Sources are never mixed.
 *
 * @see https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html
 */
import { CloudError, environment, invalidArgument, type Operation, type TlsOptions } from '@isobar/core/provider';
import { addressProblem, type CheckedOpenStackOptions, credentialNames, type OpenStackInterface } from '../options.ts';
import { certificatesFrom, namesInFile, variableNames as ofCertificates } from './certificates.ts';
import { type CloudsFile, cloudOf, readClouds, textOf } from './clouds-file.ts';
import { type Credentials, credentialsProblem } from './identity.ts';

/** Who the user is, and which of the cloud's services are meant. */
export interface Settings {
  readonly credentials: Credentials;
  readonly region: string | undefined;
  readonly interface: OpenStackInterface;
  /** Certificates that the source of the credentials names. */
  readonly tls: TlsOptions | undefined;
}

/** Each credential's name in `clouds.yaml`, and its variables. */
const names: { readonly [Name in keyof Credentials]-?: readonly [inFile: string, ...variables: string[]] } = {
  authUrl: ['auth_url', 'OS_AUTH_URL'],
  username: ['username', 'OS_USERNAME'],
  userId: ['user_id', 'OS_USER_ID', 'OS_USERID'],
  password: ['password', 'OS_PASSWORD'],
  userDomain: ['user_domain_name', 'OS_USER_DOMAIN_NAME', 'OS_DEFAULT_DOMAIN'],
  userDomainId: ['user_domain_id', 'OS_USER_DOMAIN_ID'],
  project: ['project_name', 'OS_PROJECT_NAME', 'OS_TENANT_NAME'],
  projectId: ['project_id', 'OS_PROJECT_ID', 'OS_TENANT_ID'],
  projectDomain: ['project_domain_name', 'OS_PROJECT_DOMAIN_NAME'],
  projectDomainId: ['project_domain_id', 'OS_PROJECT_DOMAIN_ID'],
  applicationCredentialId: ['application_credential_id', 'OS_APPLICATION_CREDENTIAL_ID'],
  applicationCredentialName: ['application_credential_name', 'OS_APPLICATION_CREDENTIAL_NAME'],
  applicationCredentialSecret: ['application_credential_secret', 'OS_APPLICATION_CREDENTIAL_SECRET'],
  token: ['token', 'OS_TOKEN'],
};

const otherVariables = ['OS_CLOUD', 'OS_REGION_NAME', 'OS_INTERFACE', 'OS_ENDPOINT_TYPE', 'OS_INSECURE'];

/** Finds the settings. No exchange. */
export function* findSettings(options: CheckedOpenStackOptions): Operation<Settings> {
  if (credentialNames.some((name) => options[name] !== undefined)) {
    return { credentials: options, region: options.region, interface: options.interface ?? 'public', tls: undefined };
  }
  const ofCredentials = Object.values(names).flatMap(([, ...variables]) => variables);
  const variableNames = [...otherVariables, ...ofCredentials, ...Object.values(ofCertificates)];
  const { variables } = yield* environment(variableNames);
  const named = options.cloud ?? (variables.OS_CLOUD || undefined);
  const region = options.region ?? (variables.OS_REGION_NAME || undefined);
  if (named !== undefined && !(options.cloud === undefined && named === 'envvars')) {
    return yield* ofCloud(yield* readClouds(), named, options, region);
  }
  const ofVariables = credentialsFrom((_, ...own) => own.map((name) => variables[name]).find(Boolean));
  if (Object.keys(ofVariables).length > 0) {
    if (isTrue(variables.OS_INSECURE)) throw insecure('OS_INSECURE');
    const named = options.interface ?? variables.OS_INTERFACE ?? variables.OS_ENDPOINT_TYPE;
    const source = 'the variables OS_*';
    const tls = yield* certificatesFrom(ofCertificates, variables, source);
    return checked({ credentials: ofVariables, region, interface: interfaceOf(named), tls }, source, options);
  }
  const file = yield* readClouds();
  const [only, ...others] = file.clouds.keys();
  if (only !== undefined && others.length === 0) return yield* ofCloud(file, only, options, region);
  const found = only === undefined ? '' : `; ${file.path} has several clouds: ${[only, ...others].join(', ')}`;
  const way = 'pass `authUrl` with credentials, or `cloud`, or set OS_CLOUD or OS_AUTH_URL';
  throw new CloudError('unauthenticated', `no credentials were found: ${way}${found}`);
}

function* ofCloud(
  file: CloudsFile,
  name: string,
  options: CheckedOpenStackOptions,
  wantedRegion: string | undefined,
): Operation<Settings> {
  const { clouds, path } = file;
  const cloud = cloudOf(file, name);
  if (!cloud) {
    const known = clouds.size === 0 ? '' : `, only ${[...clouds.keys()].join(', ')}`;
    throw new CloudError('unauthenticated', `there is no cloud ${name} in ${path}${known}`, { field: 'cloud' });
  }
  const { auth = {}, insecure: isInsecure, interface: usual, region_name: region, regions, verify } = cloud;
  const source = `the cloud ${name} of ${path}`;
  if (/^(false|no|off)$/i.test(String(verify ?? '')) || isTrue(isInsecure)) throw insecure(source);
  const fields = Object(auth) as Readonly<Record<string, unknown>>;
  const credentials = credentialsFrom((inFile) => textOf(fields[inFile]));
  const [first] = Array.isArray(regions) ? regions : [];
  const listed = typeof first === 'object' ? (first as { readonly name?: unknown } | null)?.name : first;
  const own = region ?? (Array.isArray(regions) && regions.length === 1 ? listed : undefined);
  const settings = {
    credentials,
    region: wantedRegion ?? textOf(own),
    interface: interfaceOf(options.interface ?? usual),
    tls: yield* certificatesFrom(namesInFile, cloud, source),
  };
  return checked(settings, source, options);
}

function credentialsFrom(lookUp: (inFile: string, ...variables: string[]) => string | undefined): Credentials {
  const entries = Object.entries(names).flatMap(([name, own]) => {
    const value = lookUp(...own);
    return value === undefined ? [] : [[name, value]];
  });
  const found = Object.fromEntries(entries) as Credentials;
  // Files of vendors name a project beside an application credential, which has one already.
  if (found.applicationCredentialId === undefined) return found;
  const { password: _, ...others } = found;
  return others;
}

/** The address was never an option, so its problem is one of the source. */
function checked(settings: Settings, source: string, { allowPlainHttp }: CheckedOpenStackOptions): Settings {
  const { credentials } = settings;
  const problem = credentialsProblem(credentials) ?? addressProblem(credentials.authUrl ?? '', allowPlainHttp);
  if (!problem) return settings;
  const [inFile] = names[problem.field as keyof Credentials];
  throw new CloudError('unauthenticated', `${source}: ${inFile} ${problem.message}`, { field: problem.field });
}

function interfaceOf(given: unknown): OpenStackInterface {
  const name = String(given ?? 'public').replace(/URL$/, '');
  if (name === 'public' || name === 'internal' || name === 'admin') return name;
  throw invalidArgument('interface', 'must be public, internal or admin');
}

function isTrue(value: unknown): boolean {
  return /^(1|true|yes|on)$/i.test(String(value ?? ''));
}

function insecure(source: string): CloudError {
  const way = 'pass the authority as `tls: { ca }`';
  return new CloudError(
    'unsupported',
    `${source} switches the check of certificates off, which is not supported; ${way}`,
  );
}
