/**
 * Several operations at once while the thread is blocked: each operation's current step is with the worker, and
 * whichever is answered first goes on. Operations inside operations share the same wait, so that they overlap as well.
 * A shared operation is a group of one, for which several operations may wait.
 */
import type { Operation, Step } from '@isobar/core/provider';
import { type Call, cleanupCall } from '../call.ts';
import { cancellation } from '../cancellation.ts';
import { type BlockingCaller, explainBy, isLocal, performHere, replyValue } from './caller.ts';
import type { FinalReply } from './worker-client.ts';

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

/** Operations drawn from one iterable, and who waits for them: nobody but the caller, an operation, or several. */
interface Group {
  readonly iterator: Iterator<Operation<unknown>>;
  readonly limit: number;
  readonly waiting: Set<Task>;
  /** Whose shared operation this is. */
  readonly owner: object | undefined;
  readonly results: unknown[];
  readonly running: Set<Task>;
  drained: boolean;
  /** True while `fill` is at work on it, so that operations which end at once do not nest. */
  filling: boolean;
  failure: { readonly thrown: unknown } | undefined;
}

/** One operation under way. It waits for a step, or for a group. */
interface Task {
  readonly operation: Operation<unknown>;
  readonly group: Group;
  readonly index: number;
  step?: number;
  waitsFor?: Group;
  /** Whether the step under way cleans up. */
  isCleaningUp?: boolean;
  /** No more steps for it, but those that clean up. */
  isCancelled?: boolean;
}

type Resume = (operation: Operation<unknown>) => IteratorResult<Step, unknown>;

class Overlap {
  readonly #caller: StepLine;
  readonly #call: Call;
  readonly #waiting = new Map<number, Task>();
  /** Shared operations under way, by owner. */
  readonly #shared = new Map<object, Group>();
  #deadlineMs: number;

  constructor(caller: StepLine, call: Call) {
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
        this.#wait(task, this.#flight(step.owner, step.operation));
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

  /** The shared operation of an owner: the one under way, else this one. */
  #flight(owner: object, operation: Operation<unknown>): Group {
    const flight = this.#shared.get(owner) ?? this.#open([operation], 1, owner);
    this.#shared.set(owner, flight);
    return flight;
  }

  /** Makes an operation wait for a group, which begins unless it is under way. */
  #wait(task: Task, group: Group): void {
    task.waitsFor = group;
    group.waiting.add(task);
    this.#fill(group);
  }

  /** Gives a group's outcome to the operations that wait for it. */
  #leave(group: Group): void {
    this.#unshare(group);
    const { failure, results } = group;
    for (const task of [...group.waiting]) {
      // One that goes on may fail, and so cancel the next.
      if (!group.waiting.delete(task)) continue;
      delete task.waitsFor;
      const isLost = task.isCancelled && !task.isCleaningUp;
      this.#advance(task, (operation) => {
        if (isLost) return cancel(operation);
        return failure ? operation.throw(failure.thrown) : operation.next(group.owner ? results[0] : results);
      });
    }
  }

  #unshare(group: Group): void {
    if (group.owner && this.#shared.get(group.owner) === group) this.#shared.delete(group.owner);
  }

  /** Cancels what else is running in a group, for the first failure only. */
  #fail(group: Group, thrown: unknown): void {
    if (group.failure) return;
    group.failure = { thrown };
    this.#unshare(group);
    group.iterator.return?.();
    for (const task of group.running) this.#cancel(task);
  }

  /** Cancels an operation, but not what it cleans up. */
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
    // What was done all the same may have to be undone, so the operation must hear of it.
    this.#advance(task, late?.kind === 'done' ? (operation) => operation.next(late.value) : cancel);
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

function cancel(operation: Operation<unknown>): IteratorResult<Step, unknown> {
  return operation.throw(cancellation);
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
