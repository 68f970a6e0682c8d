/**
 * One operation that uses two drivers, in every design and kind: each driver's part runs on its own connection, with its own
 * limits, and both sides end and clean up together.
 */
import { runAsync, runBlocking } from '@isobar/connection';
import { getProvider } from '@isobar/core';
import { cleanUp, isCloudError, type Operation, operationsOf, parallel } from '@isobar/core/provider';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { startEmulator } from '@isobar/emulator';
import { type GoogleStorageOperations, googleStorage } from '@isobar/storage-google';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const [here, there] = await Promise.all([startEmulator(), startEmulator()]);
type Emulator = typeof here;
const size = 4 * 1024 * 1024;
const names = ['a', 'b', 'c'];

beforeAll(() => {
  const [from, to] = [here, there].map((emulator) => connectFlag(googleStorage, accountOf(emulator)));
  from?.createContainer('from');
  to?.createContainer('into');
  for (const object of names) from?.writeObject(object, 'from', object);
  from?.writeObject(new Uint8Array(size), 'from', 'big');
});
beforeEach(async () => {
  for (const { storage } of [here, there]) await fetch(`${storage}/_emulator/faults`, { method: 'DELETE' });
});
afterAll(() => Promise.all([here.close(), there.close()]));

function accountOf(emulator: Emulator) {
  const { accessKey: key, secret, storage: endpoint } = emulator;
  return { key, secret, endpoint, retry: false } as const;
}

/** Makes the requests with a method and path get no response. */
async function stall({ storage }: Emulator, method: string, path: string): Promise<void> {
  const faults = [{ service: 'storage', method, path, times: 9, fault: { kind: 'stall' } }];
  await fetch(`${storage}/_emulator/faults`, { method: 'POST', body: JSON.stringify(faults) });
}

type Options = ReturnType<typeof accountOf> & { maxConnections?: number; timeoutMs?: number };
type Run = (
  driver: object,
  operation: Operation<unknown>,
  options?: { method?: string; timeoutMs?: number },
) => unknown;

const openers: Record<string, { open: (options: Options) => object; run: Run }> = {
  'session, blocking': { open: (options) => connectSession(googleStorage, options), run: runBlocking },
  'session, async': { open: (options) => new AsyncSession(connectSession(googleStorage, options)), run: runAsync },
  'session of several, async': {
    open: (options) => new AsyncSession([connectSession(googleStorage, options)])[0],
    run: runAsync,
  },
  'mixin, blocking': { open: (options) => connectMixin(googleStorage, options), run: runBlocking },
  'mixin, async': { open: (options) => connectMixin(googleStorage, options), run: runAsync },
  'flag, blocking': { open: (options) => connectFlag(googleStorage, options), run: runBlocking },
  'flag, async': { open: (options) => connectFlag(googleStorage, { ...options, async: true }), run: runAsync },
};

/** The operations of any of these drivers. */
const operations = (driver: object): GoogleStorageOperations => operationsOf<GoogleStorageOperations>(driver);

/** The one operation of these tests: copies objects between two drivers, several at once. */
function* copyAll(source: object, target: object): Operation<string[]> {
  const [from, to] = [operations(source), operations(target)];
  function* copy(name: string): Operation<string> {
    const bytes = yield* from.readObject({ container: 'from', name });
    return (yield* to.writeObject(bytes, 'into', name)).name;
  }
  return yield* parallel(names.map(copy), 2);
}

