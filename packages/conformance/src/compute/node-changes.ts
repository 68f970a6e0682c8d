/** Creating and changing nodes: each action takes effect once, even if its response is lost. */
import { type Node, type NodeAuth, NodeState } from '@isobar/core';
import { expect } from 'vitest';
import type { Case, Suite } from '../case.ts';
import { needing } from '../case.ts';
import { fastRetry } from '../kit.ts';
import { expectPlainData } from '../plain-data.ts';
import { type ComputeKit, fastWait, ignoreNotFound } from './compute-kit.ts';

const actions = ['rebootNode', 'startNode', 'stopNode', 'destroyNode'] as const;

function acceptsLogin(title: string, auth: NodeAuth): Case<ComputeKit> {
  return {
    title: `creates a node that accepts ${title}`,
    async run({ driver, node }) {
      const made = await node(undefined, { auth });
      expect((await driver.getNode(made.id)).name).toBe(made.name);
    },
  };
}

/** Cases about creating, changing and removing nodes. */
export const nodeChanges: Suite<ComputeKit> = needing('createNodes', {
  title: 'node changes',
  cases: [
    {
      title: 'creates a node and does not wait for it',
      proof: true,
      async run({ driver, node, parts }) {
        const made = await node({ bootMs: 60_000 });
        expect(['pending', 'starting']).toContain(made.state);
        expect(made).toMatchObject(await parts());
        expectPlainData(made);
        expect((await driver.getNode(made.id)).name).toBe(made.name);
        expect((await driver.listNodes()).map(({ id }) => id)).toContain(made.id);
      },
    },
    {
      title: 'takes a node through its states',
      async run({ driver, node }) {
        const made = await node();
        const arrive = async (state: Node['state']) => {
          const [there] = await driver.waitForNodes([made], { ...fastWait, state });
          expect(there).toMatchObject({ id: made.id, state });
        };
        await arrive('running');
        expect(await driver.rebootNode(made)).toBeUndefined();
        await arrive('running');
        expect(await driver.stopNode(made.id)).toBeUndefined();
        await arrive('stopped');
        expect(await driver.startNode(made)).toBeUndefined();
        await arrive('running');
        expect(await driver.destroyNode(made)).toBeUndefined();
        await arrive('terminated');
      },
    },
    {
      title: 'reads every shared state, and any other as unknown',
      server: ['cloud'],
      async run({ driver, node, server }) {
        const made = await node();
        const states: readonly NodeState[] = Object.values(NodeState).filter((state) => state !== 'terminated');
        for (const state of [...states, 'melting' as NodeState]) {
          await server.cloud?.setNodeState(made.id, state);
          const known = states.includes(state) ? state : 'unknown';
          expect((await driver.getNode(made.id)).state, state).toBe(known);
          expect((await driver.listNodes({ namePrefix: made.name })).map((listed) => listed.state)).toEqual([known]);
        }
        await server.cloud?.setNodeState(made.id, 'terminated');
        expect((await driver.getNode(made.id)).state).toBe('terminated');
      },
    },
    {
      title: 'takes size, image and location as models',
      async run({ driver, newName, removeNodesLater }) {
        const [[size], [image], [location]] = [
          await driver.listSizes(),
          await driver.listImages(),
          await driver.listLocations(),
        ];
        const name = newName();
        removeNodesLater(name);
        if (!size || !image || !location) throw new Error('the cloud has no size, image or location');
        const made = await driver.createNode(name, size, image, { location });
        expect(made).toMatchObject({ name, size: size.id, image: image.id, location: location.id });
      },
    },
    {
      title: 'creates one node for one token, also from another driver',
      async run({ driver, newName, open, parts, removeNodesLater }) {
        const [name, clientToken] = [newName(), newName()];
        removeNodesLater(name);
        const { image, size } = await parts();
        const first = await driver.createNode(name, size, image, { clientToken });
        const second = await open().createNode(name, size, image, { clientToken });
        expect(second.id).toBe(first.id);
        expect(await driver.listNodes({ namePrefix: name })).toHaveLength(1);
      },
    },
    {
      title: 'creates two nodes for two calls without a token',
      async run({ driver, newName, parts, removeNodesLater }) {
        const name = newName();
        removeNodesLater(name);
        const { image, size } = await parts();
        await driver.createNode(name, size, image);
        await driver.createNode(name, size, image);
        expect(await driver.listNodes({ namePrefix: name })).toHaveLength(2);
      },
    },
    {
      title: 'refuses a token that created another node',
      async run({ driver, fails, newName, parts, removeNodesLater }) {
        const [name, clientToken] = [newName(), newName()];
        removeNodesLater(name);
        const { image, size } = await parts();
        await driver.createNode(name, size, image, { clientToken });
        const call = () => driver.createNode(`${name}-other`, size, image, { clientToken });
        await fails(call, { code: 'conflict', details: { operation: 'createNode' } });
      },
    },
    {
      title: 'creates one node even if the response is lost',
      server: ['faults', 'requests'],
      async run({ newName, open, parts, removeNodesLater, requestsOf, server }) {
        const driver = open(fastRetry);
        const name = newName();
        removeNodesLater(name);
        const { image, size } = await parts();
        const sent = await requestsOf(async () => {
          await server.faults?.inject({ kind: 'reset', when: 'after' });
          await driver.createNode(name, size, image);
        });
        expect(sent).toBe(2);
        expect(await driver.listNodes({ namePrefix: name })).toHaveLength(1);
      },
    },
    {
      title: 'removes a node even if the response is lost',
      server: ['faults'],
      async run({ node, open, server }) {
        const driver = open(fastRetry);
        const made = await node();
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        await driver.destroyNode(made);
        await driver.waitForNodes([made], { ...fastWait, state: 'terminated' });
      },
    },
    {
      title: 'does not reboot a second time when the response is lost',
      server: ['faults', 'requests'],
      async run({ fails, open, requestsOf, runningNode, server }) {
        const driver = open(fastRetry);
        const made = await runningNode();
        await server.faults?.inject({ kind: 'reset', when: 'after' });
        // Control: in the two cases above the same fault is followed by a second request.
        const sent = await requestsOf(async () => await fails(() => driver.rebootNode(made), { code: 'network' }));
        expect(sent).toBe(1);
      },
    },
    {
      title: 'removes a node that is being or has been removed',
      async run({ driver, node }) {
        const made = await node();
        await driver.destroyNode(made);
        // A cloud may know it no longer by now.
        await ignoreNotFound(() => driver.destroyNode(made));
        await driver.waitForNodes([made], { ...fastWait, state: 'terminated' });
        await ignoreNotFound(() => driver.destroyNode(made));
      },
    },
    ...actions.map(
      (action): Case<ComputeKit> => ({
        title: `${action} says that a missing node is not found`,
        async run({ driver, fails }) {
          const details = { operation: action, node: 'no-such-node' };
          await fails(() => driver[action]('no-such-node'), { code: 'not-found', details });
        },
      }),
    ),
    ...actions.map(
      (action): Case<ComputeKit> => ({
        title: `${action} refuses a wrong node, before anything is sent`,
        async run({ driver, failsUnsent }) {
          for (const wrong of ['', undefined, null, 5, {}] as unknown as string[]) {
            await failsUnsent(() => driver[action](wrong), { code: 'invalid-argument', details: { field: 'node' } });
          }
        },
      }),
    ),
    {
      title: 'reports a node in the wrong state for an action',
      async run({ driver, fails, runningNode }) {
        const made = await runningNode();
        const refused = (operation: string) =>
          ({ code: 'wrong-state', details: { operation, node: made.id } }) as const;
        await fails(() => driver.startNode(made), refused('startNode'));
        await driver.stopNode(made);
        await driver.waitForNodes([made], { ...fastWait, state: 'stopped' });
        await fails(() => driver.stopNode(made), refused('stopNode'));
        await fails(() => driver.rebootNode(made), refused('rebootNode'));
        await driver.destroyNode(made);
        // Some clouds forget it at once.
        const code = ['wrong-state', 'not-found'] as const;
        await fails(() => driver.startNode(made), { ...refused('startNode'), code });
      },
    },
    {
      title: 'reports which part of a new node does not exist',
      async run({ driver, fails, newName, parts }) {
        const { image, size } = await parts();
        const name = newName();
        const code = ['invalid-argument', 'not-found'] as const;
        await fails(() => driver.createNode(name, 'no-such-size', image), { code, details: { field: 'size' } });
        await fails(() => driver.createNode(name, size, 'no-such-image'), { code, details: { field: 'image' } });
        const location = 'no-such-location';
        await fails(() => driver.createNode(name, size, image, { location }), { code, details: { field: 'location' } });
        const auth = { keyPair: 'no-such-key-pair' };
        await fails(() => driver.createNode(name, size, image, { auth }), { code, details: { field: 'auth' } });
      },
    },
    {
      title: 'refuses a node without name, size or image, before anything is sent',
      async run({ driver, failsUnsent }) {
        const code = 'invalid-argument';
        await failsUnsent(() => driver.createNode('', 's', 'i'), { code, details: { field: 'name' } });
        await failsUnsent(() => driver.createNode('n', '', 'i'), { code, details: { field: 'size' } });
        await failsUnsent(() => driver.createNode('n', 's', {} as string), { code, details: { field: 'image' } });
        const clientToken = '';
        await failsUnsent(() => driver.createNode('n', 's', 'i', { clientToken }), {
          code,
          details: { field: 'clientToken' },
        });
      },
    },
    {
      title: 'reports an exhausted quota of nodes',
      server: ['cloud'],
      async run({ afterwards, driver, fails, newName, parts, server }) {
        afterwards(() => server.cloud?.setQuotas({}));
        const { image, size } = await parts();
        await server.cloud?.setQuotas({ nodes: 0 });
        const call = () => driver.createNode(newName(), size, image);
        await fails(call, { code: 'quota-exceeded', details: { operation: 'createNode', status: 403 } });
      },
    },
    {
      title: 'creates 50 distinct nodes at once',
      timeoutMs: 300_000,
      async run({ driver, newName, parts, removeNodesLater }) {
        const prefix = newName();
        removeNodesLater(prefix);
        const { image, size } = await parts();
        const names = Array.from({ length: 50 }, (_, number) => `${prefix}-${number}`);
        const made = await Promise.all(names.map(async (name) => await driver.createNode(name, size, image)));
        expect(made.map(({ name }) => name)).toEqual(names);
        expect(new Set(made.map(({ id }) => id)).size).toBe(50);
      },
    },
    acceptsLogin('a public key', {
      sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@home',
    }),
    acceptsLogin('a password', { password: 'a-good-one-0123456789' }),
    {
      title: 'gives a password that the cloud generated, once',
      async run({ driver, newName, parts, removeNodesLater }) {
        const name = newName();
        removeNodesLater(name);
        const { image, size } = await parts();
        const made = await driver.createNode(name, size, image, { auth: { generatePassword: true } });
        expect(made.generatedPassword?.length, 'length of the password').toBeGreaterThanOrEqual(8);
        expect(await driver.getNode(made.id)).not.toHaveProperty('generatedPassword');
        // Control: a node with another login method has none.
        const other = await driver.createNode(name, size, image, { auth: { password: 'a-good-one-0123456789' } });
        expect(other).not.toHaveProperty('generatedPassword');
      },
    },
    {
      title: 'refuses no login method or two, before anything is sent, and does not repeat them',
      async run({ driver, failsUnsent }) {
        const secret = 'hunter2-is-no-good-secret';
        const wrong = [{}, { password: secret, keyPair: 'k' }, { sshPublicKey: secret }, { [secret]: 1 }, secret];
        for (const auth of wrong as unknown as NodeAuth[]) {
          const call = () => driver.createNode('n', 's', 'i', { auth });
          const failure = await failsUnsent(call, { code: 'invalid-argument', details: { field: 'auth' } });
          expect(failure.message).not.toContain(secret);
        }
      },
    },
  ],
});
