/** The base of `connect` in every design: checks the options, makes the provider's operations, and makes drivers. */
import type { Async, Blocking } from '@isobar/core';
import {
  type AnyProvider,
  connectionKey,
  describe,
  type InputOf,
  invalidArgument,
  isProvider,
  type Method,
  type OperationsOf,
  type ProviderInfo,
  type WithOperations,
} from '@isobar/core/provider';
import { warningRunner } from './blocking-warnings.ts';
import type { DriverHandle } from './calls/driver-call.ts';
import { AsyncRunner, BlockingRunner } from './calls/runner.ts';
import { asyncMethods, blockingMethods, connectedOperations } from './methods.ts';
import { type CheckedOptions, type ConnectionOptions, checkOptions } from './options.ts';

/** The members of every blocking driver besides its methods. */
export interface BlockingDriverMembers<Operations = unknown> extends Disposable, WithOperations<Operations> {
  /** Id, name and capabilities of the provider. */
  readonly provider: ProviderInfo;
  /** Closes the connections; later calls throw `session-closed`. A program also exits without it. */
  close(): void;
}

/** The members of every asynchronous driver besides its methods. */
export interface AsyncDriverMembers<Operations = unknown> extends AsyncDisposable, WithOperations<Operations> {
  /** Id, name and capabilities of the provider. */
  readonly provider: ProviderInfo;
  /** Closes all connections, even those in use; later calls throw `session-closed`. A program also exits without it. */
  close(): Promise<void>;
}

/** A provider's operations and checked options, from which drivers of both kinds are made. Opens nothing. */
export interface Connection<Operations> {
  readonly provider: ProviderInfo;
  readonly operations: Operations;
  readonly options: CheckedOptions;
  /** The provider's table of its methods. */
  readonly methods: Readonly<Record<string, Method>>;
}

/** What runs the operations of a driver, see {@link markDriver}. */
interface Runners {
  readonly blocking?: object;
  readonly async?: object;
}

/** The asynchronous methods of a connection, from which a design makes a driver. */
export interface AsyncMethods<Operations> {
  readonly methods: Async<Operations>;
  readonly runners: Runners;
  /** Refuses new calls, waits for running calls, then closes. */
  drain(): Promise<void>;
  /** Refuses new calls and ends running calls. */
  close(): Promise<void>;
}

/** The blocking methods of a connection, from which a design makes a driver. */
export interface BlockingMethods<Operations> {
  readonly methods: Blocking<Operations>;
  readonly runners: Runners;
  close(): void;
}

/**
 * Checks a provider and its options, and makes its operations. No I/O.
 *
 * @param flags Names of the design's own boolean options; see {@link Connection.options}.
 * @throws {CloudError} `invalid-argument` that names the option and what is allowed.
 */
export function createConnection<Provider extends AnyProvider>(
  provider: Provider,
  input: InputOf<Provider> & ConnectionOptions,
  flags: readonly string[] = [],
): Connection<OperationsOf<Provider>> {
  checkProvider(provider);
  const options = checkOptions(provider, input, flags);
  const { id, name, website, capabilities, methods } = provider;
  return {
    provider: { id, name, website, capabilities },
    operations: provider.operations(options.providerOptions, { retry: options.retry }) as OperationsOf<Provider>,
    options,
    methods,
  };
}

/** Refuses a value that is not a provider, and says what to write instead. */
function checkProvider(provider: unknown): asserts provider is AnyProvider {
  if (isProvider(provider)) return;
  const isPromise = typeof (provider as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
  const problem = isPromise
    ? 'is a promise: await it, as in connect(await getProvider(id), { … })'
    : typeof provider === 'string'
      ? "must be a provider, not a string; to use an id: connect(await getProvider('google-storage'), { … })"
      : `must be a provider, such as googleStorage of @isobar/storage-google, not ${describe(provider)}`;
  throw invalidArgument('provider', problem, { operation: 'connect' });
}

/** Makes the blocking methods of a connection. */
export function blockingMethodsOf<Operations>(connection: Connection<Operations>): BlockingMethods<Operations> {
  const { options } = connection;
  const runner = new BlockingRunner(options);
  const { warnBlockingMs } = options;
  const reporting = warnBlockingMs > 0 ? warningRunner(runner, warnBlockingMs) : runner;
  const methods = blockingMethods(connection, reporting);
  return { methods: methods as Blocking<Operations>, runners: { blocking: runner }, close: () => runner.close() };
}

/** Makes the asynchronous methods of a connection. */
export function asyncMethodsOf<Operations>(connection: Connection<Operations>): AsyncMethods<Operations> {
  const runner = new AsyncRunner(connection.options);
  const methods = asyncMethods(connection, runner);
  return {
    methods: methods as Async<Operations>,
    runners: { async: runner },
    drain: () => runner.drain(),
    close: () => runner.close(),
  };
}

/** Marks a driver, so that `operationsOf`, `runBlocking` and `runAsync` accept it. Each design marks its drivers. */
export function markDriver<Driver extends object>(
  driver: Driver,
  connection: Connection<unknown>,
  runners: Runners,
): Driver {
  let made: unknown;
  const handle: DriverHandle = {
    // Opaque outside of this package, so that its declarations need no types of a platform.
    ...(runners as Pick<DriverHandle, 'blocking' | 'async'>),
    provider: connection.provider.id,
    operations: () => (made ??= connectedOperations(connection, handle)),
    methods({ id, methods, operations }) {
      const source = { provider: { id }, operations, methods: methods as Readonly<Record<string, Method>> };
      const { async, blocking } = handle;
      if (blocking) return blockingMethods(source, blocking);
      return asyncMethods(source, async as AsyncRunner);
    },
  };
  // Not enumerable, so that it is neither copied nor logged.
  return Object.defineProperty(driver, connectionKey, { value: handle });
}

/** Makes a blocking driver. */
export function blockingDriver<Operations>(
  connection: Connection<Operations>,
): Blocking<Operations> & BlockingDriverMembers<Operations> {
  const { methods, runners, close } = blockingMethodsOf(connection);
  const driver = Object.assign(methods, { provider: connection.provider, close, [Symbol.dispose]: close });
  return markDriver(driver, connection, runners);
}

/** Makes an asynchronous driver. */
export function asyncDriver<Operations>(
  connection: Connection<Operations>,
): Async<Operations> & AsyncDriverMembers<Operations> {
  const { methods, runners, close } = asyncMethodsOf(connection);
  const driver = Object.assign(methods, { provider: connection.provider, close, [Symbol.asyncDispose]: close });
  return markDriver(driver, connection, runners);
}
