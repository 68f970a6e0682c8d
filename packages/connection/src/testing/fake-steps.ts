/**
 * For tests of `drive`, `parallel` and `share`: operations that log what happens to them, and two ways to perform steps
 * without I/O. `sleep` steps end in the order of their durations; a sleep with a negative duration fails.
 */
import { cancellation, cleanUp, makeTask, type Operation, type SingleStep, sleep, stat } from '@isobar/core/provider';
import type { FinalReply, StepNumbers } from '../blocking/worker-client.ts';
import type { Call } from '../calls/call.ts';
import { type AsyncPerformer, asyncPerformer, type StepSubmitter } from '../calls/drive.ts';
import { serializeError } from '../failure.ts';
import { Transport } from '../http/transport.ts';

/** The error of a failed step. */
export const stepFailure: Error = new Error('the step failed');

/** Performs `sleep` and `stat` immediately, and logs them. */
export function performNow(log: string[]): (step: SingleStep, call: Call) => unknown {
  return (step, call) => {
    if (call.failure) throw call.failure;
    if (step.kind === 'file') {
      log.push(`${step.action} ${step.args[0]}`);
      return undefined;
    }
    if (step.kind !== 'sleep') throw new Error(`no ${step.kind} in these tests`);
    log.push(`sleep ${step.milliseconds}`);
    if (step.milliseconds < 0) throw stepFailure;
    return step.milliseconds;
  };
}

/** Sleeps for each of the times, then returns its name. Logs each request and how it ended. */
export function* sleeper(name: string, times: readonly number[], log: string[]): Operation<string> {
  let ended = 'cancelled';
  try {
    for (const time of times) {
      log.push(`${name} asks for ${time}`);
      yield* sleep(time);
    }
    ended = 'done';
    return name;
  } catch (failure) {
    if (failure !== cancellation) ended = 'failed';
    throw failure;
  } finally {
    log.push(`${name} ${ended}`);
    if (ended === 'cancelled') yield* cleanUp(stat(`cleanup of ${name}`));
  }
}

/** A worker that ends the shortest sleep first, and a `stat` before any sleep. It has no clock. */
export class FakeWorker implements StepSubmitter {
  readonly log: string[];
  /** After this many replies to sleeps the deadline passes instead. */
  stopsAfter = Number.POSITIVE_INFINITY;
  maxAtOnce = 0;
  readonly #pending = new Map<number, SingleStep>();
  #lastId = 0;

  constructor(log: string[]) {
    this.log = log;
  }

  submit(step: SingleStep): number {
    this.#lastId += 1;
    this.#pending.set(this.#lastId, step);
    this.maxAtOnce = Math.max(this.maxAtOnce, this.#pending.size);
    return this.#lastId;
  }

  take(ids: StepNumbers): FinalReply | undefined {
    const [id, step] = [...this.#pending]
      .filter(([pending]) => isOneOf(pending, ids))
      .sort(([, one], [, other]) => duration(one) - duration(other))[0] ?? [0, undefined];
    if (!step || (step.kind === 'sleep' && this.stopsAfter-- <= 0)) return undefined;
    this.#pending.delete(id);
    if (step.kind === 'file') this.log.push(`${step.action} ${step.args[0]}`);
    if (step.kind === 'sleep' && step.milliseconds < 0)
      return { kind: 'failed', id, failure: serializeError(stepFailure) };
    return { kind: 'done', id, value: undefined };
  }

  cancel(id: number): FinalReply | undefined {
    this.#pending.delete(id);
    return undefined;
  }
}

function isOneOf(id: number, ids: StepNumbers): boolean {
  return typeof ids === 'number' ? id === ids : ids.has(id);
}

function duration(step: SingleStep): number {
  return step.kind === 'sleep' ? Math.abs(step.milliseconds) : 0;
}

/** Performs steps asynchronously with the same fake worker: replies arrive in later turns of the event loop. */
export function performOver(worker: FakeWorker): AsyncPerformer {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(failure: unknown): void }>();
  const pump = (): void => {
    const reply = worker.take(new Set(waiting.keys()));
    if (!reply) return;
    const ended = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.kind === 'failed') ended?.reject(stepFailure);
    else ended?.resolve(undefined);
  };
  return performerOf((step, call) => {
    if (call.failure) throw call.failure;
    const id = worker.submit(step);
    setTimeout(pump);
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      call.listen((failure) => {
        worker.cancel(id);
        waiting.delete(id);
        reject(failure);
      });
    });
  });
}

/** The performer of asynchronous calls whose steps a function performs. */
export function performerOf(perform: (step: SingleStep, call: Call) => unknown): AsyncPerformer {
  return asyncPerformer(perform, new Transport(fakeLimits));
}

/** Drives a call's operation to its end. */
export function driveAsync<Result>(
  operation: Operation<Result>,
  performer: AsyncPerformer,
  call: Call,
): Promise<Result> {
  return performer.drive(makeTask(operation, performer, call)) as Promise<Result>;
}

/** A worker that performs each step when it is submitted. */
export class WorkerOf implements StepSubmitter {
  readonly #perform: (step: SingleStep, call: Call) => unknown;
  readonly #replies = new Map<number, FinalReply>();
  #lastId = 0;

  constructor(perform: (step: SingleStep, call: Call) => unknown) {
    this.#perform = perform;
  }

  submit(step: SingleStep, call: Call): number {
    this.#lastId += 1;
    const id = this.#lastId;
    try {
      this.#replies.set(id, { kind: 'done', id, value: this.#perform(step, call) });
    } catch (thrown) {
      this.#replies.set(id, { kind: 'threw', id, thrown });
    }
    return id;
  }

  take(ids: StepNumbers): FinalReply | undefined {
    for (const [id, reply] of this.#replies) {
      if (isOneOf(id, ids) && this.#replies.delete(id)) return reply;
    }
    return undefined;
  }

  cancel(id: number): FinalReply | undefined {
    return this.take(id);
  }
}

const fakeLimits = { connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 1 };
