/** The account's own images. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import { needing } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { type ComputeKit, ignoreNotFound, LONG_MS } from './compute-kit.ts';

/** Cases about images that are created from nodes. */
export const images: Suite<ComputeKit> = needing('images', {
  title: 'images',
  cases: [
    {
      title: 'are created from a node, listed, used and removed',
      proof: true,
      server: ['clock'],
      async run({ afterwards, driver, newName, parts, removeNodesLater, runningNode, server }) {
        const name = newName();
        const usual = await parts();
        const made = await driver.createImage(await runningNode(), name, { description: 'as of today' });
        afterwards(() => ignoreNotFound(() => driver.deleteImage(made)));
        expectPlainData(made);
        expect(made).toMatchObject({ name, state: 'pending' });
        await server.clock?.advance(LONG_MS);
        const image = await driver.getImage(made.id);
        expect(image.state).toBe('available');
        expect(await driver.listImages()).toContainEqual(image);
        const [size] = await driver.listSizes();
        const other = newName();
        removeNodesLater(other);
        expect((await driver.createNode(other, size?.id ?? '', image)).image).toBe(image.id);
        // Control: a node created from another image names that image.
        expect((await driver.createNode(other, usual.size, usual.image)).image).toBe(usual.image);
        expect(await driver.deleteImage(image)).toBeUndefined();
        expect((await driver.listImages()).map(({ id }) => id)).not.toContain(image.id);
      },
    },
    {
      title: 'are created once even if the response is lost',
      server: ['faults'],
      async run({ afterwards, newName, open, runningNode, server }) {
        const driver = open(fastRetry);
        const [name, node] = [newName(), await runningNode()];
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        const made = await driver.createImage(node, name);
        afterwards(() => ignoreNotFound(() => driver.deleteImage(made)));
        expect((await driver.listImages()).filter((image) => image.name === name)).toHaveLength(1);
      },
    },
    {
      title: 'are removed even if the response is lost',
      server: ['faults', 'clock'],
      async run({ newName, open, runningNode, server }) {
        const driver = open(fastRetry);
        const made = await driver.createImage(await runningNode(), newName());
        await server.clock?.advance(LONG_MS);
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        expect(await driver.deleteImage(made)).toBeUndefined();
      },
    },
    {
      title: 'that are missing are not found',
      async run({ driver, fails }) {
        const details = { operation: 'deleteImage', image: 'no-such-image' };
        await fails(() => driver.deleteImage('no-such-image'), { code: 'not-found', details });
      },
    },
    {
      title: 'are not created from missing nodes or nodes in the wrong state',
      server: ['lives'],
      async run({ driver, fails, newName, node }) {
        const code = ['not-found', 'invalid-argument'] as const;
        await fails(() => driver.createImage('no-such-node', newName()), { code });
        const booting = await node({ bootMs: 60_000 });
        const details = { operation: 'createImage', node: booting.id };
        await fails(() => driver.createImage(booting, newName()), { code: 'wrong-state', details });
      },
    },
    {
      title: 'are not copied from regions that do not exist',
      async run({ driver, fails, newName, parts }) {
        const { image } = await parts();
        // Some clouds copy none.
        const code = ['not-found', 'invalid-argument', 'unsupported'] as const;
        await fails(() => driver.copyImage('no-such-region', image, newName()), { code });
      },
    },
    {
      title: 'are refused without a name, a node or a region, before anything is sent',
      async run({ driver, failsUnsent }) {
        const code = 'invalid-argument';
        await failsUnsent(() => driver.createImage('n', ''), { code, details: { field: 'name' } });
        await failsUnsent(() => driver.createImage('', 'name'), { code, details: { field: 'node' } });
        await failsUnsent(() => driver.copyImage('', 'i', 'name'), { code, details: { field: 'sourceRegion' } });
        await failsUnsent(() => driver.copyImage('r', '', 'name'), { code, details: { field: 'image' } });
        await failsUnsent(() => driver.deleteImage(''), { code, details: { field: 'image' } });
        await failsUnsent(() => driver.getImage({} as string), { code, details: { field: 'imageId' } });
      },
    },
  ],
});
