/** Options of `connect`: checked when it is called, before anything is sent. */
import { expect } from 'vitest';
import type { Case, Suite, Trait } from '../case.ts';
import type { DriverMembers } from '../driver.ts';
import { expectNoSecret, failureOf } from '../failures.ts';
import type { Kit } from '../kit.ts';

const SECRET = 'hunter2-is-no-good-secret';

function refuses(
  label: string,
  options: Readonly<Record<string, unknown>>,
  named: string,
  about?: Trait,
): Case<Kit<DriverMembers>> {
  return {
    title: `refuses ${label} and names it`,
    ...(about && { about }),
    async run({ open, provider }) {
      const failure = await failureOf(() => open({ ...options }));
      expect(failure.code, failure.message).toBe('invalid-argument');
      expect(failure.message).toContain(named);
      expect(failure.details).toMatchObject({ provider, operation: 'connect', field: named });
    },
  };
}

/** A key or secret read from a file, with the line break at its end. */
function refusesSpace(option: 'key' | 'secret', value: string): Case<Kit<DriverMembers>> {
  const label = JSON.stringify(value).replaceAll(SECRET, '…');
  return {
    title: `refuses the ${option} ${label} for its white space, names it and does not repeat it`,
    about: 'credentials',
    async run({ open }) {
      const failure = await failureOf(() => open({ [option]: value }));
      expect(failure).toMatchObject({ code: 'invalid-argument', details: { operation: 'connect', field: option } });
      expect(failure.message).toContain('white space');
      expectNoSecret(failure, [value.trim()]);
    },
  };
}

/** Cases about options. */
export const options: Suite<Kit<DriverMembers>> = {
  title: 'options',
  cases: [
    refuses('an unknown option', { endpiont: 'http://127.0.0.1' }, 'endpiont'),
    refuses('a missing key', { key: undefined }, 'key', 'credentials'),
    refuses('a missing secret', { secret: undefined }, 'secret', 'credentials'),
    refuses('an empty secret', { secret: '' }, 'secret', 'credentials'),
    refuses('a secret of another type', { secret: 5 }, 'secret', 'credentials'),
    ...['\n', '\r\n', ' ', '\t'].flatMap((space) => [
      refusesSpace('secret', `${SECRET}${space}`),
      refusesSpace('secret', `${space}${SECRET}`),
      refusesSpace('key', `no-such-key${space}`),
    ]),
    refusesSpace('secret', `${SECRET}\n${SECRET}`),
    refuses('an endpoint that is not a URL', { endpoint: 'not an address' }, 'endpoint', 'http'),
    refuses('an endpoint of an unknown scheme', { endpoint: 'ftp://127.0.0.1' }, 'endpoint', 'http'),
    refuses('an endpoint with credentials in it', { endpoint: 'http://user:pass@127.0.0.1' }, 'endpoint', 'http'),
    refuses('plain HTTP to another machine', { endpoint: 'http://storage.example.com' }, 'endpoint', 'http'),
    refuses(
      'plain HTTP to a name that looks like loopback',
      { endpoint: 'http://127.0.0.1.example.com' },
      'endpoint',
      'http',
    ),
    refuses('a negative time limit', { timeoutMs: -1 }, 'timeoutMs'),
    {
      title: 'sends nothing when it connects',
      everyDesign: true,
      async run({ driver, open, probe, requestsOf }) {
        await probe.run(driver);
        const sent = await requestsOf(async () => {
          open();
          await probe.run(driver);
        });
        expect(sent ?? 1, 'requests: that of another driver alone').toBe(1);
      },
    },
    {
      title: 'does not repeat the value of a wrong option, which may be a secret',
      async run({ open }) {
        expectNoSecret(await failureOf(() => open({ [SECRET.slice(0, 3)]: SECRET })), [SECRET]);
        expectNoSecret(await failureOf(() => open({ secret: [SECRET] })), [SECRET]);
        expectNoSecret(await failureOf(() => open({ endpoint: `http://user:${SECRET}@127.0.0.1` })), [SECRET]);
      },
    },
    {
      title: 'does not show the secret when a driver is logged',
      about: 'credentials',
      everyDesign: true,
      async run({ open }) {
        const driver = open({ secret: SECRET });
        expectNoSecret(driver, [SECRET]);
        expectNoSecret(driver.provider, [SECRET]);
      },
    },
    {
      title: 'leaves the caller’s options as they are',
      everyDesign: true,
      async run({ open }) {
        const given = Object.freeze({ timeoutMs: 5000, retry: Object.freeze({ attempts: 2 }) });
        open(given);
        expect(given).toEqual({ timeoutMs: 5000, retry: { attempts: 2 } });
      },
    },
  ],
};
