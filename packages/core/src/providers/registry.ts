/** Finds a provider by its id or package, so that a program can choose the provider by configuration. */
import { CloudError, invalidArgument } from '../errors.ts';
import { importForUser } from './load-provider.ts';
import { type AnyProvider, isProvider } from './provider-definition.ts';

/**
 * Provider ids with the exact type of their provider. Each provider package adds its own by declaration merging:
 *
 * @example
 * declare module '@isobar/core' {
 *   interface ProviderTypes {
 *     'acme-storage': typeof acmeStorage;
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: packages extend it by declaration merging
export interface ProviderTypes {}

/** The ids of the providers that Isobar ships. */
export const Provider = {
  COMPUTE_TEST: 'compute-test',
  GOOGLE_STORAGE: 'google-storage',
  LOCAL: 'local',
  MEMORY: 'memory',
  OPENSTACK: 'openstack',
  S3: 's3',
} as const;

/** The packages of the providers that Isobar ships, by id. Each exports its provider as `provider`. */
const shipped: Readonly<Record<ShippedId, string>> = {
  'compute-test': '@isobar/compute-test',
  'google-storage': '@isobar/storage-google',
  local: '@isobar/storage-local',
  memory: '@isobar/storage-memory',
  openstack: '@isobar/compute-openstack',
  s3: '@isobar/storage-s3',
};

type ShippedId = (typeof Provider)[keyof typeof Provider];

/** The type of the provider with an id: exact for the literal id of an imported package, else `AnyProvider`. */
export type ProviderFor<Id extends string> =
  Lowercase<Id> extends keyof ProviderTypes ? ProviderTypes[Lowercase<Id>] : AnyProvider;

/** A provider that Isobar does not ship. */
export interface ProviderRegistration {
  readonly id: string;
  load(): Promise<AnyProvider>;
}

/** Providers that programs have registered, by id. */
const registered = new Map<string, ProviderRegistration>();

/** The names that npm allows for packages. @see https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name */
const packageNames = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/**
 * Finds a provider: one that Isobar ships, by its id; one that was registered, by its id; any other by the name of its
 * installed package, which exports it as `provider`. Imports the package. No exchange.
 *
 * For the exact type, the program must import the provider's package somewhere; `import type {} from
 * '@isobar/storage-google'` is enough.
 *
 * @param id Case does not matter in ids. A package runs code when it is imported: do not take its name from strangers.
 * @param options `from`: the `import.meta.url` of the module whose installed packages are searched. Default: those of the
 * program's main file, then of the working folder.
 * @throws {CloudError} `invalid-argument` for what is neither an id nor an installed package with a provider, listing the known
 * ids; `not-installed` with the command that installs the package of a provider that Isobar ships.
 *
 * @example
 * const googleStorage = await getProvider(Provider.GOOGLE_STORAGE);
 * const acme = await getProvider('@acme/isobar-storage');
 */
export async function getProvider<const Id extends string>(
  id: Id,
  options: { readonly from?: string } = {},
): Promise<ProviderFor<Id>> {
  const key = typeof id === 'string' ? id.toLowerCase() : '';
  const registration = registered.get(key);
  if (registration) return (await registration.load()) as ProviderFor<Id>;
  const provider = isShipped(key) ? await loadShipped(key, options.from) : await loadPackage(id, options.from);
  return provider as ProviderFor<Id>;
}

function isShipped(id: string): id is ShippedId {
  return Object.hasOwn(shipped, id);
}

async function loadShipped(id: ShippedId, from: string | undefined): Promise<AnyProvider> {
  const packageName = shipped[id];
  const module = (await importForUser(packageName, from)) as { readonly provider?: AnyProvider } | undefined;
  if (module?.provider) return module.provider;
  const message = module
    ? `${packageName} has no export \`provider\`: update it to the version of @isobar/core`
    : `the package of ${id} is not installed; run: npm install ${packageName}`;
  throw new CloudError('not-installed', message, { provider: id, operation: 'getProvider' });
}

/** Imports a package that Isobar knows nothing of. No command installs it: a stranger may own a name that is misspelt. */
async function loadPackage(id: unknown, from: string | undefined): Promise<AnyProvider> {
  const isName = typeof id === 'string' && packageNames.test(id);
  const module = isName ? ((await importForUser(id, from)) as { readonly provider?: unknown } | undefined) : undefined;
  if (isProvider(module?.provider)) return module.provider;
  const known = [...Object.keys(shipped), ...registered.keys()].sort().join(', ');
  const problem = module ? 'is a package without a provider as its export `provider`' : 'is not a known provider';
  const way = 'Add yours with registerProvider(), or give the name of its installed package.';
  throw invalidArgument('id', `${problem}: ${String(id)}. Known providers: ${known}. ${way}`, {
    operation: 'getProvider',
  });
}

/**
 * Makes a provider available to {@link getProvider}, which calls `load` when the provider is requested.
 *
 * @throws {CloudError} `already-exists` when the id is taken.
 */
export function registerProvider(registration: ProviderRegistration): void {
  const id = registration.id.toLowerCase();
  if (isShipped(id) || registered.has(id)) {
    throw new CloudError('already-exists', `a provider with the id ${id} is already registered`, {
      operation: 'registerProvider',
    });
  }
  registered.set(id, registration);
}
