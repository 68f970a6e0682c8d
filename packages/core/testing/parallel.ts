/**
 * Drives parallel operations without I/O. Steps that need no service are performed first, in the order in which they were
 * yielded. Then one exchange at a time is answered. When only sleeps are left, the shortest one ends.
 */
import type { HttpRequest } from '../src/http.ts';
import type { Operation, Step } from '../src/operation.ts';
import { ScriptError } from './scripted-service.ts';

/** Which pending exchange is answered next. */
export type AnswerOrder = 'oldest' | 'newest';

interface Task {
  readonly index: number;
  readonly operation: Operation<unknown>;
  pending: Step;
}

/** Drives operations, at most `limit` at once. @returns Their results in order. @throws The first failure. */
export function driveParallel(
  operations: Iterable<Operation<unknown>>,
  limit: number,
  answersFirst: AnswerOrder,
  perform: (step: Step) => unknown,
  isSilentFor: (request: HttpRequest) => boolean,
): unknown[] {
  const iterator = operations[Symbol.iterator]();
  const results: unknown[] = [];
  let tasks: Task[] = [];
  let startedCount = 0;
  let hasEnded = false;

  const settle = (task: Task, resume: () => IteratorResult<Step, unknown>): void => {
    tasks = tasks.filter((other) => other !== task);
    const next = resume();
    if (next.done) results[task.index] = next.value;
    else tasks.push({ ...task, pending: next.value });
  };

  const fill = (): void => {
    while (!hasEnded && tasks.length < limit) {
      const next = iterator.next();
      if (next.done) {
        hasEnded = true;
        return;
      }
      const operation = next.value;
      const index = startedCount++;
      results[index] = undefined;
      const first = operation.next();
      if (first.done) results[index] = first.value;
      else tasks.push({ index, operation, pending: first.value });
    }
  };

  try {
    for (fill(); tasks.length > 0; fill()) {
      const waiting = tasks.filter(({ pending }) => pending.kind === 'exchange' && !isSilentFor(pending.request));
      const task =
        tasks.find(({ pending }) => pending.kind !== 'exchange' && pending.kind !== 'sleep') ??
        waiting.at(answersFirst === 'oldest' ? 0 : -1) ??
        shortestSleep(tasks);
      if (!task) throw new ScriptError('the remaining exchanges have no answer and nothing cancels them');
      let reply: unknown;
      try {
        reply = perform(task.pending);
      } catch (failure) {
        if (failure instanceof ScriptError) throw failure;
        const isCancelled = failure instanceof Error && failure.name === 'Cancelled';
        settle(task, () => task.operation.throw(failure));
        if (isCancelled) throw failure;
        continue;
      }
      settle(task, () => task.operation.next(reply));
    }
  } catch (failure) {
    if (failure instanceof ScriptError) throw failure;
    for (const task of tasks) cancel(task, perform);
    iterator.return?.();
    throw failure;
  }
  return results;
}

function shortestSleep(tasks: readonly Task[]): Task | undefined {
  const sleeping = tasks.flatMap((task) =>
    task.pending.kind === 'sleep' ? [{ task, milliseconds: task.pending.milliseconds }] : [],
  );
  return sleeping.sort((one, other) => one.milliseconds - other.milliseconds)[0]?.task;
}

/** Cancels an operation as the connection does: it may clean up, and errors that it throws meanwhile are ignored. */
function cancel({ operation, pending }: Task, perform: (step: Step) => unknown): void {
  try {
    let next: IteratorResult<Step, unknown> = { done: false, value: pending };
    while (!next.done) {
      let reply: unknown;
      try {
        if (!next.value.isCleanup) throw new Error('a sibling failed');
        reply = perform(next.value);
      } catch (failure) {
        if (failure instanceof ScriptError) throw failure;
        next = operation.throw(failure);
        continue;
      }
      next = operation.next(reply);
    }
  } catch (failure) {
    if (failure instanceof ScriptError) throw failure;
  }
}
