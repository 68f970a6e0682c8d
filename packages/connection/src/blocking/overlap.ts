/**
 * The scheduler of `parallel` and `share` steps in a blocking call.
 *
 * Problem: one blocked thread drives many operations. It must keep a step of each with the worker, resume whichever is
 * answered first, and nest: an operation may itself yield `parallel` or `share`. One `Overlap` schedules all operations
 * of one outermost `parallel` step. It is a plain loop: wait for one reply (`take`), resume one task (`#advance`), repeat.
 *
 * A *task* is one running operation. A *group* is the set of operations of one `parallel` step, or the single operation of
 * a `share` step. States of a task, with the method that changes the state:
 *
 *   operation of the iterable
 *      │ #fill: fewer than `limit` tasks of the group run
 *      ▼
 *   running ◄───────────────────────────────────────────────────┐   its generator is on the stack, in #advance, which
 *      │   │                                                    │   also performs local steps
 *      │   ├─ submit ──► waiting for the worker ── #answer ─────┤   `step` is set; the task is in #waiting
 *      │   │             (`step`)               ── #cancel ─────┤
 *      │   └─ #wait ───► waiting for a group    ── #leave ──────┤   `waitsFor` is set; the task is in its group's `waiting`
 *      │                 (`waitsFor`)           ── #cancel ─────┘
 *      │ returns or throws: #end
 *      ▼
 *   ended: removed from `running`; #fill takes the next operation, or #leave resumes the tasks that wait for the group
 *
 * Cancelling a task sets `isCancelled`. A waiting task is resumed with `cancellation` at once, unless it is cleaning up; a
 * running one gets `cancellation` at its next step. Cleanup steps are still performed. A step that the worker completed
 * despite the cancellation is passed to the operation, which may have to undo it.
 *
 * Invariants, whenever `run` waits in `take`:
 * 1. Each task in a group's `running` is in exactly one of `#waiting` and one group's `waiting`.
 * 2. A group runs at most `limit` tasks. After its first failure it takes no further operations, and its tasks are
 *    cancelled.
 * 3. A group without running tasks has resumed all tasks that waited for it (#leave).
 *
 * No deadlock: `run` waits only while the outermost group has a running task. By 1 it waits for the worker or for a group;
 * by 3 that group has a running task too. Groups nest finitely, and an operation must not share on its own owner, so this
 * chain ends at a task that waits for the worker. So `take` always has a step to wait for.
 * No lost reply: `take` looks in the inbox of `WorkerClient` before it waits, and every submitted step gets one final
 * reply, even when the worker is lost. If the call has a timeout, its end cancels all tasks (#expire); ten seconds later a
 * second deadline abandons their cleanup.
 * No races: only the blocked thread runs this code. Methods re-enter each other (#advance, #end, #fill, #leave,
 * #advance), so they update the state before they resume an operation; `filling` keeps #fill from nesting.
 */
import type { Operation, Step } from '@isobar/core/provider';
import { type Call, cleanupCall } from '../call.ts';
import { cancellation } from '../cancellation.ts';
import { type BlockingCaller, explainBy, isLocal, performHere, replyValue } from './caller.ts';
import type { FinalReply } from './worker-client.ts';

/**
 * Drives operations concurrently, at most `limit` at once. Takes an operation from the iterable only when it can start.
 *
 * @returns The results in the order of the operations.
 * @throws The first failure, after all others have been cancelled and have ended; the call's failure if it was cancelled
 * before.
 */
export function overlap(
  operations: Iterable<Operation<unknown>>,
  limit: number,
  caller: StepSubmitter,
  call: Call,
): unknown[] {
  if (call.failure) throw call.failure;
  return new Overlap(caller, call).run(operations, limit);
}

/** The part of a caller that the scheduler uses. */
export type StepSubmitter = Pick<BlockingCaller, 'submit' | 'take' | 'cancel'>;

