/**
 * The engine: decides which operation runs next, in both kinds of calls and in script tests. It has no I/O, timers or
 * promises. The kinds differ only in how they wait: a {@link Performer} performs a step and passes the reply to
 * {@link resume}, now or later.
 *
 * A *task* is one running operation: the operation of a call, or one of a group. A *group* has the operations of one flow
 * step: `parallel`, `race`, `share` or `on`. States of a task:
 *
 *   the operation of a call, or of a group whose limit allows one more (`fill`)
 *      │
 *      ▼                resume(reply): the step was performed, or the group has ended
 *   running ◄────────────────────────────────────────────────────────────────────────┐   its generator is on the stack
 *      │  │  ▲          resume(failure, true): it failed                             │
 *      │  │  └──────────────────────────────────────────────────────────┐            │
 *      │  │  ▲          throw(cancellation): `current` was cancelled    │            │
 *      │  │  └──────────────────────────────────────────────────────────┤            │
 *      │  ├─ yields a step ───────► waiting for the performer ──────────┴────────────┤
 *      │  └─ yields a flow step ──► waiting for a group (in its `waiting`) ──────────┘
 *      │ returns or throws: `end`
 *      ▼
 *   ended: `fill` takes the group's next operation, or `finish` resumes the tasks that wait for the group
 *
 * States of a shared operation (`share`):
 *
 *            join                 its operation ends
 *   (none) ────────► in flight ───────────────────► ended: forgotten, callers get the outcome
 *                     │  ▲  │
 *                     └──┘  └─ the last waiting caller is cancelled ─► cancelled: forgotten, cleans up
 *                     join
 *
 * Cancelling:
 * - Each step runs in a {@link Scope}: that of its task, or, for the steps of a cleanup, its own with ten seconds. While a
 *   scope is cancelled, each of its steps is refused: the engine throws {@link cancellation} into the operation, which
 *   operations do not catch. So a cancelled operation cannot wait for anything but its cleanup.
 * - A group's scope is a branch of the scope of its flow step, so the two are cancelled together. The scope of a shared
 *   operation is not: the end of one caller must not end it for the others. The last caller to leave cancels it, and waits
 *   for its cleanup, so no cleanup outlives the calls.
 * - When a scope is cancelled, the performer ends the running steps of that scope and resumes their tasks. A step that was
 *   completed anyway is passed to its operation, which may have to undo it. A caller of a shared operation that other
 *   tasks wait for is resumed by the engine, at once.
 * - A cancelled operation ends with the reason, even if it catches the cancellation or its cleanup fails. One whose scope
 *   is cancelled after its last step still returns its result.
 * - Only failed steps are thrown into an operation, so it can catch them. Its own errors end it.
 *
 * Invariants, whenever no task is running:
 * 1. Each task that has not ended waits for the performer or for one group that has not ended.
 * 2. A group runs at most `limit` tasks. Once it is settled or its scope is cancelled, it takes no further operations.
 * 3. A group without running tasks has ended, and has resumed each task that waited for it once.
 *
 * No deadlock: a task that waits for a group waits, by 3, for a task of that group. Groups nest finitely, and an operation
 * must not share on its own owner, so the chain ends at a task that waits for the performer.
 * Functions re-enter each other (resume, end, fill, finish, resume), so they change the state before they resume an
 * operation. `isFilling` keeps `fill` from nesting, so operations that end immediately do not exhaust the stack.
 */
