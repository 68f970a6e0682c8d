/**
 * Reaches the performers of a blocking call's steps: sends steps to the worker, and performs on the calling thread the steps that need
 * it (the caller's byte sources and functions) or that are not worth a message (clock, randomness, environment).
 */
import { CloudError, type LocalStep, type SingleStep, type WorkerStep } from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import { deserializeError } from '../failure.ts';
import type { TransportLimits } from '../options.ts';
import { randomBytes, readEnvironment } from '../steps/environment.ts';
import { closeSource, readerOf } from '../steps/source.ts';
import { Channel } from './channel.ts';
import { findProgram } from './program.ts';
import { type FinalReply, type StepNumbers, WorkerClient, type WorkerConnection } from './worker-client.ts';

/** The workers of this thread by the option `worker`. There is only one unless connections give different files. */
const workersOfThread = new Map<string, WorkerClient>();

/**
 * The worker of this thread that runs a file. It starts with the first step.
 *
 * @param location See {@link findProgram}.
 */
function workerAt(location: string): WorkerClient {
  const present = workersOfThread.get(location);
  if (present) return present;
  const worker = new WorkerClient(() => new Channel(findProgram(location)));
  workersOfThread.set(location, worker);
  return worker;
}

/** One blocking connection. */
export class BlockingCaller {
  readonly #worker: WorkerClient;
  readonly #connection: WorkerConnection;

  /** @param worker The worker, or the location of its program. */
  constructor(limits: TransportLimits, worker: WorkerClient | string) {
    this.#worker = worker instanceof WorkerClient ? worker : workerAt(worker);
    this.#connection = this.#worker.connect(limits);
  }

  /** Sends a step to the worker. @returns The step's number, to wait for. */
  submit(step: WorkerStep, call: Call): number {
    return this.#worker.submit(this.#connection, step, call);
  }

  /** Waits for the final reply to any of the steps, see {@link WorkerClient.take}. */
  take(ids: StepNumbers, deadlineMs: number): FinalReply | undefined {
    return this.#worker.take(ids, deadlineMs);
  }

  /** Stops a running step, see {@link WorkerClient.cancel}. */
  cancel(id: number): FinalReply | undefined {
    return this.#worker.cancel(id);
  }

  close(): void {
    this.#worker.disconnect(this.#connection);
  }

  /** Whether another connection has the same worker, so that one thread can wait for both. */
  sharesWorkerWith(other: unknown): boolean {
    return other instanceof BlockingCaller && other.#worker === this.#worker;
  }
}

/** The failure of a reply without a value. */
export function failureOf(reply: Exclude<FinalReply, { kind: 'done' }>): unknown {
  return reply.kind === 'failed' ? deserializeError(reply.failure) : reply.thrown;
}

/** Performs each local step. The types keep it complete, and free of steps for the worker. */
const localSteps: {
  readonly [Kind in LocalStep['kind']]: (step: Extract<LocalStep, { readonly kind: Kind }>) => unknown;
} = {
  // Looked up at each call: tests of programs replace it.
  clock: () => Date.now(),
  entropy: ({ byteCount }) => randomBytes(byteCount),
  environment: ({ names }) => readEnvironment(names),
  invoke: ({ args, fn, refusal }) =>
    plainResult((fn as (...args: readonly unknown[]) => unknown)(...args), fn.name, refusal),
  pull: ({ byteCount, field, source }) => readerOf(source, field).pullBlocking(byteCount),
  releaseSource: ({ source }) => closeSource(source),
};

/** Whether a step is performed on the calling thread; otherwise it is sent to the worker. */
export function isLocal(step: SingleStep): step is LocalStep {
  return Object.hasOwn(localSteps, step.kind);
}

/** Performs a local step. */
export function performHere(step: LocalStep): unknown {
  return (localSteps[step.kind] as (step: LocalStep) => unknown)(step);
}

/** Returns the result of a caller's function. Refuses a promise, which cannot settle while the event loop is blocked. */
function plainResult(result: unknown, name: string, refusal: (() => unknown) | undefined): unknown {
  if (typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then !== 'function') return result;
  // Ignores its rejection, which would otherwise end the process.
  Promise.resolve(result).catch(() => {});
  if (refusal) throw refusal();
  const message = `the function \`${name || 'anonymous'}\` returned a promise, which a blocking call cannot await; use an asynchronous driver, or a function that returns a plain value`;
  throw new CloudError('unsupported', message);
}
