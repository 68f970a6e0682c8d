/** Waiting for nodes that get there. */
import type { Node, WaitProgress } from '@isobar/core';
import { expect } from 'vitest';
import { needing } from '../capabilities.ts';
import type { Suite } from '../case.ts';
import { expectPlainData } from '../plain-data.ts';
import type { NodeLife } from '../test-server.ts';
import { type ComputeKit, quickly } from './compute-kit.ts';

async function nodesWith({ node }: ComputeKit, lives: readonly NodeLife[]): Promise<Node[]> {
  const nodes: Node[] = [];
  for (const life of lives) nodes.push(await node(life));
  return nodes;
}

const inOrder = (nodes: readonly Node[]): string[] => nodes.map(({ id }) => id);

/** Cases about waits that succeed. */
export const waits: Suite<ComputeKit> = needing('createNodes', {
  title: 'waits',
  cases: [
    {
      title: 'end at once for nodes that run already, in one exchange',
      server: ['requests'],
      async run({ driver, requestsOf, runningNode }) {
        const nodes = [await runningNode(), await runningNode()];
        const sent = await requestsOf(async () => {
          expect(inOrder(await driver.waitForNodes(nodes))).toEqual(inOrder(nodes));
        });
        expect(sent).toBe(1);
      },
    },
    {
      title: 'last until the last of several nodes runs, and give them in order',
      server: ['lives'],
      async run(kit) {
        const nodes = await nodesWith(kit, [{ bootMs: 150 }, { bootMs: 0 }, { bootMs: 60 }]);
        const running = await kit.driver.waitForNodes(nodes, quickly);
        expect(inOrder(running)).toEqual(inOrder(nodes));
        expect(running.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
        expectPlainData(running);
      },
    },
    {
      title: 'take ids in place of nodes',
      async run({ driver, node }) {
        const { id } = await node();
        expect(inOrder(await driver.waitForNodes([id], quickly))).toEqual([id]);
      },
    },
    {
      title: 'are over for no nodes, without an exchange',
      async run({ driver, requestsOf }) {
        const sent = await requestsOf(async () => {
          expect(await driver.waitForNodes([])).toEqual([]);
          expect(await driver.waitUntilRunning([])).toEqual([]);
        });
        expect(sent ?? 0).toBe(0);
      },
    },
    {
      title: 'can be for a node that fails',
      server: ['lives'],
      async run({ driver, node }) {
        const made = await node({ outcome: 'error', bootMs: 30 });
        const [failed] = await driver.waitForNodes([made], { ...quickly, state: 'error' });
        expect(failed?.state).toBe('error');
      },
    },
    {
      title: 'can be for a node that stops, or is removed',
      async run({ driver, runningNode }) {
        const made = await runningNode();
        await driver.stopNode(made);
        expect((await driver.waitForNodes([made], { ...quickly, state: 'stopped' }))[0]?.state).toBe('stopped');
        await driver.destroyNode(made);
        expect((await driver.waitForNodes([made], { ...quickly, state: 'terminated' }))[0]?.state).toBe('terminated');
      },
    },
    {
      title: 'for a removed node end when the cloud has forgotten it',
      server: ['cloud'],
      async run({ driver, node, server }) {
        const made = await node();
        await driver.destroyNode(made);
        await server.cloud?.advance(24 * 3_600_000);
        expect((await driver.waitForNodes([made], { ...quickly, state: 'terminated' }))[0]?.state).toBe('terminated');
      },
    },
    {
      title: 'ask for all nodes in one exchange, and then for those that are not there yet',
      server: ['lives', 'requests'],
      async run(kit) {
        const { driver, requestsOf, server } = kit;
        const nodes = await nodesWith(kit, [{ bootMs: 0 }, { bootMs: 0 }, { bootMs: 60 }]);
        let looks = 0;
        const onProgress = () => {
          looks += 1;
        };
        const sent = await requestsOf(async () => await driver.waitForNodes(nodes, { ...quickly, onProgress }));
        expect(sent, 'exchanges, one a look').toBe(looks);
        const last = decodeURIComponent((await server.requests?.read())?.at(-1)?.target ?? '');
        expect(nodes.filter(({ id }) => last.includes(id)).map(({ id }) => id)).toEqual([nodes[2]?.id]);
      },
    },
    {
      title: 'tell how far they are',
      everyDesign: true,
      server: ['lives'],
      async run(kit) {
        const nodes = await nodesWith(kit, [{ bootMs: 0 }, { bootMs: 80 }]);
        const told: WaitProgress[] = [];
        await kit.driver.waitForNodes(nodes, { ...quickly, onProgress: (progress) => void told.push(progress) });
        expect(told.at(-1)).toMatchObject({ pending: [], nodes: [{ state: 'running' }, { state: 'running' }] });
        expect(told.some(({ pending }) => pending.length === 1 && pending[0] === nodes[1]?.id)).toBe(true);
      },
    },
    {
      title: 'until running give public IPv4 addresses',
      async run({ driver, node }) {
        const [ready] = await driver.waitUntilRunning([await node()], quickly);
        expect(ready?.node.state).toBe('running');
        for (const address of ready?.addresses ?? ['none']) expect(address).toMatch(/^[\d.]+$/);
        expect(ready?.node.publicIps).toEqual(expect.arrayContaining([...(ready?.addresses ?? [])]));
        expectPlainData(ready);
      },
    },
    {
      title: 'until running go on while a node that runs has no address',
      server: ['lives'],
      async run({ driver, node }) {
        const made = await node({ bootMs: 0, addressDelayMs: 100 });
        await driver.waitForNodes([made], quickly);
        const [ready] = await driver.waitUntilRunning([made], quickly);
        expect(ready?.addresses).toHaveLength(1);
      },
    },
    {
      title: 'until running give private addresses',
      server: ['lives'],
      async run({ driver, node }) {
        const made = await node({ bootMs: 0, addresses: 'private' });
        const [ready] = await driver.waitUntilRunning([made], { ...quickly, addresses: 'private' });
        expect(ready?.addresses).toEqual(ready?.node.privateIps);
      },
    },
    {
      title: 'until running give IPv6 addresses, alone or with others',
      server: ['lives'],
      async run({ driver, node }) {
        const nodes = [await node({ bootMs: 0, addresses: 'ipv6' }), await node({ bootMs: 0, addresses: 'both' })];
        const six = await driver.waitUntilRunning(nodes, { ...quickly, family: 'ipv6' });
        expect(six.map(({ addresses }) => addresses.every((address) => address.includes(':')))).toEqual([true, true]);
        const any = await driver.waitUntilRunning(nodes, { ...quickly, family: 'any' });
        expect(any.map(({ addresses }) => addresses.length)).toEqual([1, 2]);
      },
    },
    {
      title: 'look again when a look fails in passing',
      server: ['faults'],
      async run({ node, open, server }) {
        const driver = open({ retry: { attempts: 3, baseDelayMs: 1 } });
        const made = await node({ bootMs: 0 });
        await server.faults?.inject({ kind: 'status', status: 503 }, 2);
        expect(await driver.waitForNodes([made], quickly)).toHaveLength(1);
      },
    },
    {
      title: 'let other calls pass meanwhile',
      everyDesign: true,
      kind: 'async',
      server: ['lives'],
      async run({ driver, node }) {
        const made = await node({ bootMs: 150 });
        let over = false;
        const wait = Promise.resolve(driver.waitForNodes([made], quickly)).then(() => {
          over = true;
        });
        await driver.listNodes();
        expect(over, 'the wait is over before the other call').toBe(false);
        await wait;
      },
    },
  ],
});
