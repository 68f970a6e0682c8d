/**
 * Runs a provider's operations in one colour: gives each call its limits, drives it, and says in every error which
 * method of which provider failed. Faces are made of runners; see `face.ts`.
 */
import {
  type Cancellable,
  CloudError,
  describe,
  invalidArgument,
  type ListingOptions,
  type Operation,
} from '@isobar/core/provider';
import { BlockingCaller } from './blocking/caller.ts';
import { overlap } from './blocking/overlap.ts';
import { Call } from './call.ts';
import { driveAsync, driveBlocking, type PerformAsync, type PerformBlocking } from './drive.ts';
import type { CheckedOptions } from './options.ts';
import { parallelAsync } from './parallel.ts';
import { performStep } from './perform.ts';
import { Flights } from './share.ts';
import { located, type OperationTrace, traceOperation, traceOperationAsync } from './tracing.ts';
import { Transport } from './transport.ts';

/** Options of a call in either colour. */
export type AnyCallOptions = ListingOptions & Cancellable;

/** Runs operations while this thread waits. */
export class BlockingRunner {
  readonly #options: CheckedOptions;
  readonly #caller: BlockingCaller;
  #isClosed = false;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#caller = new BlockingCaller(options.limits);
  }

  run<Result>(trace: OperationTrace, operation: Operation<Result>, options: AnyCallOptions): Result {
    const refused = refusal(this.#isClosed, options) ?? signalRefusal(options);
    if (refused) throw located(refused, trace);
    const call = new Call(options.timeoutMs ?? this.#options.timeoutMs, trace);
    try {
      return traceOperation(trace, () => driveBlocking(operation, this.#perform, call));
    } catch (failure) {
      throw located(failure, trace);
    } finally {
      call.end();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#caller.close();
  }

  readonly #perform: PerformBlocking = (step, call) => {
    if (step.kind === 'parallel') return overlap(step.operations, step.limit, this.#caller, call);
    // Nobody else can ask meanwhile: the thread is here.
    if (step.kind === 'share') return driveBlocking(step.operation, this.#perform, call);
    return this.#caller.perform(step, call);
  };
}

/** Runs operations while other code runs. */
export class AsyncRunner {
  readonly #options: CheckedOptions;
  readonly #transport: Transport;
  readonly #flights = new Flights();
  /** Calls under way. */
  #running = 0;
  /** Told when the last of them has ended. */
  #drained: (() => void) | undefined;
  #isClosed = false;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#transport = new Transport(options.limits);
  }

  // Nothing else may listen to the promise of a call: V8 shows the caller in a stack only when it alone awaits.
  async run<Result>(trace: OperationTrace, operation: Operation<Result>, options: AnyCallOptions): Promise<Result> {
    const refused = refusal(this.#isClosed, options);
    if (refused) throw located(refused, trace);
    const call = new Call(options.timeoutMs ?? this.#options.timeoutMs, trace, options.signal);
    this.#running += 1;
    try {
      return await traceOperationAsync(trace, () => driveAsync(operation, this.#perform, call));
    } catch (failure) {
      throw located(failure, trace);
    } finally {
      call.end();
      this.#running -= 1;
      if (this.#running === 0) this.#drained?.();
    }
  }

  /** Refuses new calls, waits for those under way, and closes the connections. */
  async drain(): Promise<void> {
    this.#isClosed = true;
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    await this.#transport.close();
  }

  /** Refuses new calls and ends those under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#transport.close();
  }

  readonly #perform: PerformAsync = (step, call) => {
    if (step.kind === 'parallel') return parallelAsync(step.operations, step.limit, this.#perform, call);
    if (step.kind === 'share') return this.#flights.join(step.owner, step.operation, this.#perform, call);
    return performStep(step, call, this.#transport);
  };
}

/** Why a call is not even begun. The compiler sees most of it too, but not in plain JavaScript. */
function refusal(isClosed: boolean, { signal, timeoutMs }: AnyCallOptions): CloudError | undefined {
  if (isClosed) return new CloudError('session-closed', 'the driver or session has been closed');
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
    return invalidArgument(
      'timeoutMs',
      `must be a number of milliseconds from 0 (no limit), not ${describe(timeoutMs)}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    return invalidArgument('signal', `must be an AbortSignal, not ${describe(signal)}`);
  }
  return undefined;
}

function signalRefusal({ signal }: AnyCallOptions): CloudError | undefined {
  if (signal === undefined) return undefined;
  return invalidArgument('signal', 'cannot be seen to fire by a thread that is blocked; use timeoutMs');
}
