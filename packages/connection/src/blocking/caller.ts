/**
 * The blocked thread's side: has steps performed by the worker, and does by itself what needs its own thread: the caller's
 * byte sources, its functions, and what is not worth the way (clock, randomness, environment).
 */
import { CloudError, type Step } from '@isobar/core/provider';
import type { Call } from '../call.ts';
import { drawBytes, readEnvironment } from '../environment.ts';
import { revive } from '../failure.ts';
import type { TransportLimits } from '../options.ts';
import { forgetSource, isResponseStream, readerOf } from '../source.ts';
import { Channel } from './channel.ts';
import { type FinalReply, WorkerClient, type WorkerConnection } from './worker-client.ts';

/** The worker of this thread, shared by its connections. */
const workerOfThread: WorkerClient = new WorkerClient(
  () => new Channel(new URL('./blocking/worker.js', import.meta.url)),
);

/** One blocking connection. */
export class BlockingCaller {
  readonly #worker: WorkerClient;
  readonly #connection: WorkerConnection;

  constructor(limits: TransportLimits, worker: WorkerClient = workerOfThread) {
    this.#worker = worker;
    this.#connection = worker.connect(limits);
  }

  /** Performs one step and waits for it. `parallel` and `share` are not among them; see `overlap.ts`. */
  readonly perform = (step: Step, call: Call): unknown => {
    if (call.failure) throw call.failure;
    if (isLocal(step)) return performHere(step);
    return this.settle(this.submit(step, call), call);
  };

  /** Sends a step to the worker. @returns Its number, to wait for. */
  submit(step: Step, call: Call): number {
    return this.#worker.submit(this.#connection, step, call);
  }

  /** Waits for the final reply to any of some steps, see {@link WorkerClient.take}. */
  take(ids: ReadonlySet<number>, deadlineMs: number): FinalReply | undefined {
    return this.#worker.take(ids, deadlineMs);
  }

  /** Stops a step that is under way, see {@link WorkerClient.cancel}. */
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
    // What was done all the same may have to be undone, so the operation must hear of it.
    if (late?.kind === 'done') return late.value;
    explainBy(late, call);
    throw call.failure;
  }
}

/** Adds to the failure of a call what its cancelled step was waiting for in the worker. */
export function explainBy(late: FinalReply | undefined, call: Call): void {
  if (late?.kind === 'failed' && late.explanation !== undefined) call.explain(late.explanation);
}

/** What a reply says: its value, or its failure thrown. */
export function replyValue(reply: FinalReply): unknown {
  if (reply.kind === 'failed') throw revive(reply.failure);
  if (reply.kind === 'threw') throw reply.thrown;
  return reply.value;
}

const localKinds: ReadonlySet<Step['kind']> = new Set(['clock', 'entropy', 'environment', 'invoke', 'pull']);

/** Whether a step is done on the calling thread. */
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
      return drawBytes(step.byteCount);
    case 'environment':
      return readEnvironment(step.names);
    case 'invoke':
      return plainResult((step.fn as (...args: readonly unknown[]) => unknown)(...step.args), step.fn.name);
    case 'pull':
      return readerOf(step.source).pullBlocking(step.byteCount);
    case 'release':
      return isResponseStream(step.resource) ? undefined : forgetSource(step.resource);
    default:
      throw new Error(`${step.kind} is no step of the calling thread`);
  }
}

/** What a caller's function gave, unless it is a promise: those settle in the event loop, which stands still. */
function plainResult(result: unknown, name: string): unknown {
  if (typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then !== 'function') return result;
  // Its failure is of no interest any more, and must not end the process.
  Promise.resolve(result).catch(() => {});
  const message = `the function \`${name || 'anonymous'}\` gave a promise, which a blocking call cannot wait for; use an asynchronous driver, or a function that gives a plain value`;
  throw new CloudError('unsupported', message);
}
