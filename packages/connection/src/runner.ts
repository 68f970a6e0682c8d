/**
 * Runs a provider's operations in one kind: gives each call its timeout, drives the operation, and adds the provider and
 * method to every error. Drivers use runners; see `methods.ts`.
 */
import { type Cancellable, CloudError, type ListingOptions, type Operation } from '@isobar/core/provider';
import { BlockingCaller } from './blocking/caller.ts';
import { overlap } from './blocking/overlap.ts';
import { Call } from './call.ts';
import { driveAsync, driveBlocking, type PerformAsync, type PerformBlocking } from './drive.ts';
import type { CheckedOptions } from './options.ts';
import { parallelAsync } from './parallel.ts';
import { performStep } from './perform.ts';
import { Flights } from './share.ts';
import { type CalledMethod, located, traceOperation, traceOperationAsync } from './tracing.ts';
import { Transport } from './transport.ts';

/** Checked options of a call in either kind; see `option-names.ts`. */
export type AnyCallOptions = ListingOptions & Cancellable;

/** Runs operations while this thread blocks. */
export class BlockingRunner {
  readonly #options: CheckedOptions;
  readonly #caller: BlockingCaller;
  #isClosed = false;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#caller = new BlockingCaller(options.limits, options.worker);
  }

  run<Result>(trace: CalledMethod, operation: Operation<Result>, options: AnyCallOptions): Result {
    if (this.#isClosed) throw located(closed(), trace);
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
    // Outside of `parallel` no other operation can join: this thread is busy here.
    if (step.kind === 'share') return driveBlocking(step.operation, this.#perform, call);
    return this.#caller.perform(step, call);
  };
}

/** Runs operations while other code runs. */
export class AsyncRunner {
  readonly #options: CheckedOptions;
  readonly #transport: Transport;
  readonly #flights = new Flights();
  /** Number of running calls. */
  #running = 0;
  /** Called when the last running call has ended. */
  #drained: (() => void) | undefined;
  #isClosed = false;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#transport = new Transport(options.limits);
  }

  // Do not add another listener to a call's promise: V8 includes the caller in the stack only if it is the only one.
  async run<Result>(trace: CalledMethod, operation: Operation<Result>, options: AnyCallOptions): Promise<Result> {
    if (this.#isClosed) throw located(closed(), trace);
    const call = new Call(options.timeoutMs ?? this.#options.timeoutMs, trace, options.signal);
    this.#running += 1;
    try {
      // An operation without steps would not notice.
      if (call.failure) throw call.failure;
      return await traceOperationAsync(trace, () => driveAsync(operation, this.#perform, call));
    } catch (failure) {
      throw located(failure, trace);
    } finally {
      call.end();
      this.#running -= 1;
      if (this.#running === 0) this.#drained?.();
    }
  }

  /** Refuses new calls, waits for running calls, and closes the connections. */
  async drain(): Promise<void> {
    this.#isClosed = true;
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    await this.#transport.close();
  }

  /** Refuses new calls and ends running calls. */
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

function closed(): CloudError {
  return new CloudError('session-closed', 'the driver or session has been closed');
}
