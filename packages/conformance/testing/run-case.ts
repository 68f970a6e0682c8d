/** Runs one case of the kit against drivers of the memory provider, outside the test runner. */
import type { Case } from '../src/case.ts';
import type { AnyStorage, BothKinds, Kind } from '../src/driver.ts';
import { makeStorageKit, type StorageKit } from '../src/storage/storage-kit.ts';
import type { TestServer } from '../src/test-server.ts';
import { type Account, type Methods, newAccount, openMemory } from './memory-drivers.ts';
import { answerUrl } from './signing-memory.ts';

/** Opens drivers for a case. */
export type Open = (account: Account, options: Readonly<Record<string, unknown>>) => AnyStorage;

/** Runs one case; resolves to what it failed with, if it did. */
export async function outcomeOf(
  entry: Case<StorageKit>,
  kind: Kind,
  open: Open,
  {
    conditions = ['ifAbsent', 'ifVersion'],
    openBoth,
    server = {},
  }: {
    readonly conditions?: StorageKit['conditions'];
    readonly openBoth?: (account: Account, options: object) => BothKinds<AnyStorage>;
    readonly server?: TestServer;
  } = {},
): Promise<unknown> {
  const account = newAccount();
  const service = openMemory(account, 'blocking') as unknown as Methods & { close(): void };
  const driver = open(account, {});
  const { kit, refusal, tidy } = makeStorageKit({
    provider: 'memory',
    kind,
    open: (options = {}) => open(account, options),
    openBoth: openBoth && ((options = {}) => openBoth(account, options)),
    driver,
    server,
    wrongCredentials: { secret: 'not-the-right-one' },
    secrets: ['a-secret'],
    probe: { name: 'listContainers', run: (driver, options) => driver.listContainers(options) },
    containerName: (unique) => `kit-${unique}`,
    invalidContainerNames: ['a/b', 'UPPER'],
    refusesName: () => false,
    longListing: 1001,
    conditions,
    requestUrl: async (request) => answerUrl(service, request),
  });
  try {
    await entry.run(kit);
  } catch (failure) {
    // A case that is skipped has no outcome.
    return refusal() === undefined ? failure : undefined;
  } finally {
    await tidy().catch(() => undefined);
    await driver.close();
    service.close();
  }
  return undefined;
}
