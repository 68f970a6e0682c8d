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
  makeTask,
  type Operation,
  type Performer,
  type Place,
  placeOf,
  resume,
  type SingleStep,
  type Task,
} from '@isobar/core/provider';
import { type BlockingCaller, failureOf, isLocal, performHere } from '../blocking/caller.ts';
import type { FinalReply } from '../blocking/worker-client.ts';
import type { Transport } from '../http/transport.ts';
import type { Call } from './call.ts';
import { DriverCall, type FirstPerformer } from './driver-call.ts';

/** Performs one step. Throws or rejects if the call has been cancelled. */
export type PerformAsync = (step: SingleStep, call: Call, transport: Transport) => unknown | Promise<unknown>;

/** Performs the steps of asynchronous calls. Calls share operations if they have the same performer. */
export interface AsyncPerformer extends Performer {
  /**
   * Drives a task until it ends or waits for a group.
   *
   * @param next The step that it waits for. Without it, starts the operation of a call and waits for its outcome.
   */
  drive(task: Task, next?: SingleStep): Promise<unknown>;
}

/** Makes the performer of a connection's asynchronous calls. */
export function asyncPerformer(perform: PerformAsync, transport: Transport): AsyncPerformer {
  const performer: AsyncPerformer = {
    flights: new WeakMap(),
    async drive(task, next) {
      let step = next ?? resume(task, undefined);
      while (step) {
        let reply: unknown;
        let hasFailed = false;
        try {
          const performed = perform(step, task.current as Call, transport);
          // Skips the promise when the reply is already available.
          reply = performed instanceof Promise ? await performed : performed;
        } catch (failure) {
          reply = failure;
          hasFailed = true;
        }
        step = resume(task, reply, hasFailed);
      }
      if (next) return undefined;
      if (!task.hasEnded) await ended(task);
      if (task.hasFailed) throw task.value;
      return task.value;
    },
    perform: (task, step) => void performer.drive(task, step),
    enter: (step, scope) =>
      step.kind === 'on' ? DriverCall.of(step.driver).enterAsync(scope as Call) : placeOf(step, scope, performer),
  };
  return performer;
}

/** Waits for the end of a task that waits for a group. */
function ended(task: Task): Promise<void> {
  return new Promise((resolve) => {
    task.onEnd = resolve;
  });
}

/** The part of a caller that drives. */
export type StepSubmitter = Pick<BlockingCaller, 'submit' | 'take' | 'cancel'>;

/** Performs the steps of one blocking call that run on one connection. */
export class BlockingPerformer implements Performer {
  readonly caller: StepSubmitter;
  /** The number of the step of the call's own operation, while the worker performs it. */
  own = 0;
  #waiting: Map<number, Task> | undefined;
  #flights: Performer['flights'] | undefined;

  /** @param first The performer of the call's own connection, if this is another. */
  constructor(caller: StepSubmitter, first?: FirstPerformer) {
    this.caller = caller;
    this.#waiting = first?.waiting;
    this.#flights = first?.flights;
  }

  /** The tasks of groups that wait for the worker, by step number. */
  get waiting(): Map<number, Task> {
    this.#waiting ??= new Map();
    return this.#waiting;
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
          const id = this.caller.submit(step, task.current as Call);
          if (task.group) this.waiting.set(id, task);
          else this.own = id;
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

  /** Passes the final reply to its step to a task. */
  answer(task: Task, reply: FinalReply): void {
    const isDone = reply.kind === 'done';
    const step = resume(task, isDone ? reply.value : failureOf(reply), !isDone);
    if (step) task.performer.perform(task, step);
  }

  /**
   * Ends the step of a cancelled task. The worker may have completed it anyway: then the operation gets the reply, because
   * it may have to undo it.
   */
  stop(id: number, scope: Call): FinalReply {
    const late = this.caller.cancel(id);
    if (late?.kind === 'failed' && late.explanation !== undefined) scope.explain(late.explanation);
    return late ?? { kind: 'threw', id, thrown: scope.failure };
  }

  /** Ends the steps of cancelled tasks of groups, then waits for the reply to one of the others. */
  answerNext(call: Call): void {
    // The call, or the scope of a step, that has the next deadline.
    let soonest: Call | undefined;
    let hasEnded: boolean;
    do {
      hasEnded = false;
      soonest = call.failure ? undefined : call;
      for (const [id, task] of this.waiting) {
        const scope = task.current as Call;
        if (scope.failure) {
          this.waiting.delete(id);
          this.answer(task, this.stop(id, scope));
          hasEnded = true;
        } else if (!soonest || scope.deadlineMs < soonest.deadlineMs) {
          soonest = scope;
        }
      }
      // A task that ended may have cancelled others, also ones that were looked at already.
    } while (hasEnded);
    if (this.waiting.size === 0) return;
    const reply = this.caller.take(this.waiting, soonest?.deadlineMs ?? Number.POSITIVE_INFINITY);
    const task = reply && this.waiting.get(reply.id);
    if (task && this.waiting.delete(reply.id)) this.answer(task, reply);
    else soonest?.expire();
  }
}

/** Drives a call's operation to its end. This thread blocks for every step. */
export function driveBlocking<Result>(operation: Operation<Result>, caller: StepSubmitter, call: Call): Result {
  const performer = new BlockingPerformer(caller);
  const task = makeTask(operation, performer, call);
  const first = resume(task, undefined);
  if (first) performer.perform(task, first);
  while (!task.hasEnded) {
    // Tasks of groups run only while the call's own waits for them.
    if (task.waitsFor) {
      performer.answerNext(call);
      continue;
    }
    const scope = task.current as Call;
    let reply = caller.take(performer.own, scope.deadlineMs);
    if (!reply) {
      scope.expire();
      reply = performer.stop(performer.own, scope);
    }
    performer.answer(task, reply);
  }
  if (task.hasFailed) throw task.value;
  return task.value as Result;
}
