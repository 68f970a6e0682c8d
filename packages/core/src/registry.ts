/** Finds a provider by its id, so that a program can choose the provider by configuration. */
import { CloudError, invalidArgument } from './errors.ts';
import { importForUser } from './load-provider.ts';
import type { AnyProvider } from './provider-definition.ts';

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
} as const;

/** The type of the provider with an id: exact for the literal id of an imported package, else `AnyProvider`. */
export type ProviderFor<Id extends string> =
  Lowercase<Id> extends keyof ProviderTypes ? ProviderTypes[Lowercase<Id>] : AnyProvider;

/** A provider that Isobar does not ship. */
export interface ProviderRegistration {
  readonly id: string;
  load(): Promise<AnyProvider>;
}

interface Entry {
  load(from: string | undefined): Promise<AnyProvider>;
}

const entries = new Map<string, Entry>([
  ['compute-test', fromPackage('compute-test', '@isobar/compute-test', 'testCompute')],
  ['google-storage', fromPackage('google-storage', '@isobar/storage-google', 'googleStorage')],
  ['local', fromPackage('local', '@isobar/storage-local', 'localFiles')],
  ['memory', fromPackage('memory', '@isobar/storage-memory', 'memoryStorage')],
]);

/**
 * Imports the package of the provider with an id and returns the provider. No exchange.
 *
 * For the exact type, the program must import the provider's package somewhere; `import type {} from
 * '@isobar/storage-google'` is enough.
 *
 * @param id Case does not matter.
 * @param options `from`: the `import.meta.url` of the module whose installed packages are searched. Default: those of the
 * program's main file, then of the working folder.
 * @throws {CloudError} `invalid-argument` for an unknown id, listing the known ones; `not-installed` with the command
 * that installs the package.
 *
 * @example
 * const googleStorage = await getProvider(Provider.GOOGLE_STORAGE);
 */
export async function getProvider<const Id extends string>(
  id: Id,
  options?: { readonly from?: string },
): Promise<ProviderFor<Id>> {
  const entry = typeof id === 'string' ? entries.get(id.toLowerCase()) : undefined;
  if (!entry) {
    const known = [...entries.keys()].sort().join(', ');
    throw invalidArgument(
      'id',
      `is not a known provider: ${String(id)}. Known providers: ${known}. Add yours with registerProvider().`,
      {
        operation: 'getProvider',
      },
    );
  }
  return (await entry.load(options?.from)) as ProviderFor<Id>;
}

/**
 * Makes a provider available to {@link getProvider}, which calls `load` when the provider is requested.
 *
 * @throws {CloudError} `already-exists` when the id is taken.
 */
export function registerProvider(registration: ProviderRegistration): void {
  const id = registration.id.toLowerCase();
  if (entries.has(id)) {
    throw new CloudError('already-exists', `a provider with the id ${id} is already registered`, {
      operation: 'registerProvider',
    });
  }
  entries.set(id, { load: () => registration.load() });
}

function fromPackage(id: string, packageName: string, exportName: string): Entry {
  return {
    async load(from) {
      const module = (await importForUser(packageName, from)) as Record<string, AnyProvider> | undefined;
      const provider = module?.[exportName];
      if (provider) return provider;
      const message = module
        ? `${packageName} has no export ${exportName}: update it to the version of @isobar/core`
        : `the package of ${id} is not installed; run: npm install ${packageName}`;
      throw new CloudError('not-installed', message, { provider: id, operation: 'getProvider' });
    },
  };
}
