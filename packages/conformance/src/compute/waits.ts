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
      async run({ face, requestsOf, runningNode }) {
        const nodes = [await runningNode(), await runningNode()];
        const sent = await requestsOf(async () => {
          expect(inOrder(await face.waitForNodes(nodes))).toEqual(inOrder(nodes));
        });
        expect(sent).toBe(1);
      },
    },
    {
      title: 'last until the last of several nodes runs, and give them in order',
      server: ['lives'],
      async run(kit) {
        const nodes = await nodesWith(kit, [{ bootMs: 150 }, { bootMs: 0 }, { bootMs: 60 }]);
        const running = await kit.face.waitForNodes(nodes, quickly);
        expect(inOrder(running)).toEqual(inOrder(nodes));
        expect(running.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
        expectPlainData(running);
      },
    },
    {
      title: 'take ids in place of nodes',
      async run({ face, node }) {
        const { id } = await node();
        expect(inOrder(await face.waitForNodes([id], quickly))).toEqual([id]);
      },
    },
    {
      title: 'are over for no nodes, without an exchange',
      async run({ face, requestsOf }) {
        const sent = await requestsOf(async () => {
          expect(await face.waitForNodes([])).toEqual([]);
          expect(await face.waitUntilRunning([])).toEqual([]);
        });
        expect(sent ?? 0).toBe(0);
      },
    },
    {
      title: 'can be for a node that fails',
      server: ['lives'],
      async run({ face, node }) {
        const made = await node({ outcome: 'error', bootMs: 30 });
        const [failed] = await face.waitForNodes([made], { ...quickly, state: 'error' });
        expect(failed?.state).toBe('error');
      },
    },
    {
      title: 'can be for a node that stops, or is removed',
      async run({ face, runningNode }) {
        const made = await runningNode();
        await face.stopNode(made);
        expect((await face.waitForNodes([made], { ...quickly, state: 'stopped' }))[0]?.state).toBe('stopped');
        await face.destroyNode(made);
        expect((await face.waitForNodes([made], { ...quickly, state: 'terminated' }))[0]?.state).toBe('terminated');
      },
    },
    {
      title: 'for a removed node end when the cloud has forgotten it',
      server: ['cloud'],
      async run({ face, node, server }) {
        const made = await node();
        await face.destroyNode(made);
        await server.cloud?.advance(24 * 3_600_000);
        expect((await face.waitForNodes([made], { ...quickly, state: 'terminated' }))[0]?.state).toBe('terminated');
      },
    },
    {
      title: 'ask for all nodes in one exchange, and then for those that are not there yet',
      server: ['lives', 'requests'],
      async run(kit) {
        const { face, requestsOf, server } = kit;
        const nodes = await nodesWith(kit, [{ bootMs: 0 }, { bootMs: 0 }, { bootMs: 60 }]);
        let looks = 0;
        const onProgress = () => {
          looks += 1;
        };
        const sent = await requestsOf(async () => await face.waitForNodes(nodes, { ...quickly, onProgress }));
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
        await kit.face.waitForNodes(nodes, { ...quickly, onProgress: (progress) => void told.push(progress) });
        expect(told.at(-1)).toMatchObject({ pending: [], nodes: [{ state: 'running' }, { state: 'running' }] });
        expect(told.some(({ pending }) => pending.length === 1 && pending[0] === nodes[1]?.id)).toBe(true);
      },
    },
    {
      title: 'until running give public IPv4 addresses',
      async run({ face, node }) {
        const [ready] = await face.waitUntilRunning([await node()], quickly);
        expect(ready?.node.state).toBe('running');
        for (const address of ready?.addresses ?? ['none']) expect(address).toMatch(/^[\d.]+$/);
        expect(ready?.node.publicIps).toEqual(expect.arrayContaining([...(ready?.addresses ?? [])]));
        expectPlainData(ready);
      },
    },
    {
      title: 'until running go on while a node that runs has no address',
      server: ['lives'],
      async run({ face, node }) {
        const made = await node({ bootMs: 0, addressDelayMs: 100 });
        await face.waitForNodes([made], quickly);
        const [ready] = await face.waitUntilRunning([made], quickly);
        expect(ready?.addresses).toHaveLength(1);
      },
    },
    {
      title: 'until running give private addresses',
      server: ['lives'],
      async run({ face, node }) {
        const made = await node({ bootMs: 0, addresses: 'private' });
        const [ready] = await face.waitUntilRunning([made], { ...quickly, addresses: 'private' });
        expect(ready?.addresses).toEqual(ready?.node.privateIps);
      },
    },
    {
      title: 'until running give IPv6 addresses, alone or with others',
      server: ['lives'],
      async run({ face, node }) {
        const nodes = [await node({ bootMs: 0, addresses: 'ipv6' }), await node({ bootMs: 0, addresses: 'both' })];
        const six = await face.waitUntilRunning(nodes, { ...quickly, family: 'ipv6' });
        expect(six.map(({ addresses }) => addresses.every((address) => address.includes(':')))).toEqual([true, true]);
        const any = await face.waitUntilRunning(nodes, { ...quickly, family: 'any' });
        expect(any.map(({ addresses }) => addresses.length)).toEqual([1, 2]);
      },
    },
    {
      title: 'look again when a look fails in passing',
      server: ['faults'],
      async run({ node, open, server }) {
        const face = open({ retry: { attempts: 3, baseDelayMs: 1 } });
        const made = await node({ bootMs: 0 });
        await server.faults?.inject({ kind: 'status', status: 503 }, 2);
        expect(await face.waitForNodes([made], quickly)).toHaveLength(1);
      },
    },
    {
      title: 'let other calls pass meanwhile',
      everyDesign: true,
      colour: 'async',
      server: ['lives'],
      async run({ face, node }) {
        const made = await node({ bootMs: 150 });
        let over = false;
        const wait = Promise.resolve(face.waitForNodes([made], quickly)).then(() => {
          over = true;
        });
        await face.listNodes();
        expect(over, 'the wait is over before the other call').toBe(false);
        await wait;
      },
    },
  ],
});
