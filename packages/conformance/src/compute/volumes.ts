/** Volumes: creating, attaching, detaching, removing. */
import { StorageVolumeState } from '@isobar/core';
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import { needing } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { type ComputeKit, ignoreNotFound, LONG_MS } from './compute-kit.ts';

/** Cases about volumes. */
export const volumes: Suite<ComputeKit> = needing('volumes', {
  title: 'volumes',
  cases: [
    {
      title: 'are created, listed, looked up and removed',
      proof: true,
      server: ['clock'],
      async run({ afterwards, driver, newName, server }) {
        const name = newName();
        const made = await driver.createVolume(7, name);
        afterwards(() => ignoreNotFound(() => driver.destroyVolume(made)));
        expectPlainData(made);
        expect(made).toMatchObject({ name, sizeGb: 7, state: 'creating' });
        expect(made).not.toHaveProperty('node');
        await server.clock?.advance(LONG_MS);
        const volume = await driver.getVolume(made.id);
        expect(volume.state).toBe('available');
        expect(await driver.listVolumes()).toContainEqual(volume);
        expect(await driver.destroyVolume(volume)).toBeUndefined();
        await server.clock?.advance(LONG_MS);
        expect((await driver.listVolumes()).map(({ id }) => id)).not.toContain(made.id);
      },
    },
    {
      title: 'are in states that all clouds share',
      async run({ driver, volume }) {
        await volume();
        for (const each of await driver.listVolumes()) {
          expect(Object.values(StorageVolumeState), each.id).toContain(each.state);
        }
      },
    },
    {
      title: 'are attached to a node and detached from it',
      server: ['clock'],
      async run({ driver, runningNode, server, volume }) {
        const [node, made] = [await runningNode(), await volume()];
        expect(await driver.attachVolume(node, made, { device: '/dev/sdz' })).toBeUndefined();
        await server.clock?.advance(1000);
        const attached = await driver.getVolume(made.id);
        expect(attached).toMatchObject({ state: 'inuse', node: node.id, device: '/dev/sdz' });
        expect(await driver.detachVolume(attached)).toBeUndefined();
        await server.clock?.advance(1000);
        const free = await driver.getVolume(made.id);
        expect(free.state).toBe('available');
        expect(free).not.toHaveProperty('node');
      },
    },
    {
      title: 'are neither attached elsewhere nor removed while in use',
      server: ['clock'],
      async run({ afterwards, driver, fails, runningNode, server, volume }) {
        const [node, made] = [await runningNode(), await volume()];
        await driver.attachVolume(node.id, made.id);
        afterwards(async () => {
          await driver.detachVolume(made);
          await server.clock?.advance(1000);
        });
        await server.clock?.advance(1000);
        const refused = (operation: string) =>
          ({ code: 'wrong-state', details: { operation, volume: made.id } }) as const;
        await fails(() => driver.attachVolume(node, made), refused('attachVolume'));
        await fails(() => driver.destroyVolume(made), refused('destroyVolume'));
      },
    },
    {
      title: 'cannot be detached unless attached',
      async run({ driver, fails, volume }) {
        const made = await volume();
        const details = { operation: 'detachVolume', volume: made.id };
        await fails(() => driver.detachVolume(made), { code: 'wrong-state', details });
      },
    },
    {
      title: 'are created once for one token, even if the response is lost',
      server: ['faults'],
      async run({ afterwards, newName, open, server }) {
        const driver = open(fastRetry);
        const [name, clientToken] = [newName(), newName()];
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        const made = await driver.createVolume(1, name, { clientToken });
        afterwards(async () => {
          await server.clock?.advance(LONG_MS);
          await ignoreNotFound(() => driver.destroyVolume(made));
        });
        expect((await driver.createVolume(1, name, { clientToken })).id).toBe(made.id);
        expect((await driver.listVolumes()).filter((volume) => volume.name === name)).toHaveLength(1);
      },
    },
    {
      title: 'report an exhausted quota',
      server: ['cloud'],
      async run({ afterwards, driver, fails, newName, server }) {
        afterwards(() => server.cloud?.setQuotas({}));
        await server.cloud?.setQuotas({ volumes: 0 });
        const details = { operation: 'createVolume', status: 403 };
        await fails(() => driver.createVolume(1, newName()), { code: 'quota-exceeded', details });
      },
    },
    {
      title: 'that are missing are not found',
      async run({ driver, fails, runningNode }) {
        const node = await runningNode();
        const missing = (operation: string) =>
          ({ code: 'not-found', details: { operation, volume: 'no-such-volume' } }) as const;
        await fails(() => driver.getVolume('no-such-volume'), missing('getVolume'));
        await fails(() => driver.attachVolume(node, 'no-such-volume'), missing('attachVolume'));
        await fails(() => driver.detachVolume('no-such-volume'), missing('detachVolume'));
        await fails(() => driver.destroyVolume('no-such-volume'), missing('destroyVolume'));
        await fails(() => driver.listVolumeSnapshots('no-such-volume'), missing('listVolumeSnapshots'));
      },
    },
    {
      title: 'are refused with invalid arguments, before anything is sent',
      async run({ driver, failsUnsent }) {
        const code = 'invalid-argument';
        for (const sizeGb of [0, -1, 1.5, Number.NaN, '1'] as number[]) {
          await failsUnsent(() => driver.createVolume(sizeGb, 'name'), { code, details: { field: 'sizeGb' } });
        }
        await failsUnsent(() => driver.createVolume(1, ''), { code, details: { field: 'name' } });
        await failsUnsent(() => driver.attachVolume('', 'v'), { code, details: { field: 'node' } });
        await failsUnsent(() => driver.attachVolume('n', ''), { code, details: { field: 'volume' } });
        await failsUnsent(() => driver.detachVolume({} as string), { code, details: { field: 'volume' } });
        await failsUnsent(() => driver.getVolume(''), { code, details: { field: 'volumeId' } });
      },
    },
  ],
});