import { CloudError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import type { FlowStep, SingleStep, Step } from '../steps/step.ts';
import { cancellation } from './cancellation.ts';
import type { CancelListener, Scope } from './scope.ts';

/** Timeout of an operation's cleanup. */
const cleanupTimeoutMs = 10_000;

/** What the engine needs of a kind of calls. */
export interface Performer {
  /** The shared operations that run now, by owner. */
  readonly flights: Pick<WeakMap<object, Group>, 'get' | 'set' | 'delete'>;
  /** Performs a task's step and then calls {@link resume}, at once or later. When `task.current` is cancelled, soon. */
  perform(task: Task, step: SingleStep): void;
  /**
   * Says where the operations of a flow step run; usually {@link placeOf}.
   *
   * @throws Whatever is thrown is the failure of the step.
   */
  enter(step: FlowStep, scope: Scope): Place;
}

/** Where operations run: who performs their steps, and what cancels them. */
export interface Place {
  readonly performer: Performer;
  readonly scope: Scope;
}

/** The place of a flow step's operations on the connection of the operation that yields it. */
export function placeOf(step: FlowStep, scope: Scope, performer: Performer): Place {
  return { performer, scope: step.kind === 'share' ? scope.detach(0) : scope.branch() };
}

/** One running operation. */
export interface Task {
  readonly operation: Operation<unknown>;
  readonly performer: Performer;
  readonly scope: Scope;
  /** `undefined` for the operation of a call. */
  readonly group: Group | undefined;
  /** Its place among the operations of its group. */
  readonly index: number;
  /** The scope of its current step. */
  current: Scope;
  /** The scope of its cleanup steps. */
  cleanup: Scope | undefined;
  /** The group that it waits for. */
  waitsFor: Group | undefined;
  /** A step of it was refused or ended because its scope was cancelled. */
  isCancelled: boolean;
  /** The outcome: the result, or what the operation threw. */
  value: unknown;
  hasFailed: boolean;
  hasEnded: boolean;
  /** Called when the operation of a call has ended. */
  onEnd: (() => void) | undefined;
}

/** Makes a task, which {@link resume} starts. */
export function makeTask(
  operation: Operation<unknown>,
  performer: Performer,
  scope: Scope,
  group?: Group,
  index = 0,
): Task {
  return {
    operation,
    performer,
    scope,
    group,
    index,
    current: scope,
    cleanup: undefined,
    waitsFor: undefined,
    isCancelled: false,
    value: undefined,
    hasFailed: false,
    hasEnded: false,
    onEnd: undefined,
  };
}

/** The operations of one flow step. */
export interface Group extends Place {
  readonly step: FlowStep;
  readonly iterator: Iterator<Operation<unknown>>;
  readonly limit: number;
  /** The results of `parallel`, in the order of the operations. The other flow steps have one: that of the first to end. */
  readonly results: unknown[] | undefined;
  readonly running: Set<Task>;
  /** The tasks that wait for it: one, or any number for `share`. Those of `share` have a listener on their scope. */
  readonly waiting: Map<Task, CancelListener | undefined>;
  /** Number of operations taken from the iterator. */
  taken: number;
  /** True when the iterator has ended. */
  isDrained: boolean;
  /** True while `fill` runs. */
  isFilling: boolean;
  /** True when the outcome is known, although some tasks may still run. */
  isSettled: boolean;
  hasEnded: boolean;
  value: unknown;
  hasFailed: boolean;
}

/**
 * Resumes a task with the reply to its step, or with its failure. The first call, without a reply, starts it.
 *
 * @returns The next step to perform; `undefined` when the operation has ended or waits for a group. Then the engine passes
 * the task to its performer when the group has ended.
 */
export function resume(task: Task, reply: unknown, failed = false): SingleStep | undefined {
  let value = reply;
  let isFailure = failed;
  for (;;) {
    if (isFailure && task.current.failure) {
      if (task.current === task.scope) task.isCancelled = true;
      value = cancellation;
    }
    let next: IteratorResult<Step, unknown>;
    try {
      next = isFailure ? task.operation.throw(value) : task.operation.next(value);
    } catch (thrown) {
      end(task, thrown, true);
      return undefined;
    }
    if (next.done) {
      task.value = next.value;
      task.hasEnded = true;
      // A call that needed nothing of the engine has nothing to do here.
      if (task.group || task.cleanup || task.isCancelled || task.onEnd) end(task, next.value, false);
      return undefined;
    }
    const step = next.value;
    task.current = task.scope;
    if (step.isCleanup) {
      task.cleanup ??= task.scope.detach(cleanupTimeoutMs);
      task.current = task.cleanup;
    } else if (task.cleanup && !task.scope.failure) {
      // The operation goes on: its next cleanup has its own time.
      task.cleanup.end();
      task.cleanup = undefined;
    }
    isFailure = task.current.failure !== undefined;
    if (isFailure) continue;
    if (step.kind !== 'parallel' && step.kind !== 'race' && step.kind !== 'share' && step.kind !== 'on') return step;
    let group: Group;
    try {
      group = groupOf(task, step);
    } catch (thrown) {
      value = thrown;
      isFailure = true;
      continue;
    }
    if (!group.hasEnded) {
      wait(task, group);
      return undefined;
    }
    value = group.value;
    isFailure = group.hasFailed || task.current.failure !== undefined;
  }
}

/** The group of a flow step: that of a running shared operation, or a new one that has started its operations. */
function groupOf(task: Task, step: FlowStep): Group {
  const running = step.kind === 'share' ? task.performer.flights.get(step.owner) : undefined;
  if (running) return running;
  const { performer, scope } = task.performer.enter(step, task.current);
  const operations = 'operations' in step ? step.operations : [step.operation];
  const group: Group = {
    step,
    performer,
    scope,
    iterator: operations[Symbol.iterator](),
    limit: step.kind === 'parallel' ? step.limit : step.kind === 'race' ? Number.POSITIVE_INFINITY : 1,
    results: step.kind === 'parallel' ? [] : undefined,
    running: new Set(),
    waiting: new Map(),
    taken: 0,
    isDrained: false,
    isFilling: false,
    isSettled: false,
    hasEnded: false,
    value: undefined,
    hasFailed: false,
  };
  if (step.kind === 'share') performer.flights.set(step.owner, group);
  fill(group);
  return group;
}

/** Starts operations up to the limit. If none is running then, the group has ended. */
function fill(group: Group): void {
  if (group.isFilling) return;
  group.isFilling = true;
  while (!group.isDrained && !group.isSettled && !group.scope.failure && group.running.size < group.limit) {
    const operation = nextOf(group);
    if (!operation) break;
    const task = makeTask(operation, group.performer, group.scope, group, group.taken);
    if (group.results) group.results[group.taken] = undefined;
    group.taken += 1;
    group.running.add(task);
    proceed(task, resume(task, undefined));
  }
  group.isFilling = false;
  if (group.running.size === 0) finish(group);
}

/** Takes the next operation. A failure of the iterator is one of the group. */
function nextOf(group: Group): Operation<unknown> | undefined {
  let next: IteratorResult<Operation<unknown>>;
  try {
    next = group.iterator.next();
  } catch (thrown) {
    group.isDrained = true;
    settle(group, thrown, true, group.running.size);
    return undefined;
  }
  if (!next.done) return next.value;
  group.isDrained = true;
  return undefined;
}

function proceed(task: Task, step: SingleStep | undefined): void {
  if (step) task.performer.perform(task, step);
}

function wait(task: Task, group: Group): void {
  const leave = group.step.kind === 'share' ? (): void => leaveFlight(task, group) : undefined;
  task.waitsFor = group;
  group.waiting.set(task, leave);
  if (!leave) return;
  task.current.listen(leave);
  // The shared operation may have cancelled its caller when it started.
  if (task.current.failure) leave();
}

/** Takes a cancelled caller out of a shared operation. The last one cancels the operation and waits until it has ended. */
function leaveFlight(task: Task, group: Group): void {
  if (group.waiting.size === 1) {
    forget(group);
    group.scope.cancel(new CloudError('aborted', 'all callers of the shared operation were cancelled'));
    return;
  }
  group.waiting.delete(task);
  task.waitsFor = undefined;
  proceed(task, resume(task, undefined, true));
}

/** Removes a shared operation, so that a later caller starts a new one. */
function forget({ performer, step }: Group): void {
  if (step.kind === 'share' && performer.flights.get(step.owner)?.step === step) performer.flights.delete(step.owner);
}

/** Records the outcome of a task. */
function end(task: Task, value: unknown, failed: boolean): void {
  const { group, scope, cleanup } = task;
  const isCancelled = task.isCancelled || (failed && value === cancellation);
  task.value = isCancelled ? (scope.failure ?? cleanup?.failure) : value;
  task.hasFailed = isCancelled || failed;
  task.hasEnded = true;
  cleanup?.end();
  task.onEnd?.();
  if (!group) return;
  const otherTasks = group.running.size - 1;
  if (task.hasFailed || !group.results) settle(group, task.value, task.hasFailed, otherTasks);
  else addResult(group, group.results, task, otherTasks);
  // Removed after `settle`, which may resume tasks of this group: it must not end while this one still counts.
  group.running.delete(task);
  fill(group);
}

/** Adds a result to those of `parallel`, whose function may say that they are enough. */
function addResult(group: Group, results: unknown[], { index, value }: Task, otherTasks: number): void {
  results[index] = value;
  try {
    if ('isEnough' in group.step && group.step.isEnough?.()) settle(group, results, false, otherTasks);
  } catch (thrown) {
    settle(group, thrown, true, otherTasks);
  }
}

/** Sets the outcome of a group, unless it has one, and cancels the other tasks that run. */
function settle(group: Group, value: unknown, hasFailed: boolean, otherTasks: number): void {
  if (group.isSettled) return;
  group.isSettled = true;
  group.value = value;
  group.hasFailed = hasFailed;
  if (otherTasks === 0) return;
  const what = hasFailed ? 'another of the operations failed' : 'the other operations have given the result';
  group.scope.cancel(new CloudError('aborted', what));
}

/** Ends a group and resumes the tasks that wait for it. */
function finish(group: Group): void {
  if (group.hasEnded) return;
  group.hasEnded = true;
  forget(group);
  if (!group.isSettled) group.value = group.results;
  if (!group.isDrained) close(group.iterator);
  group.scope.end();
  for (const [task, leave] of [...group.waiting]) {
    // A resumed task may fail and so cancel the next one, which has then left.
    if (!group.waiting.delete(task)) continue;
    task.waitsFor = undefined;
    if (leave) task.current.unlisten(leave);
    proceed(task, resume(task, group.value, group.hasFailed || task.current.failure !== undefined));
  }
}

/** Closes an unfinished iterator. Its errors are ignored: the group has an outcome. */
function close(iterator: Iterator<unknown>): void {
  try {
    iterator.return?.();
  } catch {}
}
