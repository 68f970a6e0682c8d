/** Snapshots of volumes. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import { needing } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { type ComputeKit, ignoreNotFound, LONG_MS } from './compute-kit.ts';

/** Cases about snapshots. */
export const snapshots: Suite<ComputeKit> = needing('snapshots', {
  title: 'snapshots',
  cases: [
    {
      title: 'are created, listed, looked up, restored to volumes, and removed',
      proof: true,
      server: ['clock'],
      async run({ afterwards, driver, newName, server, volume }) {
        const [original, name] = [await volume(), newName()];
        const made = await driver.createVolumeSnapshot(original, { name });
        afterwards(() => ignoreNotFound(() => driver.destroyVolumeSnapshot(made)));
        expectPlainData(made);
        expect(made).toMatchObject({ name, volume: original.id, sizeGb: original.sizeGb, state: 'creating' });
        await server.clock?.advance(LONG_MS);
        const snapshot = await driver.getVolumeSnapshot(made.id);
        expect(snapshot.state).toBe('available');
        expect(await driver.listVolumeSnapshots(original)).toEqual([snapshot]);
        const restored = await driver.createVolume(original.sizeGb, newName(), { snapshot });
        await server.clock?.advance(LONG_MS);
        await driver.destroyVolume(restored);
        expect(await driver.destroyVolumeSnapshot(snapshot)).toBeUndefined();
        expect(await driver.listVolumeSnapshots(original.id)).toEqual([]);
      },
    },
    {
      title: 'are created without a name, and once even if the response is lost',
      server: ['faults'],
      async run({ afterwards, open, server, volume }) {
        const [driver, original] = [open(fastRetry), await volume()];
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        const made = await driver.createVolumeSnapshot(original);
        afterwards(async () => {
          await ignoreNotFound(() => driver.destroyVolumeSnapshot(made));
          await server.clock?.advance(1000);
        });
        expect(await driver.listVolumeSnapshots(original)).toHaveLength(1);
      },
    },
    {
      title: 'that are missing are not found',
      async run({ driver, fails }) {
        const missing = (operation: string) =>
          ({ code: 'not-found', details: { operation, snapshot: 'no-such' } }) as const;
        await fails(() => driver.getVolumeSnapshot('no-such'), missing('getVolumeSnapshot'));
        await fails(() => driver.destroyVolumeSnapshot('no-such'), missing('destroyVolumeSnapshot'));
      },
    },
    {
      title: 'are refused with invalid arguments, before anything is sent',
      async run({ driver, failsUnsent }) {
        const code = 'invalid-argument';
        await failsUnsent(() => driver.createVolumeSnapshot(''), { code, details: { field: 'volume' } });
        await failsUnsent(() => driver.createVolumeSnapshot('v', { name: '' }), { code, details: { field: 'name' } });
        await failsUnsent(() => driver.listVolumeSnapshots({} as string), { code, details: { field: 'volume' } });
        await failsUnsent(() => driver.destroyVolumeSnapshot(''), { code, details: { field: 'snapshot' } });
        await failsUnsent(() => driver.getVolumeSnapshot(''), { code, details: { field: 'snapshotId' } });
      },
    },
  ],
});
