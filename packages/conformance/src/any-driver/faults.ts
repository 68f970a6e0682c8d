/** Transient and permanent failures. Each case names the control that shows that it can fail. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import type { DriverMembers } from '../driver.ts';
import { fastRetry, type Kit } from '../kit.ts';

/** Cases about failures of the service that are the same for every service. */
export const faults: Suite<Kit<DriverMembers>> = {
  title: 'faults',
  cases: [
    {
      title: 'retries when the service is unavailable twice',
      server: ['faults', 'requests'],
      async run({ open, server, probe, requestsOf }) {
        const driver = open(fastRetry);
        await server.faults?.inject({ kind: 'status', status: 503 }, 2);
        const sent = await requestsOf(async () => await probe.run(driver));
        // Control: without the two faults this is 1.
        expect(sent).toBe(3);
      },
    },
    {
      title: 'retries when the connection is reset',
      server: ['faults', 'requests'],
      async run({ open, server, probe, requestsOf }) {
        const driver = open(fastRetry);
        await server.faults?.inject({ kind: 'reset' }, 2);
        const sent = await requestsOf(async () => await probe.run(driver));
        // Control: without the two faults this is 1.
        expect(sent).toBe(3);
      },
    },
    {
      title: 'retries when a response breaks off',
      server: ['faults'],
      async run({ open, server, probe }) {
        // Control: the next case shows that the same fault, unlimited, does fail.
        await server.faults?.inject({ kind: 'cut', afterBytes: 5 });
        await probe.run(open(fastRetry));
      },
    },
    {
      title: 'gives up on responses that always break off',
      server: ['faults'],
      async run({ open, server, probe, fails }) {
        await server.faults?.inject({ kind: 'cut', afterBytes: 5 }, 100);
        await fails(() => probe.run(open(fastRetry)), { code: 'network' });
      },
    },
    {
      title: 'gives up after the configured attempts, and reports how many',
      everyDesign: true,
      server: ['faults'],
      async run({ open, server, probe, fails }) {
        const driver = open({ retry: { ...fastRetry.retry, attempts: 3 } });
        await server.faults?.inject({ kind: 'status', status: 503 }, 100);
        const details = { attempts: 3, status: 503, operation: probe.name };
        await fails(() => probe.run(driver), { code: 'unavailable', details });
      },
    },
    {
      title: 'does not retry when retries are off',
      everyDesign: true,
      server: ['faults', 'requests'],
      async run({ open, server, probe, fails, requestsOf }) {
        const driver = open({ retry: false });
        await server.faults?.inject({ kind: 'status', status: 503 }, 100);
        const sent = await requestsOf(async () => await fails(() => probe.run(driver), { code: 'unavailable' }));
        expect(sent).toBe(1);
      },
    },
    {
      title: 'does not retry a permanent refusal',
      server: ['faults', 'requests'],
      async run({ open, server, probe, fails, requestsOf }) {
        const driver = open(fastRetry);
        await server.faults?.inject({ kind: 'status', status: 403 }, 100);
        const refused = { code: 'permission-denied', details: { status: 403 } } as const;
        expect(await requestsOf(async () => await fails(() => probe.run(driver), refused))).toBe(1);
      },
    },
    {
      title: 'does not retry sooner than the server asks, and reports the delay',
      server: ['faults', 'requests'],
      async run({ open, server, probe, fails, requestsOf }) {
        const asksToWait = (retryAfterSeconds: number) =>
          server.faults?.inject({ kind: 'status', status: 429, retryAfterSeconds });
        // The budget is shorter than the requested delay, and an earlier retry would be refused.
        const driver = open({ retry: { ...fastRetry.retry, budgetMs: 500 } });
        const refused = { code: 'rate-limited', details: { status: 429, retryAfterMs: 7000 } } as const;
        await asksToWait(7);
        expect(await requestsOf(async () => await fails(() => probe.run(driver), refused))).toBe(1);
        // Control: the server refuses one request only, so an immediate retry succeeds.
        await asksToWait(0);
        expect(await requestsOf(async () => await probe.run(driver))).toBe(2);
      },
    },
    {
      title: 'reports a network error when nothing listens at the endpoint',
      about: 'http',
      async run({ open, probe, fails }) {
        const driver = open({ endpoint: 'http://127.0.0.1:1', ...fastRetry });
        const failure = await fails(() => probe.run(driver), { code: 'network' });
        expect(failure.message, 'the message names the address').toContain('127.0.0.1');
      },
    },
  ],
};
