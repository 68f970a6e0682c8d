/** A kit that may use one container of somebody's own: it deletes nothing that no case created, and refuses the rest. */
import { describe, expect, test } from 'vitest';
import { newAccount, openMemory } from '../../testing/memory-drivers.ts';
import type { AnyStorage } from '../driver.ts';
import { makeStorageKit } from './storage-kit.ts';

function kitWith(objectNames: readonly string[]) {
  const account = newAccount();
  const owner = openMemory(account, 'async');
  const made = makeStorageKit({
    provider: 'memory',
    kind: 'async',
    open: () => openMemory(account, 'async'),
    driver: openMemory(account, 'async'),
    server: {},
    wrongCredentials: {},
    secrets: [],
    probe: { name: 'getContainer', run: (driver) => driver.getContainer('mine') },
    containerName: (unique) => unique,
    invalidContainerNames: [],
    refusesName: () => false,
    onlyContainer: 'mine',
    longListing: 1,
    conditions: [],
    requestUrl: async () => ({ status: 404, headers: {}, body: new Uint8Array(0) }),
  });
  const ready = (async () => {
    await owner.createContainer('mine');
    for (const name of objectNames) await owner.writeObject(name, 'mine', name);
  })();
  return { ...made, ready, names: async () => (await owner.listContainerObjects('mine')).map(({ name }) => name) };
}

describe('the only container', () => {
  test('is lent empty, and empty again afterwards', async () => {
    const { kit, tidy, ready, names, refusal } = kitWith([]);
    await ready;
    expect(await kit.containerWith(['a', 'b'])).toBe('mine');
    expect(await names()).toEqual(['a', 'b']);
    await tidy();
    expect(await names()).toEqual([]);
    expect(refusal()).toBeUndefined();
  });

  test('keeps what no case created', async () => {
    const { kit, tidy, ready, names } = kitWith(['precious']);
    await ready;
    await expect(kit.container()).rejects.toThrow('mine must be empty, but holds "precious"');
    await tidy();
    expect(await names()).toEqual(['precious']);
  });

  test.each<[string, (driver: AnyStorage) => unknown]>([
    ['created', (driver) => driver.createContainer('other')],
    ['deleted', (driver) => driver.deleteContainer('mine')],
  ])('no container is %s, and the case is skipped even if it does not mind', async (_, change) => {
    const { kit, ready, names, refusal } = kitWith([]);
    await ready;
    for (const driver of [kit.driver, kit.open()]) expect(() => change(driver)).toThrow();
    expect(refusal()).toBe('this case creates or deletes containers');
    expect(await names()).toEqual([]);
    await expect(kit.driver.getContainer('other')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a second one, or a new name, is refused', async () => {
    const { kit, tidy, ready, refusal } = kitWith([]);
    await ready;
    await kit.container();
    await expect(kit.container()).rejects.toThrow();
    expect(refusal()).toBe('this case needs a second container');
    expect(() => kit.newName()).toThrow();
    await tidy();
  });
});
