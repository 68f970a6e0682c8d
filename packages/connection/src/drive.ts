/**
 * Drives the operation of a call to its end: two ways to wait around one engine (`core/src/engine/engine.ts`), which
 * decides what runs next, cancels and lets operations clean up.
 *
 * Asynchronous: each task has a loop of its own, which performs its steps until the task ends or waits for a group. The
 * event loop interleaves them. A step listens to its scope, so a cancelled one ends by itself.
 *
 * Blocking: one loop for all tasks of the call. Each has a step with the worker; the loop takes one reply at a time and
 * resumes its task. Before it waits it ends the steps of cancelled tasks.
 * - It waits until the first deadline among the call and the scopes of the steps. Then that scope is cancelled.
 * - No deadlock: while the call's operation has not ended, a task waits for the worker (see the engine), so there is always
 *   a step to take. No lost reply: `take` looks in the inbox of `WorkerClient` before it waits, and every submitted step
 *   gets one final reply, even when the worker is lost.
 * - Only operations of one blocking call can share: this thread is busy in it.
 */
import {
  type FlowStep,
  type Operation,
  type Performer,
  type Place,
  placeOf,
  resume,
  type SingleStep,
  Task,
} from '@isobar/core/provider';
import { type BlockingCaller, failureOf, isLocal, performHere } from './blocking/caller.ts';
import type { FinalReply } from './blocking/worker-client.ts';
import type { Call } from './call.ts';
import { DriverCall } from './driver-call.ts';
import type { Transport } from './transport.ts';

/** Performs one step. Throws or rejects if the call has been cancelled. */
export type PerformAsync = (step: SingleStep, call: Call, transport: Transport) => unknown | Promise<unknown>;

/** Performs the steps of asynchronous calls. Calls share operations if they have the same performer. */
export class AsyncPerformer implements Performer {
  readonly flights: Performer['flights'] = new WeakMap();
  readonly #perform: PerformAsync;
  readonly #transport: Transport;

  constructor(perform: PerformAsync, transport: Transport) {
    this.#perform = perform;
    this.#transport = transport;
  }

  /** Drives a call's operation to its end while other code runs. */
  call(operation: Operation<unknown>, call: Call): Promise<unknown> {
    const task = new Task(operation, this, call);
    return this.#run(task, resume(task, undefined), true);
  }

  perform(task: Task, step: SingleStep): void {
    void this.#run(task, step, false);
  }

  enter(step: FlowStep, scope: Call): Place {
    return step.kind === 'on' ? DriverCall.of(step.driver).enterAsync(scope) : placeOf(step, scope, this);
  }

  /** Performs steps until the task ends or waits for a group. For a whole call, waits for its outcome. */
  async #run(task: Task, first: SingleStep | undefined, isCall: boolean): Promise<unknown> {
    let step = first;
    while (step) {
      let reply: unknown;
      let hasFailed = false;
      try {
        const performed = this.#perform(step, task.current as Call, this.#transport);
        // Skips the promise when the reply is already available.
        reply = performed instanceof Promise ? await performed : performed;
      } catch (failure) {
        reply = failure;
        hasFailed = true;
      }
      step = resume(task, reply, hasFailed);
    }
    if (!isCall) return undefined;
    if (!task.hasEnded) await new Promise<void>((resolve) => (task.onEnd = resolve));
    if (task.hasFailed) throw task.value;
    return task.value;
  }
}

/** The part of a caller that drives. */
export type StepSubmitter = Pick<BlockingCaller, 'submit' | 'take' | 'cancel'>;

/** Performs the steps of one blocking call that run on one connection. */
export class BlockingPerformer implements Performer {
  readonly caller: StepSubmitter;
  /** Tasks of the call that wait for the worker, by step number. */
  readonly waiting: Map<number, Task>;
  #flights: Performer['flights'] | undefined;

  /** @param first The performer of the call's own connection, if this is another. */
  constructor(caller: StepSubmitter, first?: BlockingPerformer) {
    this.caller = caller;
    this.waiting = first?.waiting ?? new Map();
    this.#flights = first?.flights;
  }

  get flights(): Performer['flights'] {
    this.#flights ??= new Map();
    return this.#flights;
  }

  perform(task: Task, first: SingleStep): void {
    let step: SingleStep | undefined = first;
    while (step) {
      let reply: unknown;
      let hasFailed = false;
      try {
        if (!isLocal(step)) {
          this.waiting.set(this.caller.submit(step, task.current as Call), task);
          return;
        }
        reply = performHere(step);
      } catch (failure) {
        reply = failure;
        hasFailed = true;
      }
      step = resume(task, reply, hasFailed);
    }
  }

  enter(step: FlowStep, scope: Call): Place {
    return step.kind === 'on' ? DriverCall.of(step.driver).enterBlocking(scope, this) : placeOf(step, scope, this);
  }

  /** Passes the final reply to a step to its task. */
  answer(reply: FinalReply): void {
    const task = this.waiting.get(reply.id);
    if (!task) return;
    this.waiting.delete(reply.id);
    const isDone = reply.kind === 'done';
    const step = resume(task, isDone ? reply.value : failureOf(reply), !isDone);
    if (step) task.performer.perform(task, step);
  }

  /**
   * Ends the steps of cancelled tasks, until none is left.
   *
   * @returns The scope with the next deadline: the call, or that of a step.
   */
  stopCancelled(call: Call): Call | undefined {
    let soonest = call.failure ? undefined : call;
    for (const [id, task] of this.waiting) {
      const scope = task.current as Call;
      if (scope.failure) this.#stop(id, scope);
      else if (scope !== soonest && !(soonest && soonest.deadlineMs <= scope.deadlineMs)) soonest = scope;
    }
    return soonest;
  }

  /** The worker may have completed the step anyway: then the operation gets the reply, because it may have to undo it. */
  #stop(id: number, scope: Call): void {
    const late = this.caller.cancel(id);
    if (late?.kind === 'failed' && late.explanation !== undefined) scope.explain(late.explanation);
    this.answer(late ?? { kind: 'threw', id, thrown: scope.failure });
  }
}

/** Drives a call's operation to its end. This thread blocks for every step. */
export function driveBlocking<Result>(operation: Operation<Result>, caller: StepSubmitter, call: Call): Result {
  const performer = new BlockingPerformer(caller);
  const task = new Task(operation, performer, call);
  const first = resume(task, undefined);
  if (first) performer.perform(task, first);
  for (;;) {
    const soonest = performer.stopCancelled(call);
    if (task.hasEnded) break;
    const reply = caller.take(new Set(performer.waiting.keys()), soonest?.deadlineMs ?? Number.POSITIVE_INFINITY);
    if (reply) performer.answer(reply);
    else soonest?.expire();
  }
  if (task.hasFailed) throw task.value;
  return task.value as Result;
}
