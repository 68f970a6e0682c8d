/**
 * Calls of methods of a driver as parts of an operation that may run on another driver, through the flow step `on`.
 * Drivers carry a {@link DriverHandle} under a symbol, which `operationsOf` of core and `run.ts` find.
 */
import {
  CloudError,
  connectionKey,
  invalidArgument,
  type Operation,
  type OwnOperations,
  type Performer,
  type Place,
  type Task,
} from '@isobar/core/provider';
import type { CalledMethod } from '../tracing.ts';
import type { AnyCallOptions, Call } from './call.ts';

/** What a driver carries. A driver of one kind has one runner. */
export interface DriverHandle {
  /** The id of its provider. */
  readonly provider: string;
  /** The driver's operations, each of which runs on the driver's connection. */
  operations(): unknown;
  /** Methods of other operations, which run on the driver's connection. */
  methods(own: OwnOperations<object>): object;
  readonly blocking?: {
    run<Result>(trace: CalledMethod, operation: Operation<Result>, options: AnyCallOptions): Result;
    enter(trace: CalledMethod, options: AnyCallOptions, scope: Call, first: FirstPerformer): Place;
  };
  readonly async?: {
    run<Result>(trace: CalledMethod, operation: Operation<Result>, options: AnyCallOptions): Promise<Result>;
    enter(trace: CalledMethod, options: AnyCallOptions, scope: Call): Place;
  };
}

/** Performs the steps of the connection that a blocking call was made on. */
export interface FirstPerformer extends Performer {
  readonly caller: unknown;
  /** The tasks of groups that wait for the worker, by step number. */
  readonly waiting: Map<number, Task>;
}

/** The handle of a driver. */
export function handleOf(driver: unknown): DriverHandle {
  const handle = (driver as { [connectionKey]?: DriverHandle } | null | undefined)?.[connectionKey];
  if (handle) return handle;
  throw invalidArgument('driver', 'must be a driver, as connect() or an AsyncSession returns it');
}

/** One call of a method on a driver. */
export class DriverCall {
  readonly #handle: DriverHandle;
  readonly #method: CalledMethod;
  readonly #options: AnyCallOptions;

  constructor(handle: DriverHandle, method: CalledMethod, options: AnyCallOptions) {
    this.#handle = handle;
    this.#method = method;
    this.#options = options;
  }

  /** The call that an `on` step holds. */
  static of(driver: object): DriverCall {
    if (driver instanceof DriverCall) return driver;
    throw new CloudError(
      'unsupported',
      'the drivers were made by different copies of @isobar/connection, which cannot work together; install one version',
    );
  }

  /** The place of the operation inside an asynchronous call. */
  enterAsync(scope: Call): Place {
    const { async } = this.#handle;
    if (async) return async.enter(this.#method, this.#options, scope);
    throw new CloudError(
      'unsupported',
      'this driver blocks, so it cannot take part in an awaited call; use an asynchronous driver (async: true, or an AsyncSession)',
    );
  }

  /** The place of the operation inside a blocking call. */
  enterBlocking(scope: Call, performer: FirstPerformer): Place {
    const { blocking } = this.#handle;
    if (blocking) return blocking.enter(this.#method, this.#options, scope, performer);
    throw new CloudError(
      'unsupported',
      'this driver is asynchronous, so it cannot take part in a blocking call; use a blocking driver, or await the whole call',
    );
  }
}
