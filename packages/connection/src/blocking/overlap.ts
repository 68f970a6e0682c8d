/**
 * Several operations at once while the thread is blocked: each operation's current step is with the worker, and
 * whichever is answered first goes on. Operations inside operations share the same wait, so that they overlap as well.
 */
import type { Operation, Step } from '@isobar/core/provider';
import { type Call, cleanupCall } from '../call.ts';
import { type BlockingCaller, type FinalReply, isLocal, performHere, replyValue } from './caller.ts';

/**
 * Drives operations side by side, at most `limit` at once, drawing each only when there is a place for it.
 *
 * @returns The results in the order of the operations.
 * @throws The first failure, once all others have been cancelled and have ended.
 */
export function overlap(
  operations: Iterable<Operation<unknown>>,
  limit: number,
  caller: StepLine,
  call: Call,
): unknown[] {
  return new Overlap(caller, call).run(operations, limit);
}

/** What overlapping needs of a caller. */
export type StepLine = Pick<BlockingCaller, 'submit' | 'take' | 'cancel'>;

/** Operations drawn from one iterable, and the operation that waits for them, if it is not the caller itself. */
interface Group {
  readonly iterator: Iterator<Operation<unknown>>;
  readonly limit: number;
  readonly parent: Task | undefined;
  readonly results: unknown[];
  readonly running: Set<Task>;
  drained: boolean;
  /** True while `fill` is at work on it, so that operations which end at once do not nest. */
  filling: boolean;
  failure: { readonly thrown: unknown } | undefined;
}

/** One operation under way. It waits for a step, or for the group it has made. */
interface Task {
  readonly operation: Operation<unknown>;
  readonly group: Group;
  readonly index: number;
  step?: number;
  made?: Group;
}

type Resume = (operation: Operation<unknown>) => IteratorResult<Step, unknown>;

class Overlap {
  readonly #caller: StepLine;
  readonly #call: Call;
  readonly #waiting = new Map<number, Task>();
  #deadlineMs: number;

  constructor(caller: StepLine, call: Call) {
    this.#caller = caller;
    this.#call = call;
    this.#deadlineMs = call.deadlineMs;
  }

  run(operations: Iterable<Operation<unknown>>, limit: number): unknown[] {
    const group = this.#open(operations, limit, undefined);
    this.#fill(group);
    while (group.running.size > 0) {
      const reply = this.#caller.take(new Set(this.#waiting.keys()), this.#deadlineMs);
      if (reply) this.#answer(reply);
      else this.#expire(group);
    }
    if (group.failure) throw group.failure.thrown;
    return group.results;
  }

  #open(operations: Iterable<Operation<unknown>>, limit: number, parent: Task | undefined): Group {
    const iterator = operations[Symbol.iterator]();
    return {
      iterator,
      limit,
      parent,
      results: [],
      running: new Set(),
      drained: false,
      filling: false,
      failure: undefined,
    };
  }

  /** Draws operations while there is a place, and ends the group when none is left. */
  #fill(group: Group): void {
    if (group.filling) return;
    group.filling = true;
    while (!group.drained && !group.failure && group.running.size < group.limit) {
      try {
        const drawn = group.iterator.next();
        if (drawn.done) {
          group.drained = true;
          break;
        }
        const task: Task = { operation: drawn.value, group, index: group.results.push(undefined) - 1 };
        group.running.add(task);
        this.#advance(task, (operation) => operation.next());
      } catch (thrown) {
        this.#fail(group, thrown);
      }
    }
    group.filling = false;
    if (group.running.size === 0 && group.parent?.made === group) this.#leave(group, group.parent);
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

  /** Goes on with an operation until it waits for the worker, for a group of its own, or has ended. */
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
      if (step.kind === 'parallel') {
        task.made = this.#open(step.operations, step.limit, task);
        this.#fill(task.made);
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

  /** Gives a group's outcome to the operation that waits for it. */
  #leave(group: Group, parent: Task): void {
    delete parent.made;
    const { failure, results } = group;
    this.#advance(parent, (operation) => {
      if (parent.group.failure) return operation.return(undefined);
      return failure ? operation.throw(failure.thrown) : operation.next(results);
    });
  }

  /** Cancels what else is running in a group, for the first failure only. */
  #fail(group: Group, thrown: unknown): void {
    if (group.failure) return;
    group.failure = { thrown };
    group.iterator.return?.();
    for (const task of group.running) this.#cancel(task);
  }

  /** Makes an operation return: its `finally` blocks still run, and their steps are performed. */
  #cancel(task: Task): void {
    if (task.made) this.#fail(task.made, task.group.failure?.thrown);
    if (task.step === undefined) return;
    this.#caller.cancel(task.step);
    this.#waiting.delete(task.step);
    delete task.step;
    this.#advance(task, (operation) => operation.return(undefined));
  }

  /** The call's time is up: everything is cancelled, and gets a little time to tidy up. */
  #expire(group: Group): void {
    const isCleanup = this.#call.failure !== undefined;
    this.#call.expire();
    this.#deadlineMs = cleanupCall(this.#call).deadlineMs;
    if (isCleanup) group.running.clear();
    else this.#fail(group, this.#call.failure);
  }
}

/** Sends an operation the value of a computation, or its failure. */
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
