/** Snapshots of volumes. */
import { expect } from 'vitest';
import { needing } from '../capabilities.ts';
import type { Suite } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { absentIsFine, type ComputeKit, LONG_MS } from './compute-kit.ts';

/** Cases about snapshots. */
export const snapshots: Suite<ComputeKit> = needing('snapshots', {
  title: 'snapshots',
  cases: [
    {
      title: 'are made, listed, looked up, made volumes of, and removed',
      proof: true,
      server: ['cloud'],
      async run({ afterwards, face, newName, server, volume }) {
        const [original, name] = [await volume(), newName()];
        const made = await face.createVolumeSnapshot(original, { name });
        afterwards(() => absentIsFine(() => face.destroyVolumeSnapshot(made)));
        expectPlainData(made);
        expect(made).toMatchObject({ name, volume: original.id, sizeGb: original.sizeGb, state: 'creating' });
        await server.cloud?.advance(LONG_MS);
        const snapshot = await face.getVolumeSnapshot(made.id);
        expect(snapshot.state).toBe('available');
        expect(await face.listVolumeSnapshots(original)).toEqual([snapshot]);
        const restored = await face.createVolume(original.sizeGb, newName(), { snapshot });
        await server.cloud?.advance(LONG_MS);
        await face.destroyVolume(restored);
        expect(await face.destroyVolumeSnapshot(snapshot)).toBeUndefined();
        expect(await face.listVolumeSnapshots(original.id)).toEqual([]);
      },
    },
    {
      title: 'are made without a name, and once though the answer is lost',
      server: ['faults'],
      async run({ afterwards, open, server, volume }) {
        const [face, original] = [open(fastRetry), await volume()];
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        const made = await face.createVolumeSnapshot(original);
        afterwards(() => absentIsFine(() => face.destroyVolumeSnapshot(made)));
        expect(await face.listVolumeSnapshots(original)).toHaveLength(1);
      },
    },
    {
      title: 'that are missing are not found',
      async run({ face, fails }) {
        const missing = (operation: string) =>
          ({ code: 'not-found', details: { operation, snapshot: 'no-such' } }) as const;
        await fails(() => face.getVolumeSnapshot('no-such'), missing('getVolumeSnapshot'));
        await fails(() => face.destroyVolumeSnapshot('no-such'), missing('destroyVolumeSnapshot'));
      },
    },
    {
      title: 'are refused for what makes no sense, before anything is sent',
      async run({ face, failsUnsent }) {
        const code = 'invalid-argument';
        await failsUnsent(() => face.createVolumeSnapshot(''), { code, details: { field: 'volume' } });
        await failsUnsent(() => face.createVolumeSnapshot('v', { name: '' }), { code, details: { field: 'name' } });
        await failsUnsent(() => face.listVolumeSnapshots({} as string), { code, details: { field: 'volume' } });
        await failsUnsent(() => face.destroyVolumeSnapshot(''), { code, details: { field: 'snapshot' } });
        await failsUnsent(() => face.getVolumeSnapshot(''), { code, details: { field: 'snapshotId' } });
      },
    },
  ],
});
