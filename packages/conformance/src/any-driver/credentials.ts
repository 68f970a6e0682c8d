/** Wrong credentials: refused by the service, and never shown. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import type { DriverMembers } from '../driver.ts';
import { expectNoSecret } from '../failures.ts';
import type { Kit } from '../kit.ts';

const refused = { code: ['unauthenticated', 'permission-denied'] } as const;

/** Cases about credentials. */
export const credentials: Suite<Kit<DriverMembers>> = {
  title: 'credentials',
  cases: [
    {
      title: 'reports refused credentials with the status, and does not show them',
      about: 'credentials',
      async run({ open, wrongCredentials, probe, fails }) {
        const driver = open(wrongCredentials);
        const failure = await fails(() => probe.run(driver), { ...refused, details: { operation: probe.name } });
        expect([401, 403]).toContain(failure.details.status);
        expectNoSecret(failure, Object.values(wrongCredentials).map(String));
      },
    },
    {
      title: 'does not retry wrong credentials',
      about: 'credentials',
      server: ['requests'],
      async run({ open, wrongCredentials, probe, fails, requestsOf }) {
        const driver = open(wrongCredentials);
        const sent = await requestsOf(async () => void (await fails(() => probe.run(driver), refused)));
        expect(sent).toBe(1);
      },
    },
    {
      title: 'keeps drivers of different credentials apart',
      about: 'credentials',
      everyDesign: true,
      async run({ open, wrongCredentials, probe, fails, driver }) {
        const wrong = open(wrongCredentials);
        await probe.run(driver);
        await fails(() => probe.run(wrong), refused);
        await probe.run(driver);
      },
    },
  ],
};
