/**
 * Runs a provider's operations in one kind: gives each call its timeout, drives the operation, and adds the provider and
 * method to every error. Drivers use runners; see `methods.ts`.
 */
import { CloudError, makeTask, type Operation, type Place } from '@isobar/core/provider';
import { BlockingCaller } from '../blocking/caller.ts';
import { Transport } from '../http/transport.ts';
import type { CheckedOptions } from '../options.ts';
import { performStep } from '../steps/perform.ts';
import { type CalledMethod, located, operationTraces, traceOperation, traceOperationAsync } from '../tracing.ts';
import { type AnyCallOptions, Call } from './call.ts';
import { type AsyncPerformer, asyncPerformer, BlockingPerformer, driveBlocking } from './drive.ts';
import type { FirstPerformer } from './driver-call.ts';

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
      if (operationTraces.hasSubscribers === false) return driveBlocking(operation, this.#caller, call);
      return traceOperation(trace, () => driveBlocking(operation, this.#caller, call));
    } catch (failure) {
      throw located(failure, trace);
    } finally {
      call.end();
    }
  }

  /**
   * The place of an operation that is a part of a blocking call of any driver.
   *
   * @throws {CloudError} `session-closed`; `unsupported` when the drivers have different workers.
   */
  enter(trace: CalledMethod, { timeoutMs }: AnyCallOptions, scope: Call, performer: FirstPerformer): Place {
    if (this.#isClosed) throw closed();
    if (!this.#caller.sharesWorkerWith(performer.caller)) {
      const message = 'a blocking call waits for one worker, but the drivers have different ones';
      throw new CloudError(
        'unsupported',
        `${message}; connect both with the same option \`worker\`, or use async ones`,
      );
    }
    return {
      performer: new BlockingPerformer(this.#caller, performer),
      scope: new Call(timeoutMs ?? this.#options.timeoutMs, trace, undefined, scope),
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#caller.close();
  }
}

/** Runs operations while other code runs. */
export class AsyncRunner {
  readonly #options: CheckedOptions;
  readonly #transport: Transport;
  readonly #performer: AsyncPerformer;
  /** Number of running calls. */
  #running = 0;
  /** Called when the last running call has ended. */
  #drained: (() => void) | undefined;
  #isClosed = false;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#transport = new Transport(options.limits);
    this.#performer = asyncPerformer(performStep, this.#transport);
  }

  // Do not add another listener to a call's promise: V8 includes the caller in the stack only if it is the only one.
  async run<Result>(trace: CalledMethod, operation: Operation<Result>, options: AnyCallOptions): Promise<Result> {
    if (this.#isClosed) throw located(closed(), trace);
    const call = new Call(options.timeoutMs ?? this.#options.timeoutMs, trace, options.signal);
    this.#running += 1;
    try {
      // An operation without steps would not notice.
      if (call.failure) throw call.failure;
      const task = makeTask(operation, this.#performer, call);
      if (operationTraces.hasSubscribers === false) return (await this.#performer.drive(task)) as Result;
      return (await traceOperationAsync(trace, () => this.#performer.drive(task))) as Result;
    } catch (failure) {
      throw located(failure, trace);
    } finally {
      call.end();
      this.#running -= 1;
      if (this.#running === 0) this.#drained?.();
    }
  }

  /**
   * The place of an operation that is a part of an asynchronous call of any driver.
   *
   * @throws {CloudError} `session-closed`.
   */
  enter(trace: CalledMethod, { timeoutMs }: AnyCallOptions, scope: Call): Place {
    if (this.#isClosed) throw closed();
    this.#running += 1;
    const part = new PartOfCall(timeoutMs ?? this.#options.timeoutMs, trace, scope, () => {
      this.#running -= 1;
      if (this.#running === 0) this.#drained?.();
    });
    return { performer: this.#performer, scope: part };
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
}

/** A part of a call that runs on another driver's connection. */
class PartOfCall extends Call {
  readonly #leave: () => void;

  constructor(timeoutMs: number, trace: CalledMethod, whole: Call, leave: () => void) {
    super(timeoutMs, trace, undefined, whole);
    this.#leave = leave;
  }

  override end(): void {
    super.end();
    this.#leave();
  }
}

function closed(): CloudError {
  return new CloudError('session-closed', 'the driver or session has been closed');
}
