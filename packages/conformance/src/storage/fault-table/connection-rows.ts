/** Connections and servers that break, stall, are slow or hold too much. */
import { expect } from 'vitest';
import { collect, MIB, pattern } from '../../bytes.ts';
import { fastRetry } from '../../kit.ts';
import type { LoggedRequest } from '../../test-server.ts';
import type { StorageKit } from '../storage-kit.ts';
import { type FaultRow, faultServer, observeCall, serverFault } from './fault-row.ts';
import { asStream, downloads, fromMemory, intoFile, intoMemory } from './ways.ts';

/** An object whose download occupies its connection until it is read. */
async function largeObject(kit: StorageKit): Promise<{ container: string; name: string }> {
  const container = await kit.container();
  await kit.driver.writeObject(pattern(8 * MIB), container, 'large');
  return { container, name: 'large' };
}

const iteratorOf = (stream: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) =>
  Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();

/** Two attempts only, because these rows wait for time limits. */
const twice = { ...fastRetry.retry, attempts: 2 };

/** Rows of the table about connections. */
export const connectionRows: readonly FaultRow[] = [
  {
    fault: 'Connection refused',
    outcome: 'A network',
    server: faultServer,
    async observe(kit) {
      const driver = kit.open({ endpoint: 'http://127.0.0.1:1', ...fastRetry });
      // Control: the same call with the right endpoint works.
      await kit.open(fastRetry).listContainers();
      const { outcome, failure } = await observeCall(kit, async () => {
        await driver.listContainers();
        return () => false;
      });
      expect(String(failure), 'the message').toContain('127.0.0.1:1');
      return outcome;
    },
  },
  serverFault({
    fault: 'GET: 500, 502 and 504, then 200',
    outcome: 'R (4)',
    ways: downloads,
    injections: [500, 502, 504].map((status) => ({ fault: { kind: 'status', status } as const })),
  }),
  serverFault({
    fault: 'GET: 429 with Retry-After, then 200',
    outcome: 'R (2)',
    ways: [intoMemory],
    injections: [{ fault: { kind: 'status', status: 429, retryAfterSeconds: 1 } }],
    alsoCheck(requests) {
      const [first, second] = requests.map(({ at }: LoggedRequest) => at ?? 0);
      expect((second ?? 0) - (first ?? 0), 'milliseconds until the next try').toBeGreaterThanOrEqual(999);
    },
  }),
  serverFault({
    fault: 'GET: headers never come, then fine',
    outcome: 'R (2)',
    ways: [intoMemory],
    options: { headersTimeoutMs: 200, retry: twice },
    injections: [{ fault: { kind: 'stall' } }],
    permanent: { fault: { kind: 'stall' }, outcome: 'A timeout' },
  }),
  serverFault({
    fault: 'GET: body stalls half-way, then fine',
    outcome: 'R (2)',
    ways: downloads,
    options: { idleTimeoutMs: 200, retry: twice },
    injections: [{ fault: { kind: 'stall', afterBytes: 100_000 } }],
  }),
  serverFault({
    fault: 'GET: body drips for longer than the idle timeout, each piece within it',
    outcome: 'ok',
    ways: [asStream],
    options: { idleTimeoutMs: 1000, retry: twice },
    injections: [{ fault: { kind: 'drip', pieceBytes: 4096, pauseMs: 40 } }],
    permanent: { fault: { kind: 'stall', afterBytes: 0 }, outcome: 'A timeout' },
  }),
  serverFault({
    // In a stream each piece has its own limit, see `timeoutMs`.
    fault: 'GET into memory or a file: body drips on past the time limit of the call',
    outcome: 'A timeout',
    ways: [intoMemory, intoFile],
    options: { timeoutMs: 1500 },
    injections: [{ fault: { kind: 'drip', pieceBytes: 10, pauseMs: 40 } }],
  }),
  {
    fault: 'Connection closed by the server while idle between two calls',
    outcome: 'ok',
    server: faultServer,
    async observe(kit) {
      const { faults } = kit.server;
      const driver = kit.open(fastRetry);
      const calls = [await intoMemory.prepare(kit), await fromMemory.prepare(kit)];
      const runAll = async () => {
        const checks: boolean[] = [];
        for (const call of [...calls, ...calls]) checks.push(await (await call.run(driver))());
        return () => checks.every(Boolean);
      };
      // The connection is closed while idle. The client may or may not notice before its next request.
      await faults?.inject({ kind: 'hangup' }, 4);
      const afterClose = await observeCall(kit, runAll);
      expect(afterClose.outcome, 'closed after each answer').toBe('ok');
      // When it has not noticed, its request meets a reset on a connection that was used before.
      await driver.listContainers();
      for (let count = 0; count < 4; count += 1) {
        await faults?.inject({ kind: 'reset' });
        await faults?.inject({ kind: 'delay', ms: 0 });
      }
      const { outcome, requests } = await observeCall(kit, runAll);
      expect(requests.filter(({ fault }) => fault === 'reset').length, 'requests that were reset').toBe(4);
      return outcome;
    },
  },
  {
    fault: 'Streams that are never read, or left half-way, and then another call',
    outcome: 'ok',
    server: faultServer,
    needs: 'streamUpload',
    async observe(kit) {
      const driver = kit.open({ ...fastRetry, maxConnections: 2, timeoutMs: 5000 });
      const object = await largeObject(kit);
      const { outcome, requests } = await observeCall(kit, async () => {
        const unread = Array.from({ length: 20 }, () => driver.downloadObjectAsStream(object));
        for (let count = 0; count < 20; count += 1) {
          for await (const piece of driver.downloadObjectAsStream(object)) if (piece.length > 0) break;
        }
        const whole = await collect(driver.downloadObjectAsStream(object));
        return () => unread.length === 20 && whole.length === 8 * MIB;
      });
      expect(requests.length, 'downloads that were started').toBe(21);
      return outcome;
    },
  },
  {
    fault: 'As many open streams as connections, then another call',
    outcome: 'A timeout',
    server: faultServer,
    async observe(kit) {
      const driver = kit.open({ ...fastRetry, maxConnections: 2 });
      const object = await largeObject(kit);
      const held = [1, 2].map(() => iteratorOf(driver.downloadObjectAsStream(object)));
      for (const iterator of held) await iterator.next();
      const another = (timeoutMs: number) =>
        observeCall(kit, async () => {
          const { sizeBytes } = await driver.getObject(object.container, object.name, { timeoutMs });
          return () => sizeBytes === 8 * MIB;
        });
      const { outcome } = await another(300);
      for (const iterator of held) await iterator.return?.();
      expect((await another(10_000)).outcome, 'once they are released').toBe('ok');
      return outcome;
    },
  },
];
