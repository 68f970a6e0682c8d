/** Nodes: listing, look-up and fields. */
import { NodeState } from '@isobar/core';
import { expect } from 'vitest';
import { itemsOf } from '../bytes.ts';
import type { Suite } from '../case.ts';
import { expectPlainData } from '../plain-data.ts';
import type { ComputeKit } from './compute-kit.ts';

/** Cases about nodes. */
export const nodes: Suite<ComputeKit> = {
  title: 'nodes',
  cases: [
    {
      title: 'lists nodes',
      async run({ driver, minNodes }) {
        expect((await driver.listNodes()).length).toBeGreaterThanOrEqual(minNodes);
      },
    },
    {
      title: 'gives the same nodes iterated, as an array and by page',
      everyDesign: true,
      async run({ driver }) {
        const listed = await driver.listNodes();
        const iterable = driver.iterateNodes();
        expect(await itemsOf(iterable)).toEqual(listed);
        expect(await iterable.toArray()).toEqual(listed);
        expect((await itemsOf(iterable.pages())).flatMap((page) => page.items)).toEqual(listed);
      },
    },
    {
      title: 'gives every node its fields',
      async run({ driver }) {
        for (const node of await driver.listNodes()) {
          expect(node.id, 'id').toBeTypeOf('string');
          expect(node.id).not.toBe('');
          expect(node.name, `name of ${node.id}`).toBeTypeOf('string');
          expect(node.extra, `extra of ${node.id}`).toBeTypeOf('object');
          for (const address of [...node.publicIps, ...node.privateIps]) {
            expect(address, `an address of ${node.id}`).toMatch(/^([\d.]+|[\da-f:]+)$/i);
          }
        }
      },
    },
    {
      title: 'gives every node a state that all clouds share',
      async run({ driver }) {
        for (const node of await driver.listNodes()) expect(Object.values(NodeState), node.id).toContain(node.state);
      },
    },
    {
      title: 'gives times of creation as dates',
      async run({ driver }) {
        for (const node of await driver.listNodes()) {
          if (node.createdAt !== undefined) expect(node.createdAt).toBeInstanceOf(Date);
          expect(node.createdAt?.getTime()).not.toBeNaN();
        }
      },
    },
    {
      title: 'gives nodes distinct ids',
      async run({ driver }) {
        const ids = (await driver.listNodes()).map((node) => node.id);
        expect(new Set(ids).size).toBe(ids.length);
      },
    },
    {
      title: 'looks up every listed node',
      async run({ driver }) {
        for (const node of await driver.listNodes()) expect(await driver.getNode(node.id)).toEqual(node);
      },
    },
    {
      title: 'gives nodes as plain data',
      async run({ driver }) {
        const listed = await driver.listNodes();
        expectPlainData(listed);
        if (listed[0]) expectPlainData(await driver.getNode(listed[0].id));
      },
    },
    {
      title: 'says that a missing node is not found',
      async run({ driver, fails }) {
        const details = { operation: 'getNode', node: 'no-such-node', status: 404 };
        await fails(() => driver.getNode('no-such-node'), { code: 'not-found', details });
      },
    },
    {
      title: 'takes an id literally',
      async run({ driver, fails }) {
        const [first] = await driver.listNodes();
        const id = first?.id ?? 'id';
        for (const odd of [`${id}/`, `./${id}`, `../nodes/${id}`, `${id}?x`, `${id}#x`, `%2e/${id}`, ` ${id}`, '..']) {
          await fails(() => driver.getNode(odd), { code: ['not-found', 'invalid-argument'] });
        }
      },
    },
    {
      title: 'refuses ids that are empty or not strings, before anything is sent',
      async run({ driver, failsUnsent }) {
        for (const wrong of ['', undefined, null, 5, {}] as unknown as string[]) {
          await failsUnsent(() => driver.getNode(wrong), {
            code: 'invalid-argument',
            details: { operation: 'getNode' },
          });
        }
      },
    },
    {
      title: 'sends nothing until a listing is iterated',
      everyDesign: true,
      async run({ driver, requestsOf }) {
        const sent = await requestsOf(async () => void driver.iterateNodes().pages());
        expect(sent ?? 0).toBe(0);
      },
    },
    {
      title: 'answers 50 calls at once',
      everyDesign: true,
      async run({ driver }) {
        const expected = await driver.listNodes();
        const calls = Array.from({ length: 50 }, async (_, number) => {
          const node = expected[number % Math.max(1, expected.length)];
          if (!node) return;
          expect(await driver.getNode(node.id)).toEqual(node);
          expect(await driver.listNodes()).toHaveLength(expected.length);
        });
        await Promise.all(calls);
      },
    },
  ],
};
