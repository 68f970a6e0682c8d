/**
 * Faults that users report of the asynchronous APIs of other libraries: types that do not know the kind, a kind that lies, kinds
 * that share state, and the wrong kind by accident. The fifth, sources that drift apart, is what parity tests look for.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, vi } from 'vitest';
import type { Suite } from '../case.ts';
import type { DriverMembers } from '../driver.ts';
import type { Kit } from '../kit.ts';
import type { RequestLog } from '../test-server.ts';

/** Returns once the server has seen a request. */
async function untilRequested(requests: RequestLog | undefined): Promise<void> {
  while ((await requests?.read())?.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** Counts turns of the event loop from now on. */
function countTurns(): { turns(): number; stop(): void } {
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  return { turns: () => turns, stop: () => clearImmediate(next) };
}

/** The names of listed nodes or containers. */
function namesOf(items: unknown): readonly string[] {
  return (items as readonly { readonly name: string }[]).map(({ name }) => name);
}

/** Cases about these faults. */
export const asyncDesignFaults: Suite<Kit<DriverMembers>> = {
  title: 'faults of async designs',
  cases: [
    {
      title: 'types that do not know the kind: answers with a value or with a promise, as its kind says',
      everyDesign: true,
      async run({ driver, probe, kind }) {
        const returned = probe.run(driver);
        expect(typeof returned === 'object' && returned !== null && 'then' in returned).toBe(kind === 'async');
        await returned;
      },
    },
    {
      title:
        'types that do not know the kind: refuses a wrong argument by throwing or by a rejected promise, as its kind says',
      everyDesign: true,
      async run({ driver, probe, kind }) {
        const call = () => probe.run(driver, { timeoutMs: -1 });
        if (kind === 'blocking') expect(call).toThrow('timeoutMs');
        else await expect(call()).rejects.toThrow('timeoutMs');
      },
    },
    {
      title: 'types that do not know the kind: fails by throwing or by a rejected promise, as its kind says',
      about: 'credentials',
      everyDesign: true,
      async run({ open, wrongCredentials, probe, kind }) {
        const driver = open(wrongCredentials);
        const call = () => probe.run(driver);
        if (kind === 'blocking') expect(call).toThrow();
        else await expect(call()).rejects.toThrow();
      },
    },
    {
      title: 'a kind that lies: the event loop turns during an async call, and stands still during a blocking one',
      everyDesign: true,
      server: ['faults'],
      async run({ driver, server, probe, kind, afterwards }) {
        // The first call may load modules, during which the event loop turns anyway.
        await probe.run(driver);
        await server.faults?.inject({ kind: 'delay', ms: 200 });
        const { stop, turns } = countTurns();
        afterwards(stop);
        await probe.run(driver);
        expect(turns() > 0, `${turns()} turns of the event loop`).toBe(kind === 'async');
      },
    },
    {
      title: 'kinds that share state: a blocking call during an async one, both right, with the same request',
      everyDesign: true,
      kind: 'async',
      bothKinds: true,
      server: ['faults', 'requests'],
      async run({ both, server, probe }) {
        const { async, blocking } = both();
        const names = namesOf(await probe.run(async));
        await server.requests?.clear();
        await server.faults?.inject({ kind: 'delay', ms: 1000 });
        const ended: string[] = [];
        const underWay = Promise.resolve(probe.run(async)).finally(() => ended.push('async'));
        await untilRequested(server.requests);
        expect(namesOf(probe.run(blocking))).toEqual(names);
        ended.push('blocking');
        expect(namesOf(await underWay)).toEqual(names);
        // Control: the async call was under way all the time.
        expect(ended).toEqual(['blocking', 'async']);
        const sent = (await server.requests?.read())?.map(({ method, target }) => `${method} ${target}`);
        expect(sent).toEqual([sent?.[0], sent?.[0]]);
      },
    },
    {
      title: 'kinds that share state: closing one kind ends the other where one object has both, else leaves it open',
      everyDesign: true,
      kind: 'async',
      bothKinds: true,
      async run({ both, probe, fails }) {
        for (const first of ['blocking', 'async'] as const) {
          const { isOneObject, ...drivers } = both();
          const [closed, other] = [drivers[first], drivers[first === 'async' ? 'blocking' : 'async']];
          await probe.run(closed);
          await probe.run(other);
          await closed.close();
          await fails(() => probe.run(closed), { code: 'session-closed' });
          if (isOneObject) await fails(() => probe.run(other), { code: 'session-closed' });
          else await probe.run(other);
        }
      },
    },
    {
      title:
        'the wrong kind by accident: a blocking call that holds up a busy event loop is reported, no async call is',
      everyDesign: true,
      server: ['faults'],
      async run({ open, server, probe, kind, afterwards }) {
        const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
        afterwards(() => emit.mockRestore());
        const otherWork = createServer().listen(0, '127.0.0.1');
        afterwards(() => otherWork.close());
        await once(otherWork, 'listening');
        await server.faults?.inject({ kind: 'delay', ms: 200 });
        await probe.run(open({ warnBlockingMs: 50 }));
        const codes = emit.mock.calls.map(([, options]) => (options as { code?: unknown } | undefined)?.code);
        const reported = codes.filter((code) => code === 'ISOBAR_BLOCKING_CALL');
        expect(reported).toHaveLength(kind === 'blocking' ? 1 : 0);
      },
    },
  ],
};
