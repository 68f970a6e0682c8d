/**
 * For tests of `drive`, `parallel` and `share`: operations that log what happens to them, and two ways to perform steps
 * without I/O. `sleep` steps end in the order of their durations; a sleep with a negative duration fails.
 */
import { cleanUp, type Operation, type Step, sleep, stat } from '@isobar/core/provider';
import type { StepSubmitter } from '../blocking/overlap.ts';
import type { FinalReply } from '../blocking/worker-client.ts';
import type { Call } from '../call.ts';
import { cancellation } from '../cancellation.ts';
import type { PerformAsync } from '../drive.ts';
import { serializeError } from '../failure.ts';
import { parallelAsync } from '../parallel.ts';
import { Flights } from '../share.ts';

/** The error of a failed step. */
export const stepFailure: Error = new Error('the step failed');

/** Performs `sleep` and `stat` immediately, and logs them. */
export function performNow(log: string[]): (step: Step, call: Call) => unknown {
  return (step, call) => {
    if (call.failure) throw call.failure;
    if (step.kind === 'stat') {
      log.push(`stat ${step.path}`);
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
  readonly #pending = new Map<number, Step>();
  #lastId = 0;

  constructor(log: string[]) {
    this.log = log;
  }

  submit(step: Step): number {
    this.#lastId += 1;
    this.#pending.set(this.#lastId, step);
    this.maxAtOnce = Math.max(this.maxAtOnce, this.#pending.size);
    return this.#lastId;
  }

  take(ids: ReadonlySet<number>): FinalReply | undefined {
    const [id, step] = [...this.#pending]
      .filter(([pending]) => ids.has(pending))
      .sort(([, one], [, other]) => duration(one) - duration(other))[0] ?? [0, undefined];
    if (!step || (step.kind === 'sleep' && this.stopsAfter-- <= 0)) return undefined;
    this.#pending.delete(id);
    if (step.kind === 'stat') this.log.push(`stat ${step.path}`);
    if (step.kind === 'sleep' && step.milliseconds < 0)
      return { kind: 'failed', id, failure: serializeError(stepFailure) };
    return { kind: 'done', id, value: undefined };
  }

  cancel(id: number): FinalReply | undefined {
    this.#pending.delete(id);
    return undefined;
  }
}

function duration(step: Step): number {
  return step.kind === 'sleep' ? Math.abs(step.milliseconds) : 0;
}

/** Performs steps asynchronously with the same fake worker: replies arrive in later turns of the event loop. */
export function performOver(worker: FakeWorker): PerformAsync {
  const flights = new Flights();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(failure: unknown): void }>();
  const pump = (): void => {
    const reply = worker.take(new Set(waiting.keys()));
    if (!reply) return;
    const ended = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.kind === 'failed') ended?.reject(stepFailure);
    else ended?.resolve(undefined);
  };
  const perform: PerformAsync = (step: Step, call) => {
    if (call.failure) throw call.failure;
    if (step.kind === 'parallel') return parallelAsync(step.operations, step.limit, perform, call);
    if (step.kind === 'share') return flights.join(step.owner, step.operation, perform, call);
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
  };
  return perform;
}
