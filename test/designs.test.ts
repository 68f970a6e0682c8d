/**
 * That the methods of all designs are the operations of the provider, and what only one design does: sessions around
 * drivers, both kinds on one driver. What else all designs do is in the design part of the kit and in the parity tests.
 */
import { testCompute } from '@isobar/compute-test';
import { testServerAt } from '@isobar/conformance';
import { type AnyProvider, defaultRetryPolicy, type InputOf } from '@isobar/core/provider';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

const emulator = await startEmulator();
const { faults } = testServerAt(emulator.compute, 'compute');
const compute = { key: emulator.user, secret: emulator.password, endpoint: emulator.compute };
const storage = { key: emulator.accessKey, secret: emulator.secret, endpoint: emulator.storage };
afterEach(() => faults.clear());
afterAll(() => emulator.close());

const closed = { code: 'session-closed' };

/** A call that is answered late, so that it is under way. */
async function underWay<Result>(call: () => Promise<Result>): Promise<{ readonly result: Promise<Result> }> {
  await faults.inject({ kind: 'delay', ms: 200 });
  const result = call();
  result.catch(() => {}); // it is awaited later
  return { result };
}

/** Names of a driver's methods, without those that close it. */
function methodsOf(driver: object): string[] {
  const methods = Object.keys(driver).filter((name) => typeof Reflect.get(driver, name) === 'function');
  return methods.filter((name) => !['close', 'closeAsync'].includes(name)).toSorted();
}

/** Names of a provider's operations. */
function operationsOf<Provider extends AnyProvider>(provider: Provider, account: InputOf<Provider>): string[] {
  const checked = provider.options.safeParse(account);
  if (!checked.success) throw new Error('these options are wrong');
  return methodsOf(provider.operations(checked.data, { retry: defaultRetryPolicy }) as object);
}

function hasMethodsOf<Provider extends AnyProvider>(provider: Provider, account: InputOf<Provider>): void {
  const names = operationsOf(provider, account);
  expect(names.length).toBeGreaterThan(20);
  const driver = connectSession(provider, account);
  expect(methodsOf(driver)).toEqual(names);
  expect(methodsOf(new AsyncSession(driver))).toEqual(names);
  expect(methodsOf(connectFlag(provider, { ...account, async: false }))).toEqual(names);
  expect(methodsOf(connectFlag(provider, { ...account, async: true }))).toEqual(names);
  const both = [...names, ...names.map((name) => `${name}Async`)].toSorted();
  expect(methodsOf(connectMixin(provider, account))).toEqual(both);
}

describe('sources that drift apart: every design and kind has the operations of a provider, and no others', () => {
  test('storage', () => hasMethodsOf(googleStorage, storage));
  test('compute', () => hasMethodsOf(testCompute, compute));
});

describe('a session', () => {
  test('waits for the call under way when it is closed, refuses further ones at once, and leaves its driver open', async () => {
    const driver = connectSession(testCompute, compute);
    const session = new AsyncSession(driver);
    const { result } = await underWay(() => session.listNodes());
    const order: string[] = [];
    const called = result.then(() => order.push('call'));
    const ended = session.close().then(() => order.push('close'));
    await expect(session.listNodes()).rejects.toMatchObject(closed);
    await Promise.all([called, ended]);
    expect(order).toEqual(['call', 'close']);
    expect(driver.listNodes()).toEqual(await result);
  });

  test('is closed at the end of its block, in which its driver blocks as before', async () => {
    const driver = connectSession(testCompute, compute);
    let left: { listNodes(): Promise<unknown> };
    {
      await using session = new AsyncSession(driver);
      left = session;
      const { result } = await underWay(() => session.listNodes());
      const blocking = driver.listNodes();
      expect(await result).toEqual(blocking);
    }
    await expect(left.listNodes()).rejects.toMatchObject(closed);
    expect(driver.listNodes().length).toBeGreaterThan(0);
  });

  test('of several drivers gives each its own methods, and closes them together', async () => {
    const session = new AsyncSession([connectSession(testCompute, compute), connectSession(googleStorage, storage)]);
    const [nodes, objects] = session;
    expect(await Promise.all([nodes.listSizes(), objects.listContainers()])).toEqual([expect.any(Array), []]);
    await session.close();
    await expect(nodes.listSizes()).rejects.toMatchObject(closed);
    await expect(objects.listContainers()).rejects.toMatchObject(closed);
  });

  test.for([
    ['a driver of another design', connectMixin(testCompute, compute)],
    ['no driver', {}],
  ] as const)('is refused around %s', ([, driver]) => {
    const refused = { code: 'invalid-argument', details: { field: 'driver', operation: 'AsyncSession' } };
    expect(() => new AsyncSession(driver as never)).toThrow(expect.objectContaining(refused));
  });
});

describe('a driver of both kinds', () => {
  test.for([
    ['close', (driver: Mixin) => driver.close()],
    ['closeAsync', (driver: Mixin) => driver.closeAsync()],
    ['Symbol.dispose', (driver: Mixin) => driver[Symbol.dispose]()],
    ['Symbol.asyncDispose', (driver: Mixin) => driver[Symbol.asyncDispose]()],
  ] as const)('refuses calls of both kinds as soon as it is ended by %s', async ([, end]) => {
    const driver = connectMixin(testCompute, compute);
    driver.listNodes();
    await driver.listNodesAsync();
    const ended = end(driver);
    expect(() => driver.listNodes()).toThrow(expect.objectContaining(closed));
    await expect(driver.listNodesAsync()).rejects.toMatchObject(closed);
    await ended;
  });
});

type Mixin = ReturnType<typeof connectMixin<typeof testCompute>>;
