/** Makes a driver whose methods all have the colour that its options ask for. */
import {
  type AsyncFace,
  asyncFace,
  type BlockingFace,
  blockingFace,
  type ConnectionOptions,
  openConnection,
} from '@isobar/connection';
import type { AnyProvider, Flagged, InputOf, OperationsOf } from '@isobar/core';

/** Options of {@link connect} besides the provider's own. */
export interface FlagOptions extends ConnectionOptions {
  /** True: every method returns a promise or an async iterable. Absent or false: every method blocks. */
  readonly async?: boolean;
}

/** A driver of a colour. When the flag is a plain `boolean` it is the union of both, to be told apart by the caller. */
export type FlagDriver<Provider extends AnyProvider, IsAsync extends boolean> = Flagged<
  OperationsOf<Provider>,
  IsAsync
> &
  (IsAsync extends true ? AsyncFace : BlockingFace);

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
  const connection = openConnection(provider, options, ['async']);
  const isAsync = connection.options.flags.has('async');
  return (isAsync ? asyncFace(connection) : blockingFace(connection)) as FlagDriver<Provider, boolean>;
}
