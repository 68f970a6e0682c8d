/** Runs one case of the kit against the in-memory driver, outside the test runner. */
import type { Blocking, StorageOperations } from '@isobar/core';
import type { Case } from '../src/case.ts';
import type { AnyStorage, BothKinds, Kind } from '../src/driver.ts';
import { makeStorageKit, type StorageKit } from '../src/storage/storage-kit.ts';
import type { TestServer } from '../src/test-server.ts';
import { answerUrl } from './memory-service-side.ts';
import { type Account, openMemory } from './memory-storage.ts';

/** The methods of a blocking driver. */
export type Methods = Blocking<StorageOperations>;

/** Opens drivers for a case. */
export type Open = (account: Account, options: { readonly secret?: string }) => AnyStorage;

/** Runs one case; resolves to what it failed with, if it did. */
export async function outcomeOf(
  entry: Case<StorageKit>,
  kind: Kind,
  open: Open,
  server: TestServer = {},
  openBoth: ((account: Account, options: object) => BothKinds<AnyStorage>) | undefined = undefined,
): Promise<unknown> {
  const account: Account = new Map();
  const service = openMemory(account, 'blocking') as unknown as Methods;
  const { kit, tidy } = makeStorageKit({
    provider: 'memory-storage',
    kind,
    open: (options = {}) => open(account, options),
    openBoth: openBoth && ((options = {}) => openBoth(account, options)),
    driver: open(account, {}),
    server,
    wrongCredentials: { secret: 'not-the-right-one' },
    secrets: ['a-secret'],
    probe: { name: 'listContainers', run: (driver, options) => driver.listContainers(options) },
    containerName: (unique) => `kit-${unique}`,
    invalidContainerNames: ['a/b', 'UPPER'],
    longListing: 1001,
    requestUrl: async (request) => answerUrl(account, service, request),
  });
  try {
    await entry.run(kit);
  } catch (failure) {
    return failure;
  } finally {
    await tidy().catch(() => undefined);
  }
  return undefined;
}
