/** Images of the account's own. */
import { expect } from 'vitest';
import { needing } from '../capabilities.ts';
import type { Suite } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { absentIsFine, type ComputeKit, LONG_MS } from './compute-kit.ts';

/** Cases about images that are made of nodes. */
export const images: Suite<ComputeKit> = needing('images', {
  title: 'images',
  cases: [
    {
      title: 'are made of a node, listed, used and removed',
      proof: true,
      server: ['cloud'],
      async run({ afterwards, face, newName, node, removeNodesLater, runningNode, server }) {
        const name = newName();
        const made = await face.createImage(await runningNode(), name, { description: 'as of today' });
        afterwards(() => absentIsFine(() => face.deleteImage(made)));
        expectPlainData(made);
        expect(made).toMatchObject({ name, state: 'pending' });
        await server.cloud?.advance(LONG_MS);
        const image = await face.getImage(made.id);
        expect(image.state).toBe('available');
        expect(await face.listImages()).toContainEqual(image);
        const [size] = await face.listSizes();
        const other = newName();
        removeNodesLater(other);
        expect((await face.createNode(other, size?.id ?? '', image)).image).toBe(image.id);
        // Control: a node of another image says so.
        expect((await node()).image).not.toBe(image.id);
        expect(await face.deleteImage(image)).toBeUndefined();
        expect((await face.listImages()).map(({ id }) => id)).not.toContain(image.id);
      },
    },
    {
      title: 'are made once though the answer is lost',
      server: ['faults'],
      async run({ afterwards, newName, open, runningNode, server }) {
        const face = open(fastRetry);
        const [name, node] = [newName(), await runningNode()];
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        const made = await face.createImage(node, name);
        afterwards(() => absentIsFine(() => face.deleteImage(made)));
        expect((await face.listImages()).filter((image) => image.name === name)).toHaveLength(1);
      },
    },
    {
      title: 'are removed though the answer is lost',
      server: ['faults', 'cloud'],
      async run({ newName, open, runningNode, server }) {
        const face = open(fastRetry);
        const made = await face.createImage(await runningNode(), newName());
        await server.cloud?.advance(LONG_MS);
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        expect(await face.deleteImage(made)).toBeUndefined();
      },
    },
    {
      title: 'that are missing are not found',
      async run({ face, fails }) {
        const details = { operation: 'deleteImage', image: 'no-such-image' };
        await fails(() => face.deleteImage('no-such-image'), { code: 'not-found', details });
      },
    },
    {
      title: 'are not made of nodes that are missing, or in the wrong state',
      server: ['lives'],
      async run({ face, fails, newName, node }) {
        const code = ['not-found', 'invalid-argument'] as const;
        await fails(() => face.createImage('no-such-node', newName()), { code });
        const booting = await node({ bootMs: 60_000 });
        const details = { operation: 'createImage', node: booting.id };
        await fails(() => face.createImage(booting, newName()), { code: 'wrong-state', details });
      },
    },
    {
      title: 'are not copied from regions that do not exist',
      async run({ face, fails, newName, parts }) {
        const { image } = await parts();
        const code = ['not-found', 'invalid-argument'] as const;
        await fails(() => face.copyImage('no-such-region', image, newName()), { code });
      },
    },
    {
      title: 'are refused without a name, a node or a region, before anything is sent',
      async run({ face, failsUnsent }) {
        const code = 'invalid-argument';
        await failsUnsent(() => face.createImage('n', ''), { code, details: { field: 'name' } });
        await failsUnsent(() => face.createImage('', 'name'), { code, details: { field: 'node' } });
        await failsUnsent(() => face.copyImage('', 'i', 'name'), { code, details: { field: 'sourceRegion' } });
        await failsUnsent(() => face.copyImage('r', '', 'name'), { code, details: { field: 'image' } });
        await failsUnsent(() => face.deleteImage(''), { code, details: { field: 'image' } });
        await failsUnsent(() => face.getImage({} as string), { code, details: { field: 'imageId' } });
      },
    },
  ],
});
