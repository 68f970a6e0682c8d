/** Creates a driver that has every method twice, blocking and async. */
import {
  type AsyncDriverMembers,
  asyncMethodsOf,
  type BlockingDriverMembers,
  blockingMethodsOf,
  type ConnectionOptions,
  createConnection,
  markDriver,
} from '@isobar/connection';
import {
  type AnyProvider,
  type AsyncDriver,
  type AsyncSuffixed,
  type Blocking,
  CloudError,
  type InputOf,
  type OperationsOf,
} from '@isobar/core';
import type { WithOperations } from '@isobar/core/provider';

/** A driver with blocking methods, and async methods whose names end in `Async`. */
export type MixinDriver<Provider extends AnyProvider> = Blocking<OperationsOf<Provider>> &
  AsyncSuffixed<OperationsOf<Provider>> &
  BlockingDriverMembers<OperationsOf<Provider>> &
  Pick<AsyncDriverMembers, typeof Symbol.asyncDispose> & {
    /** Closes the connections of both kinds; later calls throw `session-closed`. */
    closeAsync(): Promise<void>;
  };

/**
 * Creates a driver. No exchange. Each kind opens its connections on first use.
 *
 * @throws {CloudError} `invalid-argument`; the message names the option and the fix.
 */
export function connect<Provider extends AnyProvider>(
  provider: Provider,
  options: InputOf<Provider> & ConnectionOptions,
): MixinDriver<Provider> {
  const connection = createConnection(provider, options);
  const blocking = blockingMethodsOf(connection);
  const asynchronous = asyncMethodsOf(connection);
  const closeAsync = async (): Promise<void> => {
    blocking.close();
    await asynchronous.close();
  };
  const close = (): void => {
    blocking.close();
    // Later calls fail at once. Open connections close in the background, because `close()` cannot await them.
    asynchronous.close().catch(() => {});
  };
  const driver = {
    ...blocking.methods,
    ...withSuffix(asynchronous.methods),
    provider: connection.provider,
    close,
    closeAsync,
    [Symbol.dispose]: close,
    [Symbol.asyncDispose]: closeAsync,
  };
  const members = { ...asynchronous.methods, provider: connection.provider };
  halves.set(driver, markDriver(members, connection, asynchronous.runners));
  const runners = { ...blocking.runners, ...asynchronous.runners };
  return markDriver(driver, connection, runners) as unknown as MixinDriver<Provider>;
}

/** The asynchronous methods of each driver, by their plain names. */
const halves = new WeakMap<object, object>();

/**
 * The asynchronous half of a driver, with the methods' plain names, for functions that take any asynchronous driver. It uses
 * the driver's connections, and is closed with it.
 *
 * @throws {CloudError} `invalid-argument` for anything but a driver of this design.
 *
 * @example
 * async function countObjects(driver: AsyncStorageDriver): Promise<number> { … }
 * await countObjects(asyncOf(driver));
 */
export function asyncOf<Operations>(driver: WithOperations<Operations>): AsyncDriver<Operations> {
  const half = halves.get(driver);
  if (half) return half as AsyncDriver<Operations>;
  const message = '`driver` must be what connect() of @isobar/design-mixin returned';
  throw new CloudError('invalid-argument', message, { field: 'driver', operation: 'asyncOf' });
}

function withSuffix(methods: object): Record<string, unknown> {
  const functions = Object.entries(methods).filter(([, member]) => typeof member === 'function');
  return Object.fromEntries(functions.map(([name, member]) => [`${name}Async`, member]));
}
