/** Time limits in both kinds, signals in the async kind. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import type { DriverMembers } from '../driver.ts';
import type { Kit } from '../kit.ts';

/** Expects the limit with this name or value to end a call. The error names the limit. */
async function endedBy(limit: string, { fails }: Kit<DriverMembers>, call: () => unknown): Promise<void> {
  const failure = await fails(call, { code: 'timeout' });
  expect(failure.message, 'the message names the limit').toContain(limit);
}

/** Cases about time limits and signals. */
export const cancelling: Suite<Kit<DriverMembers>> = {
  title: 'cancelling',
  cases: [
    {
      title: 'ends a call at its time limit when the server does not answer',
      everyDesign: true,
      server: ['faults'],
      async run(kit) {
        const { driver, server, probe } = kit;
        await server.faults?.inject({ kind: 'stall' }, 10);
        await endedBy('200 ms', kit, () => probe.run(driver, { timeoutMs: 200 }));
      },
    },
    {
      title: 'ends a call at its time limit when the response stops half-way',
      server: ['faults'],
      async run(kit) {
        const { driver, server, probe } = kit;
        await server.faults?.inject({ kind: 'stall', afterBytes: 5 }, 10);
        await endedBy('200 ms', kit, () => probe.run(driver, { timeoutMs: 200 }));
      },
    },
    {
      title: 'ends a call at its time limit while it waits to retry',
      server: ['faults'],
      async run(kit) {
        const { open, server, probe } = kit;
        const driver = open({ retry: { attempts: 5, baseDelayMs: 1 } });
        await server.faults?.inject({ kind: 'status', status: 503, retryAfterSeconds: 20 }, 10);
        await endedBy('200 ms', kit, () => probe.run(driver, { timeoutMs: 200 }));
      },
    },
    {
      title: 'applies a time limit from the options to every call',
      everyDesign: true,
      server: ['faults'],
      async run(kit) {
        const { open, server, probe } = kit;
        const driver = open({ timeoutMs: 200 });
        await server.faults?.inject({ kind: 'stall' }, 10);
        await endedBy('200 ms', kit, () => probe.run(driver));
      },
    },
    {
      title: 'ends a request without a response at `headersTimeoutMs`',
      server: ['faults'],
      async run(kit) {
        const { open, server, probe } = kit;
        const driver = open({ headersTimeoutMs: 200, retry: false });
        await server.faults?.inject({ kind: 'stall' }, 10);
        await endedBy('headersTimeoutMs', kit, () => probe.run(driver));
      },
    },
    {
      title: 'ends a request whose response body stalls at `idleTimeoutMs`',
      server: ['faults'],
      async run(kit) {
        const { open, server, probe } = kit;
        const driver = open({ idleTimeoutMs: 200, retry: false });
        await server.faults?.inject({ kind: 'stall', afterBytes: 5 }, 10);
        await endedBy('idleTimeoutMs', kit, () => probe.run(driver));
      },
    },
    {
      title: 'waits for a response within the time limit (control)',
      server: ['faults'],
      async run({ driver, server, probe }) {
        await server.faults?.inject({ kind: 'delay', ms: 300 });
        await probe.run(driver, { timeoutMs: 20_000 });
      },
    },
    {
      title: 'works after a call that timed out',
      everyDesign: true,
      server: ['faults'],
      async run({ open, server, probe, fails }) {
        const driver = open();
        await server.faults?.inject({ kind: 'stall' }, 3);
        for (let count = 0; count < 3; count += 1) {
          await fails(() => probe.run(driver, { timeoutMs: 100 }), { code: 'timeout' });
        }
        await probe.run(driver);
      },
    },
    {
      title: 'sends nothing when the signal has fired already',
      everyDesign: true,
      kind: 'async',
      async run({ driver, probe, failsUnsent }) {
        const reason = new Error('changed my mind');
        const call = () => probe.run(driver, { signal: AbortSignal.abort(reason) });
        const failure = await failsUnsent(call, { code: 'aborted', details: { operation: probe.name } });
        expect(failure.cause).toBe(reason);
      },
    },
    {
      title: 'ends a call when its signal fires, with the reason as cause',
      everyDesign: true,
      kind: 'async',
      server: ['faults'],
      async run({ driver, server, probe, fails }) {
        await server.faults?.inject({ kind: 'stall' }, 10);
        const [controller, reason] = [new AbortController(), new Error('changed my mind')];
        setTimeout(() => controller.abort(reason), 100);
        const failure = await fails(() => probe.run(driver, { signal: controller.signal }), { code: 'aborted' });
        expect(failure.cause).toBe(reason);
      },
    },
    {
      title: 'ends a call when its signal fires while it waits to retry',
      kind: 'async',
      server: ['faults'],
      async run({ open, server, probe, fails }) {
        const driver = open({ retry: { attempts: 5, baseDelayMs: 1 } });
        await server.faults?.inject({ kind: 'status', status: 503, retryAfterSeconds: 20 }, 10);
        const controller = new AbortController();
        setTimeout(() => controller.abort('enough'), 100);
        const failure = await fails(() => probe.run(driver, { signal: controller.signal }), { code: 'aborted' });
        expect(failure.cause).toBe('enough');
      },
    },
    {
      title: 'leaves other calls alone when one is aborted',
      everyDesign: true,
      kind: 'async',
      server: ['faults'],
      async run({ driver, server, probe, fails }) {
        await probe.run(driver);
        await server.faults?.inject({ kind: 'delay', ms: 200 }, 2);
        const controller = new AbortController();
        const aborted = fails(() => probe.run(driver, { signal: controller.signal }), { code: 'aborted' });
        const kept = probe.run(driver);
        setTimeout(() => controller.abort(), 50);
        await Promise.all([aborted, kept]);
      },
    },
    {
      title: 'leaves no listener on a signal after the call',
      everyDesign: true,
      kind: 'async',
      async run({ driver, probe }) {
        const { signal } = new AbortController();
        let listeners = 0;
        const [add, remove] = [signal.addEventListener, signal.removeEventListener];
        signal.addEventListener = (...args: Parameters<typeof add>) => {
          listeners += 1;
          add.apply(signal, args);
        };
        signal.removeEventListener = (...args: Parameters<typeof remove>) => {
          listeners -= 1;
          remove.apply(signal, args);
        };
        await probe.run(driver, { signal });
        expect(listeners).toBe(0);
      },
    },
  ],
};