/** The operations of one `parallel` or `share` step. */
interface Group {
  readonly iterator: Iterator<Operation<unknown>>;
  readonly limit: number;
  /** The tasks that wait for this group: none for the outermost group, one for `parallel`, any number for `share`. */
  readonly waiting: Set<Task>;
  /** The owner of a `share` step; `undefined` for `parallel`. */
  readonly owner: object | undefined;
  readonly results: unknown[];
  readonly running: Set<Task>;
  /** True when the iterator has ended. */
  drained: boolean;
  /** True while `#fill` runs, so that operations that end immediately do not recurse. */
  filling: boolean;
  failure: { readonly thrown: unknown } | undefined;
}

/** One running operation. */
interface Task {
  readonly operation: Operation<unknown>;
  readonly group: Group;
  readonly index: number;
  /** The number of the step that the worker is performing. */
  step?: number;
  waitsFor?: Group;
  /** Whether its current step is a cleanup step. */
  isCleaningUp?: boolean;
  /** Only its cleanup steps are still performed. */
  isCancelled?: boolean;
}

type Resume = (operation: Operation<unknown>) => IteratorResult<Step, unknown>;

class Overlap {
  readonly #caller: StepSubmitter;
  readonly #call: Call;
  /** Tasks that wait for the worker, by step number. */
  readonly #waiting = new Map<number, Task>();
  /** Groups of running `share` steps, by owner. */
  readonly #shared = new Map<object, Group>();
  #deadlineMs: number;

  constructor(caller: StepSubmitter, call: Call) {
    this.#caller = caller;
    this.#call = call;
    this.#deadlineMs = call.deadlineMs;
  }

  run(operations: Iterable<Operation<unknown>>, limit: number): unknown[] {
    const group = this.#open(operations, limit);
    this.#fill(group);
    while (group.running.size > 0) {
      const reply = this.#caller.take(new Set(this.#waiting.keys()), this.#deadlineMs);
      if (reply) this.#answer(reply);
      else this.#expire(group);
    }
    if (group.failure) throw group.failure.thrown;
    return group.results;
  }

