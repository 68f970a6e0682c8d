/** Creates a blocking driver and keeps its connection, which an async session needs. */
import {
  type BlockingDriverMembers,
  blockingDriver,
  type Connection,
  type ConnectionOptions,
  createConnection,
} from '@isobar/connection';
import { type AnyProvider, type Blocking, CloudError, type InputOf, type OperationsOf } from '@isobar/core';

declare const inSessions: unique symbol;

/** Says in a driver's type that sessions take it. Nothing exists at run time. */
export interface ForSessions<Operations> {
  readonly [inSessions]?: Operations;
}

/** A driver whose methods block. Its type also carries the operations, from which a session derives its own methods. */
export type SessionDriver<Provider extends AnyProvider> = Blocking<OperationsOf<Provider>> &
  BlockingDriverMembers<OperationsOf<Provider>> &
  ForSessions<OperationsOf<Provider>>;

const connections = new WeakMap<object, Connection<unknown>>();

/**
 * Creates a driver. No exchange.
 *
 * @throws {CloudError} `invalid-argument`; the message names the option and the fix.
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
