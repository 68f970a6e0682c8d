/**
 * Performs the steps of a blocking call: sends steps to the worker, and performs on the calling thread the steps that need
 * it (the caller's byte sources and functions) or that are not worth a message (clock, randomness, environment).
 */
import { CloudError, type Step } from '@isobar/core/provider';
import type { Call } from '../call.ts';
import { randomBytes, readEnvironment } from '../environment.ts';
import { deserializeError } from '../failure.ts';
import type { TransportLimits } from '../options.ts';
import { closeSource, isResponseStream, readerOf } from '../source.ts';
import { Channel } from './channel.ts';
import { findProgram } from './program.ts';
import { type FinalReply, WorkerClient, type WorkerConnection } from './worker-client.ts';

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

  /** Performs one step and blocks until it is done. Not for `parallel` and `share`; see `overlap.ts`. */
  readonly perform = (step: Step, call: Call): unknown => {
    if (call.failure) throw call.failure;
    if (isLocal(step)) return performHere(step);
    return this.settle(this.submit(step, call), call);
  };

  /** Sends a step to the worker. @returns The step's number, to wait for. */
  submit(step: Step, call: Call): number {
    return this.#worker.submit(this.#connection, step, call);
  }

  /** Waits for the final reply to any of the steps, see {@link WorkerClient.take}. */
  take(ids: ReadonlySet<number>, deadlineMs: number): FinalReply | undefined {
    return this.#worker.take(ids, deadlineMs);
  }

  /** Stops a running step, see {@link WorkerClient.cancel}. */
  cancel(id: number): FinalReply | undefined {
    return this.#worker.cancel(id);
  }

  close(): void {
    this.#worker.disconnect(this.#connection);
  }

  /** Waits for one step until the call's deadline. */
  settle(id: number, call: Call): unknown {
    const reply = this.take(new Set([id]), call.deadlineMs);
    if (reply) return replyValue(reply);
    call.expire();
    const late = this.cancel(id);
    // The worker may have completed the step anyway. The operation gets that reply, because it may have to undo it.
    if (late?.kind === 'done') return late.value;
    explainBy(late, call);
    throw call.failure;
  }
}

/** Adds to a call's failure what its cancelled step was waiting for in the worker. */
export function explainBy(late: FinalReply | undefined, call: Call): void {
  if (late?.kind === 'failed' && late.explanation !== undefined) call.explain(late.explanation);
}

/** Returns the value of a reply, or throws its failure. */
export function replyValue(reply: FinalReply): unknown {
  if (reply.kind === 'failed') throw deserializeError(reply.failure);
  if (reply.kind === 'threw') throw reply.thrown;
  return reply.value;
}

const localKinds: ReadonlySet<Step['kind']> = new Set(['clock', 'entropy', 'environment', 'invoke', 'pull']);

/** Whether a step is performed on the calling thread. */
export function isLocal(step: Step): boolean {
  if (step.kind === 'release') return !isResponseStream(step.resource);
  return localKinds.has(step.kind);
}

/** Performs a local step. */
export function performHere(step: Step): unknown {
  switch (step.kind) {
    case 'clock':
      return Date.now();
    case 'entropy':
      return randomBytes(step.byteCount);
    case 'environment':
      return readEnvironment(step.names);
    case 'invoke':
      return plainResult((step.fn as (...args: readonly unknown[]) => unknown)(...step.args), step.fn.name);
    case 'pull':
      return readerOf(step.source).pullBlocking(step.byteCount);
    case 'release':
      return isResponseStream(step.resource) ? undefined : closeSource(step.resource);
    default:
      throw new Error(`${step.kind} is not a step of the calling thread`);
  }
}

/** Returns the result of a caller's function. Refuses a promise, which cannot settle while the event loop is blocked. */
function plainResult(result: unknown, name: string): unknown {
  if (typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then !== 'function') return result;
  // Ignores its rejection, which would otherwise end the process.
  Promise.resolve(result).catch(() => {});
  const message = `the function \`${name || 'anonymous'}\` returned a promise, which a blocking call cannot await; use an asynchronous driver, or a function that returns a plain value`;
  throw new CloudError('unsupported', message);
}
