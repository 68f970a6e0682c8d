/** Listing some of the nodes: by state, by name, page by page. */
import type { Node } from '@isobar/core';
import { expect } from 'vitest';
import { itemsOf } from '../bytes.ts';
import type { Suite } from '../case.ts';
import { needing } from '../case.ts';
import { type ComputeKit, fastWait, LONG_MS } from './compute-kit.ts';

/** Creates nodes whose names share a prefix. Gives them in order of creation. */
async function nodesWithPrefix(
  { driver, node, newName }: ComputeKit,
  count: number,
): Promise<{ prefix: string; nodes: Node[] }> {
  const prefix = newName();
  const nodes: Node[] = [];
  for (let number = 0; number < count; number += 1)
    nodes.push(await node({ bootMs: 0 }, { name: `${prefix}-${number}` }));
  // OpenStack may list nodes in another order while it creates them.
  await driver.waitForNodes(nodes);
  return { prefix, nodes };
}

/** Cases about which nodes are listed. */
export const nodeListing: Suite<ComputeKit> = needing('createNodes', {
  title: 'node listings',
  cases: [
    {
      title: 'give only nodes whose names begin with a prefix',
      async run(kit) {
        const { nodes, prefix } = await nodesWithPrefix(kit, 3);
        const listed = await kit.driver.listNodes({ namePrefix: prefix });
        expect(listed.map(({ id }) => id).sort()).toEqual(nodes.map(({ id }) => id).sort());
        expect(await kit.driver.listNodes({ namePrefix: `${prefix}-1` })).toHaveLength(1);
        expect(await kit.driver.listNodes({ namePrefix: `${prefix}x` })).toEqual([]);
      },
    },
    {
      title: 'take a name literally',
      async run(kit) {
        const { prefix } = await nodesWithPrefix(kit, 1);
        for (const odd of [`${prefix}%`, `${prefix}&state=STOPPED`, `${prefix}#`, ` ${prefix}`, '*', '_sobar']) {
          expect(await kit.driver.listNodes({ namePrefix: odd }), odd).toEqual([]);
        }
      },
    },
    {
      title: 'give only nodes in a state',
      async run(kit) {
        const { driver } = kit;
        const { nodes, prefix } = await nodesWithPrefix(kit, 2);
        await driver.waitForNodes(nodes, fastWait);
        await driver.stopNode(nodes[0] as Node);
        await driver.waitForNodes([nodes[0] as Node], { ...fastWait, state: 'stopped' });
        const ids = async (state: Node['state']) =>
          (await driver.listNodes({ namePrefix: prefix, state })).map((node) => `${node.id} ${node.state}`);
        expect(await ids('stopped')).toEqual([`${nodes[0]?.id} stopped`]);
        expect(await ids('running')).toEqual([`${nodes[1]?.id} running`]);
        expect(await ids('suspended')).toEqual([]);
      },
    },
    {
      title: 'leave terminated nodes out unless they are asked for',
      server: ['clock'],
      async run(kit) {
        const { driver, server } = kit;
        const { nodes, prefix } = await nodesWithPrefix(kit, 2);
        await driver.destroyNode(nodes[0] as Node);
        await server.clock?.advance(2000);
        const listed = await driver.listNodes({ namePrefix: prefix });
        expect(listed.map(({ id }) => id)).toEqual([nodes[1]?.id]);
        const gone = await driver.listNodes({ namePrefix: prefix, state: 'terminated' });
        expect(gone.map(({ id }) => id)).toEqual([nodes[0]?.id]);
      },
    },
    {
      title: 'come in pages of the requested size, one exchange each',
      everyDesign: true,
      server: ['requests'],
      async run(kit) {
        const { nodes, prefix } = await nodesWithPrefix(kit, 5);
        let sizes: number[] = [];
        const sent = await kit.requestsOf(async () => {
          const pages = kit.driver.iterateNodes({ namePrefix: prefix, pageSize: 2 }).pages();
          sizes = (await itemsOf(pages)).map((page) => page.items.length);
        });
        expect([sizes, sent]).toEqual([[2, 2, 1], 3]);
        const all = await kit.driver.listNodes({ namePrefix: prefix, pageSize: 1 });
        expect(all.map(({ id }) => id).sort()).toEqual(nodes.map(({ id }) => id).sort());
      },
    },
    {
      title: 'resume at a cursor, in another driver too',
      everyDesign: true,
      async run(kit) {
        const { nodes, prefix } = await nodesWithPrefix(kit, 3);
        const options = { namePrefix: prefix, pageSize: 2 };
        const [first] = await itemsOf(kit.driver.iterateNodes(options).pages());
        const cursor = first?.cursor ?? '';
        const rest = await itemsOf(kit.open().iterateNodes(options).pages({ cursor }));
        const listed = [...(first?.items ?? []), ...rest.flatMap((page) => page.items)];
        expect([first?.items.length, listed.map(({ id }) => id).sort()]).toEqual([2, nodes.map(({ id }) => id).sort()]);
      },
    },
    {
      title: 'request no further page after the loop ends',
      everyDesign: true,
      server: ['requests'],
      async run(kit) {
        const { prefix } = await nodesWithPrefix(kit, 3);
        const sent = await kit.requestsOf(async () => {
          const options = { namePrefix: prefix, pageSize: 1, prefetch: false };
          for await (const _ of kit.driver.iterateNodes(options)) break;
        });
        expect(sent).toBe(1);
      },
    },
    {
      title: 'are refused with invalid arguments, before anything is sent',
      async run({ driver, failsUnsent }) {
        const wrong: [object, string][] = [
          [{ pageSize: 0 }, 'pageSize'],
          [{ pageSize: 1001 }, 'pageSize'],
          [{ pageSize: '5' }, 'pageSize'],
          [{ state: 'RUNNING' }, 'state'],
        ];
        for (const [options, field] of wrong) {
          await failsUnsent(() => driver.listNodes(options), { code: 'invalid-argument', details: { field } });
        }
      },
    },
    {
      title: 'hold 1,100 nodes, in two pages',
      // Both kinds follow pages in the same way. This kind creates the nodes faster.
      kind: 'async',
      server: ['requests', 'cloud', 'clock'],
      timeoutMs: 120_000,
      async run(kit) {
        const { driver, newName, parts, requestsOf, server } = kit;
        const prefix = newName();
        kit.removeNodesLater(prefix);
        kit.afterwards(() => server.cloud?.setQuotas({}));
        await server.cloud?.setQuotas({});
        const { image, size } = await parts();
        const numbers = Array.from({ length: 1100 }, (_, number) => number);
        for (let at = 0; at < numbers.length; at += 100) {
          const some = numbers.slice(at, at + 100);
          await Promise.all(some.map(async (number) => await driver.createNode(`${prefix}-${number}`, size, image)));
        }
        await server.clock?.advance(LONG_MS);
        let listed: readonly Node[] = [];
        const sent = await requestsOf(async () => {
          listed = await driver.listNodes({ namePrefix: prefix });
        });
        expect([new Set(listed.map(({ name }) => name)).size, sent]).toEqual([1100, 2]);
      },
    },
  ],
});
