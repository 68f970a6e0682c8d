/** Waits that fail: how soon, and with which error. */
import { isCloudError, type Node } from '@isobar/core';
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import { needing } from '../case.ts';
import { type ComputeKit, fastWait, LONG_MS } from './compute-kit.ts';

const short = { pollIntervalMs: 10, timeoutMs: 1000 } as const;

/** Cases about waits that fail. */
export const waitFailures: Suite<ComputeKit> = needing('createNodes', {
  title: 'failing waits',
  cases: [
    {
      title: 'fail at once when one of the nodes fails, and report which',
      server: ['lives'],
      async run({ driver, fails, node }) {
        const [good, bad] = [await node({ bootMs: 60_000 }), await node({ outcome: 'error', bootMs: 30 })];
        const details = { operation: 'waitForNodes', node: bad.id, state: 'error', pending: [good.id, bad.id] };
        await fails(() => driver.waitForNodes([good, bad], fastWait), { code: 'wrong-state', details });
        // Control: the other node is unchanged.
        expect((await driver.getNode(good.id)).state).toBe('pending');
      },
    },
    {
      title: 'fail at once for a node whose host has failed',
      server: ['cloud'],
      async run({ driver, fails, runningNode, server }) {
        const made = await runningNode();
        await server.cloud?.setNodeState(made.id, 'error');
        const call = () => driver.waitUntilRunning([made], fastWait);
        const details = { operation: 'waitUntilRunning', node: made.id, state: 'error' };
        await fails(call, { code: 'wrong-state', details });
      },
    },
    {
      title: 'fail at once for a node that has been removed',
      async run({ driver, fails, node }) {
        const made = await node();
        await driver.destroyNode(made);
        await driver.waitForNodes([made], { ...fastWait, state: 'terminated' });
        // Some clouds forget it at once.
        const code = ['wrong-state', 'not-found'] as const;
        await fails(() => driver.waitForNodes([made], fastWait), { code, details: { node: made.id } });
      },
    },
    {
      title: 'continue through unknown states',
      server: ['cloud'],
      async run({ driver, fails, runningNode, server }) {
        const made = await runningNode();
        await server.cloud?.setNodeState(made.id, 'suspended');
        expect((await driver.getNode(made.id)).state).toBe('suspended');
        await fails(() => driver.waitForNodes([made], { ...short, timeoutMs: 100 }), { code: 'timeout' });
        await server.cloud?.setNodeState(made.id, 'melting' as Node['state']);
        expect((await driver.getNode(made.id)).state).toBe('unknown');
        await fails(() => driver.waitForNodes([made], { ...short, timeoutMs: 100 }), { code: 'timeout' });
      },
    },
    {
      title: 'poll once more before their time limit, not after the pause, and report the late nodes',
      server: ['lives'],
      async run({ driver, fails, node }) {
        const [quick, late] = [await node({ bootMs: 0 }), await node({ bootMs: 60_000 })];
        let polls = 0;
        const onProgress = () => {
          polls += 1;
        };
        // The first pause would end at five seconds at the earliest, so the second poll is the one before the limit.
        const call = () => driver.waitForNodes([quick, late], { pollIntervalMs: 10_000, timeoutMs: 400, onProgress });
        const failure = await fails(call, { code: 'timeout', details: { pending: [late.id] } });
        expect(failure.message).toContain(late.id);
        expect(polls).toBe(2);
      },
    },
    {
      title: 'end at the time limit of the driver too',
      everyDesign: true,
      server: ['lives'],
      async run({ fails, node, open }) {
        const driver = open({ timeoutMs: 300 });
        const made = await node({ bootMs: 60_000 });
        await fails(() => driver.waitForNodes([made], { pollIntervalMs: 10 }), { code: 'timeout' });
      },
    },
    {
      title: 'until running time out for a node without addresses',
      server: ['lives'],
      async run({ driver, fails, node }) {
        const made = await node({ bootMs: 0, addresses: 'none' });
        const call = () => driver.waitUntilRunning([made], { ...short, addresses: 'private', family: 'any' });
        await fails(call, { code: 'timeout', details: { pending: [made.id] } });
        // Control: the node runs.
        expect(await driver.waitForNodes([made], short)).toHaveLength(1);
      },
    },
    {
      title: 'until running time out for a node with only IPv6, unless that is allowed',
      server: ['lives'],
      async run({ driver, fails, node }) {
        const made = await node({ bootMs: 0, addresses: 'ipv6' });
        const failure = await fails(() => driver.waitUntilRunning([made], short), { code: 'timeout' });
        expect(failure.message).toContain('IPv4');
        // Control: with IPv6 allowed the wait succeeds.
        expect(await driver.waitUntilRunning([made], { ...short, family: 'any' })).toHaveLength(1);
      },
    },
    {
      title: 'fail at once for a node that does not exist',
      async run({ driver, fails, runningNode }) {
        const call = async () => await driver.waitForNodes([await runningNode(), 'no-such-node'], fastWait);
        await fails(call, { code: 'not-found', details: { node: 'no-such-node' } });
      },
    },
    {
      title: 'fail for a node that the cloud no longer knows',
      server: ['clock'],
      async run({ driver, fails, node, server }) {
        const made = await node();
        await driver.destroyNode(made);
        await server.clock?.advance(24 * 3_600_000);
        await fails(() => driver.waitForNodes([made], fastWait), { code: 'not-found', details: { node: made.id } });
      },
    },
    {
      title: 'refuse the same node twice, before anything is sent',
      async run({ driver, failsUnsent, node }) {
        const made = await node();
        const expected = { code: 'invalid-argument', details: { field: 'nodes' } } as const;
        await failsUnsent(() => driver.waitForNodes([made, made.id]), expected);
        await failsUnsent(() => driver.waitUntilRunning([made, made]), expected);
      },
    },
    {
      title: 'refuse wrong arguments, before anything is sent',
      async run({ driver, failsUnsent }) {
        const wrong: [object, string][] = [
          [{ state: 'RUNNING' }, 'state'],
          [{ pollIntervalMs: 0 }, 'pollIntervalMs'],
          [{ pollIntervalMs: Number.NaN }, 'pollIntervalMs'],
          [{ timeoutMs: -1 }, 'timeoutMs'],
        ];
        for (const [options, field] of wrong) {
          const call = () => driver.waitForNodes(['a'], options);
          await failsUnsent(call, { code: 'invalid-argument', details: { field } });
        }
        for (const field of ['addresses', 'family']) {
          const call = () => driver.waitUntilRunning(['a'], { [field]: 'public_ips' });
          await failsUnsent(call, { code: 'invalid-argument', details: { field } });
        }
        const nodes = 'a' as unknown as string[];
        await failsUnsent(() => driver.waitForNodes(nodes), { code: 'invalid-argument', details: { field: 'nodes' } });
      },
    },
    {
      title: 'end with the error of a progress function that throws',
      async run({ driver, node }) {
        const [made, enough] = [await node({ bootMs: LONG_MS }), new Error('enough')];
        const onProgress = () => {
          throw enough;
        };
        let thrown: unknown;
        try {
          await driver.waitForNodes([made], { ...fastWait, onProgress });
        } catch (failure) {
          thrown = failure;
        }
        expect(thrown).toBe(enough);
      },
    },
    {
      title: 'end when their signal fires, with the reason as cause',
      everyDesign: true,
      kind: 'async',
      server: ['lives'],
      async run({ driver, fails, node }) {
        const [made, controller] = [await node({ bootMs: 60_000 }), new AbortController()];
        const onProgress = () => controller.abort('changed my mind');
        const options = { pollIntervalMs: 60_000, signal: controller.signal, onProgress };
        const failure = await fails(() => driver.waitForNodes([made], options), { code: 'aborted' });
        expect(failure.cause).toBe('changed my mind');
      },
    },
    {
      title: 'end when the driver is closed',
      everyDesign: true,
      kind: 'async',
      server: ['lives'],
      async run({ node, open }) {
        const driver = open();
        const made = await node({ bootMs: 200 });
        const wait = Promise.resolve(driver.waitForNodes([made], fastWait)).catch((failure: unknown) => failure);
        await driver.close();
        const outcome = await wait;
        if (Array.isArray(outcome)) expect(outcome).toHaveLength(1);
        else expect(isCloudError(outcome), String(outcome)).toBe(true);
      },
    },
    {
      title: 'give up when the cloud stays unavailable',
      server: ['faults'],
      async run({ fails, node, open, server }) {
        const driver = open({ retry: { attempts: 2, baseDelayMs: 1 } });
        const made = await node();
        await server.faults?.inject({ kind: 'status', status: 503 }, 100);
        const details = { operation: 'waitForNodes', attempts: 2 };
        await fails(() => driver.waitForNodes([made], fastWait), { code: 'unavailable', details });
      },
    },
  ],
});
