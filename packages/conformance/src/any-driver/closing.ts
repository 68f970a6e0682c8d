/** The members that every driver has, and closing it. */
import { isCloudError } from '@isobar/core';
import { expect } from 'vitest';
import { refuseUnknownCapabilities } from '../capabilities.ts';
import type { Suite } from '../case.ts';
import type { DriverMembers } from '../driver.ts';
import type { Kit } from '../kit.ts';

/** Cases about members and closing. */
export const closing: Suite<Kit<DriverMembers>> = {
  title: 'driver',
  cases: [
    {
      title: 'says which provider it belongs to',
      everyDesign: true,
      async run({ driver, provider }) {
        expect(driver.provider.id).toBe(provider);
        expect(driver.provider.name).toBeTypeOf('string');
        expect(driver.provider.website).toMatch(/^https:\/\//);
      },
    },
    {
      title: 'declares only known capabilities, each true or false',
      async run({ driver }) {
        refuseUnknownCapabilities(driver.provider.capabilities);
        for (const [name, value] of Object.entries(driver.provider.capabilities)) {
          expect(value, `capability ${name}`).toBeTypeOf('boolean');
        }
      },
    },
    {
      title: 'refuses calls once it is closed',
      everyDesign: true,
      async run({ open, probe, fails }) {
        const driver = open();
        await probe.run(driver);
        await driver.close();
        await fails(() => probe.run(driver), { code: 'session-closed', details: { operation: probe.name } });
      },
    },
    {
      title: 'can be closed before it was used, and twice',
      everyDesign: true,
      async run({ open, probe, fails }) {
        const driver = open();
        await driver.close();
        await driver.close();
        await fails(() => probe.run(driver), { code: 'session-closed' });
      },
    },
    {
      title: 'leaves other drivers open when it is closed',
      everyDesign: true,
      async run({ open, probe }) {
        const [first, second] = [open(), open()];
        await probe.run(first);
        await probe.run(second);
        await first.close();
        await probe.run(second);
      },
    },
    {
      title: 'can be disposed of, which closes it',
      everyDesign: true,
      async run({ open, probe, kind, fails }) {
        const driver = open() as DriverMembers & Partial<Disposable & AsyncDisposable>;
        const dispose = kind === 'async' ? driver[Symbol.asyncDispose] : driver[Symbol.dispose];
        expect(dispose).toBeTypeOf('function');
        await probe.run(driver);
        await dispose?.call(driver);
        await fails(() => probe.run(driver), { code: 'session-closed' });
      },
    },
    {
      title: 'settles the calls in flight when it is closed',
      everyDesign: true,
      kind: 'async',
      async run({ open, probe }) {
        const driver = open();
        await probe.run(driver);
        const calls = Array.from({ length: 5 }, () => Promise.resolve(probe.run(driver)));
        const settled = Promise.allSettled(calls);
        await driver.close();
        for (const call of await settled) {
          if (call.status === 'fulfilled') continue;
          expect(isCloudError(call.reason), String(call.reason)).toBe(true);
          expect(['aborted', 'session-closed']).toContain((call.reason as { code: string }).code);
        }
      },
    },
  ],
};
