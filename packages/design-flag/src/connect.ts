/** Makes a driver whose methods all have the kind that its options ask for. */
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

/** A driver of a kind. When the flag is a plain `boolean` it is the union of both, to be told apart by the caller. */
export type FlagDriver<Provider extends AnyProvider, IsAsync extends boolean> = Flagged<
  OperationsOf<Provider>,
  IsAsync
> &
  (IsAsync extends true ? AsyncDriverMembers : BlockingDriverMembers);

/**
 * Makes a driver. No exchange before its first call.
 *
 * @param options The provider's options, those of the connection, and `async`.
 * @throws {CloudError} `invalid-argument` that names the option and the fix.
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
