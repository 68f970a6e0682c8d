/** Wrong credentials: refused by the service, and never shown. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import type { FaceMembers } from '../face.ts';
import { expectNoSecret } from '../failures.ts';
import type { Kit } from '../kit.ts';

const refused = { code: ['unauthenticated', 'permission-denied'] } as const;

/** Cases about credentials. */
export const credentials: Suite<Kit<FaceMembers>> = {
  title: 'credentials',
  cases: [
    {
      title: 'says that wrong credentials are refused, with the status, and does not show them',
      async run({ open, wrongCredentials, probe, fails }) {
        const face = open(wrongCredentials);
        const failure = await fails(() => probe.run(face), { ...refused, details: { operation: probe.name } });
        expect([401, 403]).toContain(failure.details.status);
        expectNoSecret(failure, Object.values(wrongCredentials).map(String));
      },
    },
    {
      title: 'does not try wrong credentials again',
      server: ['requests'],
      async run({ open, wrongCredentials, probe, fails, requestsOf }) {
        const face = open(wrongCredentials);
        const sent = await requestsOf(async () => void (await fails(() => probe.run(face), refused)));
        expect(sent).toBe(1);
      },
    },
    {
      title: 'keeps faces of different credentials apart',
      everyDesign: true,
      async run({ open, wrongCredentials, probe, fails, face }) {
        const wrong = open(wrongCredentials);
        await probe.run(face);
        await fails(() => probe.run(wrong), refused);
        await probe.run(face);
      },
    },
  ],
};