describe.for(Object.entries(openers))('%s', ([name, { open, run }]) => {
  const both = (more: { source?: object; target?: object } = {}) => ({
    source: open({ ...accountOf(here), maxConnections: 1, ...more.source }),
    target: open({ ...accountOf(there), maxConnections: 3, ...more.target }),
  });
  const failureOf = async (given: () => unknown): Promise<unknown> => {
    try {
      await given();
    } catch (failure) {
      return failure;
    }
    throw new Error('it succeeded');
  };

  test('copies between two clouds', async () => {
    const { source, target } = both();
    expect(await run(source, copyAll(source, target))).toEqual(names);
    const written = operations(target).readObject({ container: 'into', name: 'c' });
    expect(Buffer.from((await run(target, written)) as Uint8Array).toString()).toBe('c');
  });

  test('lists and streams on the connection of the other driver', async () => {
    const { source, target } = both();
    const { downloadObjectAsStream, listContainerObjects } = operations(source);
    function* read(): Operation<unknown> {
      const reader = downloadObjectAsStream({ container: 'from', name: 'b' }).open();
      try {
        return [(yield* listContainerObjects('from')).map((object) => object.name), yield* reader.next()];
      } finally {
        yield* cleanUp(reader.close());
      }
    }
    expect(await run(target, read())).toEqual([[...names, 'big'].toSorted(), new Uint8Array(Buffer.from('b'))]);
  });

  test('has a pool of connections for each driver', async () => {
    const { source, target } = both({ target: { maxConnections: 1 } });
    const [from, to] = [operations(source), operations(target)];
    function* hold(): Operation<unknown> {
      const reader = from.downloadObjectAsStream({ container: 'from', name: 'big' }).open();
      try {
        yield* reader.next();
        // The source's only connection is held, that of the target is free.
        yield* to.writeObject('held', 'into', 'held');
        return yield* from.getObject('from', 'a', { timeoutMs: 300 });
      } finally {
        yield* cleanUp(reader.close());
      }
    }
    const failure = await failureOf(() => run(target, hold()));
    expect(failure).toMatchObject({ code: 'timeout', details: { operation: 'getObject' } });
    expect((failure as Error).message).toContain('all 1 connections are held by open streams');
  });

  test("ends a part within its own driver's timeout, and the operation may continue", async () => {
    const { source, target } = both({ target: { timeoutMs: 300 } });
    await stall(there, 'PUT', '/into/a');
    function* careful(): Operation<unknown> {
      try {
        return yield* copyAll(source, target);
      } catch (failure) {
        if (!isCloudError(failure, 'timeout')) throw failure;
        return [failure.details.operation, failure.message, (yield* operations(source).getObject('from', 'a')).name];
      }
    }
    const message = 'google-storage writeObject: the call did not end within its 300 ms';
    expect(await run(source, careful())).toEqual(['writeObject', message, 'a']);
  });

  test('cancels both sides, which clean up', async () => {
    const { source, target } = both();
    const [from, to] = [operations(source), operations(target)];
    await run(source, from.writeObject('draft', 'from', 'draft'));
    await run(target, to.writeObject('draft', 'into', 'draft'));
    await Promise.all([stall(here, 'GET', '/from/a'), stall(there, 'PUT', '/into/a')]);
    function* draft(service: GoogleStorageOperations, container: string, work: Operation<unknown>): Operation<unknown> {
      try {
        return yield* work;
      } finally {
        yield* cleanUp(service.deleteObject({ container, name: 'draft' }));
      }
    }
    const parts = () => [
      draft(from, 'from', from.readObject({ container: 'from', name: 'a' })),
      draft(to, 'into', to.writeObject('a', 'into', 'a')),
    ];
    const failure = await failureOf(() => run(source, parallel(parts(), 2), { method: 'copyAll', timeoutMs: 400 }));
    expect(failure).toMatchObject({ code: 'timeout', details: { operation: 'copyAll' } });
    for (const [driver, service, container] of [
      [source, from, 'from'],
      [target, to, 'into'],
    ] as const) {
      const gone = await failureOf(() => run(driver, service.getObject(container, 'draft')));
      expect(gone).toMatchObject({ code: 'not-found' });
    }
  });

  // A session of several drivers closes all of them.
  test.skipIf(name === 'session of several, async')('says which driver is closed', async () => {
    const { source, target } = both();
    await (target as { close(): unknown }).close();
    const details = { provider: 'google-storage', operation: 'writeObject' };
    const failure = await failureOf(() => run(source, copyAll(source, target)));
    expect(failure).toMatchObject({ code: 'session-closed', details });
    expect(await run(source, operations(source).getObject('from', 'a'))).toMatchObject({ name: 'a' });
  });

  test('hides what a driver carries', () => {
    const { source } = both();
    expect(Object.getOwnPropertySymbols({ ...source }).map(String)).not.toContain('Symbol(isobar.connection)');
    expect(JSON.stringify(source)).not.toContain('secret');
  });
});

describe('drivers that do not fit', () => {
  const blocking = () => connectFlag(googleStorage, accountOf(there));
  const awaited = () => connectFlag(googleStorage, { ...accountOf(here), async: true });
  const details = { provider: 'google-storage' };

  test('a blocking driver cannot take part in an awaited call', async () => {
    const source = awaited();
    await expect(runAsync(source, copyAll(source, blocking()))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('async: true'),
      details: { ...details, operation: 'writeObject' },
    });
  });

  test('an asynchronous driver cannot take part in a blocking call', () => {
    const source = blocking();
    const failing = () => runBlocking(source, copyAll(awaited(), source));
    expect(failing).toThrow(
      expect.objectContaining({ code: 'unsupported', details: { ...details, operation: 'readObject' } }),
    );
  });

  test('blocking drivers with different workers cannot take part in one call', () => {
    const source = connectFlag(googleStorage, accountOf(here));
    const target = connectFlag(googleStorage, { ...accountOf(there), worker: '/elsewhere/isobar-worker.mjs' });
    const message = expect.stringContaining('same option `worker`');
    expect(() => runBlocking(source, copyAll(source, target))).toThrow(
      expect.objectContaining({ code: 'unsupported', message, details: { ...details, operation: 'writeObject' } }),
    );
  });

  test('an operation cannot run in a kind that its driver does not have', async () => {
    const operation = copyAll(blocking(), blocking());
    expect(() => runBlocking(awaited(), operation)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    await expect(runAsync(blocking(), operation)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('anything but a driver is refused', async () => {
    const refusal = { code: 'invalid-argument', details: { field: 'driver' } };
    for (const value of [{}, undefined, await getProvider('google-storage')]) {
      expect(() => operationsOf(value as object)).toThrow(expect.objectContaining(refusal));
      expect(() => runBlocking(value as object, copyAll({}, {}))).toThrow(expect.objectContaining(refusal));
    }
  });
});
