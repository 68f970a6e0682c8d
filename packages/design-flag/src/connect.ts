/** Creates a driver of one kind, blocking or async, as the `async` option says. */
import {
  type AsyncDriverMembers,
  asyncDriver,
  type BlockingDriverMembers,
  blockingDriver,
  type ConnectionOptions,
  createConnection,
} from '@isobar/connection';
import type { AnyProvider, Flagged, InputOf, OperationsOf } from '@isobar/core';

/** Options of {@link connect} besides the provider's own. */
export interface FlagOptions extends ConnectionOptions {
  /** True: every method returns a promise or an async iterable. Absent or false: every method blocks. */
  readonly async?: boolean;
}

/** A driver of one kind. When the flag is typed `boolean`, it is the union of both kinds, which the caller has to narrow. */
export type FlagDriver<Provider extends AnyProvider, IsAsync extends boolean> = Flagged<
  OperationsOf<Provider>,
  IsAsync
> &
  (IsAsync extends true ? AsyncDriverMembers<OperationsOf<Provider>> : BlockingDriverMembers<OperationsOf<Provider>>);

/**
 * Creates a driver. No exchange.
 *
 * @param options The options of the provider and of the connection, and `async`.
 * @throws {CloudError} `invalid-argument`; the message names the option and the fix.
 */
export function connect<Provider extends AnyProvider>(
  provider: Provider,
  options: InputOf<Provider> & FlagOptions & { readonly async: true },
): FlagDriver<Provider, true>;
export function connect<Provider extends AnyProvider>(
  provider: Provider,
  options: InputOf<Provider> & FlagOptions & { readonly async?: false },
): FlagDriver<Provider, false>;
export function connect<Provider extends AnyProvider>(
  provider: Provider,
  options: InputOf<Provider> & FlagOptions,
): FlagDriver<Provider, boolean>;
export function connect<Provider extends AnyProvider>(
  provider: Provider,
  options: InputOf<Provider> & FlagOptions,
): FlagDriver<Provider, boolean> {
  const connection = createConnection(provider, options, ['async']);
  const isAsync = connection.options.flags.has('async');
  return (isAsync ? asyncDriver(connection) : blockingDriver(connection)) as FlagDriver<Provider, boolean>;
}
