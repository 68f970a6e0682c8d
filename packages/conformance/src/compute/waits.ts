/** Waits that succeed. */
import type { Node, WaitProgress } from '@isobar/core';
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import { needing } from '../case.ts';
import { expectPlainData } from '../plain-data.ts';
import type { NodeLife } from '../test-server.ts';
import { type ComputeKit, fastWait } from './compute-kit.ts';

async function nodesWith({ node }: ComputeKit, lives: readonly NodeLife[]): Promise<Node[]> {
  const nodes: Node[] = [];
  for (const life of lives) nodes.push(await node(life));
  return nodes;
}

const idsOf = (nodes: readonly Node[]): string[] => nodes.map(({ id }) => id);

/** Cases about waits that succeed. */
export const waits: Suite<ComputeKit> = needing('createNodes', {
  title: 'waits',
  cases: [
    {
      title: 'end at once for running nodes, in one exchange',
      server: ['requests'],
      async run({ driver, requestsOf, runningNode }) {
        const nodes = [await runningNode(), await runningNode()];
        const sent = await requestsOf(async () => {
          expect(idsOf(await driver.waitForNodes(nodes))).toEqual(idsOf(nodes));
        });
        expect(sent).toBe(1);
      },
    },
    {
      title: 'end when the last of several nodes runs, and give them in order',
      server: ['lives'],
      async run(kit) {
        const nodes = await nodesWith(kit, [{ bootMs: 150 }, { bootMs: 0 }, { bootMs: 60 }]);
        const running = await kit.driver.waitForNodes(nodes, fastWait);
        expect(idsOf(running)).toEqual(idsOf(nodes));
        expect(running.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
        expectPlainData(running);
      },
    },
    {
      title: 'take ids in place of nodes',
      async run({ driver, node }) {
        const { id } = await node();
        expect(idsOf(await driver.waitForNodes([id], fastWait))).toEqual([id]);
      },
    },
    {
      title: 'end at once for no nodes, without an exchange',
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
        const [failed] = await driver.waitForNodes([made], { ...fastWait, state: 'error' });
        expect(failed?.state).toBe('error');
      },
    },
    {
      title: 'can be for a node that stops, or is removed',
      async run({ driver, runningNode }) {
        const made = await runningNode();
        await driver.stopNode(made);
        expect((await driver.waitForNodes([made], { ...fastWait, state: 'stopped' }))[0]?.state).toBe('stopped');
        await driver.destroyNode(made);
        expect((await driver.waitForNodes([made], { ...fastWait, state: 'terminated' }))[0]?.state).toBe('terminated');
      },
    },
    {
      title: 'for a removed node end when the cloud no longer knows it',
      server: ['clock'],
      async run({ driver, node, server }) {
        const made = await node();
        await driver.destroyNode(made);
        await server.clock?.advance(24 * 3_600_000);
        expect((await driver.waitForNodes([made], { ...fastWait, state: 'terminated' }))[0]?.state).toBe('terminated');
      },
    },
    {
      title: 'ask for all nodes in one exchange, and then only for those still pending',
      server: ['lives', 'requests'],
      async run(kit) {
        const { driver, requestsOf, server } = kit;
        const nodes = await nodesWith(kit, [{ bootMs: 0 }, { bootMs: 0 }, { bootMs: 400 }]);
        let polls = 0;
        const onProgress = () => {
          polls += 1;
        };
        const sent = await requestsOf(async () => await driver.waitForNodes(nodes, { ...fastWait, onProgress }));
        expect(sent, 'exchanges, one per poll').toBe(polls);
        const last = decodeURIComponent((await server.requests?.read())?.at(-1)?.target ?? '');
        expect(nodes.filter(({ id }) => last.includes(id)).map(({ id }) => id)).toEqual([nodes[2]?.id]);
      },
    },
    {
      title: 'report progress',
      everyDesign: true,
      server: ['lives'],
      async run(kit) {
        const nodes = await nodesWith(kit, [{ bootMs: 0 }, { bootMs: 400 }]);
        const reported: WaitProgress[] = [];
        await kit.driver.waitForNodes(nodes, { ...fastWait, onProgress: (progress) => void reported.push(progress) });
        expect(reported.at(-1)).toMatchObject({ pending: [], nodes: [{ state: 'running' }, { state: 'running' }] });
        expect(reported.some(({ pending }) => pending.length === 1 && pending[0] === nodes[1]?.id)).toBe(true);
      },
    },
    {
      title: 'until running give public IPv4 addresses',
      async run({ driver, node }) {
        const [ready] = await driver.waitUntilRunning([await node()], fastWait);
        expect(ready?.node.state).toBe('running');
        for (const address of ready?.addresses ?? ['none']) expect(address).toMatch(/^[\d.]+$/);
        expect(ready?.node.publicIps).toEqual(expect.arrayContaining([...(ready?.addresses ?? [])]));
        expectPlainData(ready);
      },
    },
    {
      title: 'until running continue while a running node has no address',
      server: ['lives'],
      async run({ driver, node }) {
        const made = await node({ bootMs: 0, addressDelayMs: 100 });
        await driver.waitForNodes([made], fastWait);
        const [ready] = await driver.waitUntilRunning([made], fastWait);
        expect(ready?.addresses).toHaveLength(1);
      },
    },
    {
      title: 'until running give private addresses',
      server: ['lives'],
      async run({ driver, node }) {
        const made = await node({ bootMs: 0, addresses: 'private' });
        const [ready] = await driver.waitUntilRunning([made], { ...fastWait, addresses: 'private' });
        expect(ready?.addresses).toEqual(ready?.node.privateIps.filter((address) => !address.includes(':')));
      },
    },
    {
      title: 'until running give IPv6 addresses, alone or with others',
      server: ['lives'],
      async run({ driver, node }) {
        const nodes = [await node({ bootMs: 0, addresses: 'ipv6' }), await node({ bootMs: 0, addresses: 'both' })];
        const six = await driver.waitUntilRunning(nodes, { ...fastWait, family: 'ipv6' });
        expect(six.map(({ addresses }) => addresses.every((address) => address.includes(':')))).toEqual([true, true]);
        const any = await driver.waitUntilRunning(nodes, { ...fastWait, family: 'any' });
        expect(any.map(({ addresses }) => addresses.length)).toEqual([1, 2]);
      },
    },
    {
      title: 'poll again after a transient failure',
      server: ['faults'],
      async run({ node, open, server }) {
        const driver = open({ retry: { attempts: 3, baseDelayMs: 1 } });
        const made = await node({ bootMs: 0 });
        await server.faults?.inject({ kind: 'status', status: 503 }, 2);
        expect(await driver.waitForNodes([made], fastWait)).toHaveLength(1);
      },
    },
    {
      title: 'do not hold up other calls',
      everyDesign: true,
      kind: 'async',
      server: ['lives'],
      async run({ driver, node }) {
        const made = await node({ bootMs: 150 });
        let over = false;
        const wait = Promise.resolve(driver.waitForNodes([made], fastWait)).then(() => {
          over = true;
        });
        await driver.listNodes();
        expect(over, 'the wait is over before the other call').toBe(false);
        await wait;
      },
    },
  ],
});