  #open(operations: Iterable<Operation<unknown>>, limit: number, owner?: object): Group {
    const iterator = operations[Symbol.iterator]();
    return {
      iterator,
      limit,
      waiting: new Set(),
      owner,
      results: [],
      running: new Set(),
      drained: false,
      filling: false,
      failure: undefined,
    };
  }

  /** Starts operations up to the limit. If none is running then, the group has ended. */
  #fill(group: Group): void {
    if (group.filling) return;
    group.filling = true;
    while (!group.drained && !group.failure && group.running.size < group.limit) {
      try {
        const next = group.iterator.next();
        if (next.done) {
          group.drained = true;
          break;
        }
        const task: Task = { operation: next.value, group, index: group.results.push(undefined) - 1 };
        group.running.add(task);
        this.#advance(task, (operation) => operation.next());
      } catch (thrown) {
        this.#fail(group, thrown);
      }
    }
    group.filling = false;
    if (group.running.size === 0) this.#leave(group);
  }

  #answer(reply: FinalReply): void {
    const task = this.#waiting.get(reply.id);
    if (!task) return;
    this.#waiting.delete(reply.id);
    delete task.step;
    this.#advance(
      task,
      resumeWith(() => replyValue(reply)),
    );
  }

  /** Runs an operation until it waits for the worker or for a group, or has ended. */
  #advance(task: Task, resume: Resume): void {
    let next = resume;
    for (;;) {
      let step: Step;
      try {
        const result = next(task.operation);
        if (result.done) {
          this.#end(task, result.value);
          return;
        }
        step = result.value;
      } catch (thrown) {
        this.#fail(task.group, thrown);
        this.#end(task, undefined);
        return;
      }
      if (task.isCancelled && !step.isCleanup) {
        next = cancel;
        continue;
      }
      task.isCleaningUp = step.isCleanup === true;
      if (step.kind === 'parallel') {
        this.#wait(task, this.#open(step.operations, step.limit));
        return;
      }
      if (step.kind === 'share') {
        this.#wait(task, this.#groupOf(step.owner, step.operation));
        return;
      }
      if (!isLocal(step)) {
        task.step = this.#caller.submit(step, this.#call);
        this.#waiting.set(task.step, task);
        return;
      }
      const local = step;
      next = resumeWith(() => performHere(local));
    }
  }

  #end(task: Task, result: unknown): void {
    const { group } = task;
    group.results[task.index] = result;
    group.running.delete(task);
    this.#fill(group);
  }

  /** The group of an owner's running shared operation, or a new group for this operation. */
  #groupOf(owner: object, operation: Operation<unknown>): Group {
    const group = this.#shared.get(owner) ?? this.#open([operation], 1, owner);
    this.#shared.set(owner, group);
    return group;
  }

  /** Makes a task wait for a group, and starts the group if it is new. */
  #wait(task: Task, group: Group): void {
    task.waitsFor = group;
    group.waiting.add(task);
    this.#fill(group);
  }

  /** Resumes the tasks that wait for a group with the group's outcome. */
  #leave(group: Group): void {
    this.#unshare(group);
    const { failure, results } = group;
    for (const task of [...group.waiting]) {
      // A resumed task may fail and so cancel the next one, which is then no longer in `waiting`.
      if (!group.waiting.delete(task)) continue;
      delete task.waitsFor;
      const isCancelled = task.isCancelled && !task.isCleaningUp;
      this.#advance(task, (operation) => {
        if (isCancelled) return cancel(operation);
        return failure ? operation.throw(failure.thrown) : operation.next(group.owner ? results[0] : results);
      });
    }
  }

  #unshare(group: Group): void {
    if (group.owner && this.#shared.get(group.owner) === group) this.#shared.delete(group.owner);
  }

  /** Records a group's first failure and cancels its tasks. */
  #fail(group: Group, thrown: unknown): void {
    if (group.failure) return;
    group.failure = { thrown };
    this.#unshare(group);
    group.iterator.return?.();
    for (const task of group.running) this.#cancel(task);
  }

  /** Cancels a task, but not its cleanup. Cancels the group that it waits for, unless other tasks wait for it too. */
  #cancel(task: Task): void {
    task.isCancelled = true;
    const { step, waitsFor } = task;
    if (task.isCleaningUp) return;
    if (waitsFor?.waiting.size === 1) {
      this.#fail(waitsFor, task.group.failure?.thrown);
      return;
    }
    if (waitsFor) waitsFor.waiting.delete(task);
    else if (step === undefined) return;
    const late = step === undefined ? undefined : this.#caller.cancel(step);
    explainBy(late, this.#call);
    if (step !== undefined) this.#waiting.delete(step);
    delete task.step;
    delete task.waitsFor;
    // The worker may have completed the step anyway. The operation gets that reply, because it may have to undo it.
    this.#advance(task, late?.kind === 'done' ? (operation) => operation.next(late.value) : cancel);
  }

  /** The deadline has passed. The first time all tasks are cancelled and may clean up; the second time they are abandoned. */
  #expire(group: Group): void {
    const isCleanup = this.#call.failure !== undefined;
    this.#call.expire();
    this.#deadlineMs = cleanupCall(this.#call).deadlineMs;
    if (isCleanup) group.running.clear();
    else this.#fail(group, this.#call.failure);
  }
}

function cancel(operation: Operation<unknown>): IteratorResult<Step, unknown> {
  return operation.throw(cancellation);
}

/** Resumes an operation with the value of a computation, or with the error that it throws. */
function resumeWith(compute: () => unknown): Resume {
  return (operation) => {
    let value: unknown;
    try {
      value = compute();
    } catch (thrown) {
      return operation.throw(thrown);
    }
    return operation.next(value);
  };
}
