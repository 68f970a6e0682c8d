/** What `connect` of every design begins with: checked options, a provider's operations, and runners when asked for. */

import type { Async, Blocking } from '@isobar/core';
import {
  type AnyProvider,
  describe,
  type InputOf,
  invalidArgument,
  type OperationsOf,
  type ProviderInfo,
} from '@isobar/core/provider';
import { warningRunner } from './blocking-warnings.ts';
import { asyncMethods, blockingMethods, type OperationTable, type OptionTable } from './methods.ts';
import { type CheckedOptions, type ConnectionOptions, checkOptions } from './options.ts';
import { AsyncRunner, BlockingRunner } from './runner.ts';

/** What every blocking driver has besides its methods. */
export interface BlockingDriverMembers extends Disposable {
  /** Id, name and capabilities of the provider. */
  readonly provider: ProviderInfo;
  /** Closes the connections; later calls throw `session-closed`. A program that forgets it still ends. */
  close(): void;
}

/** What every asynchronous driver has besides its methods. */
export interface AsyncDriverMembers extends AsyncDisposable {
  /** Id, name and capabilities of the provider. */
  readonly provider: ProviderInfo;
  /** Closes the connections, also those in use; later calls throw `session-closed`. A program that forgets it still ends. */
  close(): Promise<void>;
}

/** A provider with checked options, not yet in any kind. Nothing is opened before the first call. */
export interface Connection<Operations> {
  readonly provider: ProviderInfo;
  readonly operations: Operations;
  readonly options: CheckedOptions;
  /** The names of the options of methods, where the provider tells them. */
  readonly callOptions: OptionTable;
}

/** An asynchronous kind of a connection that a design makes a driver of. */
export interface AsyncMethods<Operations> {
  readonly methods: Async<Operations>;
  /** Refuses new calls, waits for those under way, then closes. */
  drain(): Promise<void>;
  /** Refuses new calls and ends those under way. */
  close(): Promise<void>;
}

/** A blocking kind of a connection that a design makes a driver of. */
export interface BlockingMethods<Operations> {
  readonly methods: Blocking<Operations>;
  close(): void;
}

/**
 * Checks a provider and its options, and makes its operations. No I/O.
 *
 * @param flags Names of the design's own options, each of which is true, false or absent; see {@link Connection.options}.
 * @throws {CloudError} `invalid-argument` that names the option and the fix.
 */
export function createConnection<Provider extends AnyProvider>(
  provider: Provider,
  input: InputOf<Provider> & ConnectionOptions,
  flags: readonly string[] = [],
): Connection<OperationsOf<Provider>> {
  checkProvider(provider);
  const options = checkOptions(provider, input, flags);
  const { id, name, website, capabilities, callOptions = {} } = provider;
  return {
    provider: { id, name, website, capabilities },
    operations: provider.operations(options.providerOptions, { retry: options.retry }),
    options,
    callOptions,
  };
}

/** Refuses what is no provider, with what to write in its place. */
function checkProvider(provider: unknown): asserts provider is AnyProvider {
  const { id, operations, options } = (provider ?? {}) as Partial<AnyProvider>;
  if (typeof id === 'string' && typeof operations === 'function' && typeof options?.safeParse === 'function') return;
  const isPromise = typeof (provider as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
  const problem = isPromise
    ? 'is a promise: await it, as in connect(await getProvider(id), { … })'
    : typeof provider === 'string'
      ? "must be a provider, not a string; of an id make one: connect(await getProvider('google-storage'), { … })"
      : `must be a provider, such as googleStorage of @isobar/storage-google, not ${describe(provider)}`;
  throw invalidArgument('provider', problem, { operation: 'connect' });
}

/** The blocking methods of a connection. */
export function blockingMethodsOf<Operations>(connection: Connection<Operations>): BlockingMethods<Operations> {
  const { callOptions, operations, options, provider } = connection;
  const runner = new BlockingRunner(options);
  const { warnBlockingMs } = options;
  const reporting = warnBlockingMs > 0 ? warningRunner(runner, warnBlockingMs) : runner;
  const methods = blockingMethods(operations as OperationTable, reporting, provider.id, callOptions);
  return { methods: methods as Blocking<Operations>, close: () => runner.close() };
}

/** The asynchronous methods of a connection. */
export function asyncMethodsOf<Operations>(connection: Connection<Operations>): AsyncMethods<Operations> {
  const { callOptions, operations, options, provider } = connection;
  const runner = new AsyncRunner(options);
  const methods = asyncMethods(operations as OperationTable, runner, provider.id, callOptions);
  return { methods: methods as Async<Operations>, drain: () => runner.drain(), close: () => runner.close() };
}

/** A driver that blocks. */
export function blockingDriver<Operations>(
  connection: Connection<Operations>,
): Blocking<Operations> & BlockingDriverMembers {
  const { methods, close } = blockingMethodsOf(connection);
  return Object.assign(methods, { provider: connection.provider, close, [Symbol.dispose]: close });
}

/** A driver that is awaited. */
export function asyncDriver<Operations>(connection: Connection<Operations>): Async<Operations> & AsyncDriverMembers {
  const { methods, close } = asyncMethodsOf(connection);
  return Object.assign(methods, { provider: connection.provider, close, [Symbol.asyncDispose]: close });
}
