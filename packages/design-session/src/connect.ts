/** Makes a blocking driver, and remembers what an asynchronous session needs to know of it. */
import {
  type BlockingDriverMembers,
  blockingDriver,
  type Connection,
  type ConnectionOptions,
  createConnection,
} from '@isobar/connection';
import { type AnyProvider, type Blocking, CloudError, type InputOf, type OperationsOf } from '@isobar/core';

declare const operationsOf: unique symbol;

/** Remembers a driver's operations in its type. There is nothing at run time. */
export interface Remembers<Operations> {
  readonly [operationsOf]?: Operations;
}

/** A driver whose methods block. Its type also remembers the operations, for the session around it. */
export type SessionDriver<Provider extends AnyProvider> = Blocking<OperationsOf<Provider>> &
  BlockingDriverMembers &
  Remembers<OperationsOf<Provider>>;

const connections = new WeakMap<object, Connection<unknown>>();

/**
 * Makes a driver. No exchange before its first call.
 *
 * @throws {CloudError} `invalid-argument` that names the option and the fix.
 */
export function connect<Provider extends AnyProvider>(
  provider: Provider,
  options: InputOf<Provider> & ConnectionOptions,
): SessionDriver<Provider> {
  const connection = createConnection(provider, options);
  const driver = blockingDriver(connection);
  connections.set(driver, connection);
  return driver;
}

/** The connection behind a driver of this design. */
export function connectionOf(driver: object): Connection<unknown> {
  const connection = connections.get(driver);
  if (!connection) {
    const message = '`driver` must be what connect() of @isobar/design-session returned';
    throw new CloudError('invalid-argument', message, { field: 'driver', operation: 'AsyncSession' });
  }
  return connection;
}
