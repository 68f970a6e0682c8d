/**
 * Several operations side by side, without I/O: steps that need no service are done in the order in which they were
 * yielded; exchanges wait until nothing else is left to do, then one of them is answered; time passes when none is left.
 */
import type { HttpRequest } from '../src/http.ts';
import type { Operation, Step } from '../src/operation.ts';
import { ScriptError } from './scripted-service.ts';

/** Which of the exchanges that wait is answered next. */
export type SideBySide = 'oldest' | 'newest';

interface Lane {
  readonly index: number;
  readonly operation: Operation<unknown>;
  pending: Step;
}

/** Drives operations, drawn as places become free. @returns Their results in order. @throws The first failure. */
export function driveSideBySide(
  operations: Iterable<Operation<unknown>>,
  limit: number,
  answersFirst: SideBySide,
  perform: (step: Step) => unknown,
  isSilentFor: (request: HttpRequest) => boolean,
): unknown[] {
  const iterator = operations[Symbol.iterator]();
  const results: unknown[] = [];
  let lanes: Lane[] = [];
  let drawn = 0;
  let hasEnded = false;

  const settle = (lane: Lane, resume: () => IteratorResult<Step, unknown>): void => {
    lanes = lanes.filter((other) => other !== lane);
    const next = resume();
    if (next.done) results[lane.index] = next.value;
    else lanes.push({ ...lane, pending: next.value });
  };

  const draw = (): void => {
    while (!hasEnded && lanes.length < limit) {
      const next = iterator.next();
      if (next.done) {
        hasEnded = true;
        return;
      }
      const operation = next.value;
      const index = drawn++;
      results[index] = undefined;
      const first = operation.next();
      if (first.done) results[index] = first.value;
      else lanes.push({ index, operation, pending: first.value });
    }
  };

  try {
    for (draw(); lanes.length > 0; draw()) {
      const waiting = lanes.filter(({ pending }) => pending.kind === 'exchange' && !isSilentFor(pending.request));
      const lane =
        lanes.find(({ pending }) => pending.kind !== 'exchange' && pending.kind !== 'sleep') ??
        waiting.at(answersFirst === 'oldest' ? 0 : -1) ??
        shortestSleep(lanes);
      if (!lane) throw new ScriptError('nothing ends the exchanges that are left');
      let reply: unknown;
      try {
        reply = perform(lane.pending);
      } catch (failure) {
        if (failure instanceof ScriptError) throw failure;
        const isCancelled = failure instanceof Error && failure.name === 'Cancelled';
        settle(lane, () => lane.operation.throw(failure));
        if (isCancelled) throw failure;
        continue;
      }
      settle(lane, () => lane.operation.next(reply));
    }
  } catch (failure) {
    if (failure instanceof ScriptError) throw failure;
    for (const lane of lanes) cancel(lane, perform);
    iterator.return?.();
    throw failure;
  }
  return results;
}

function shortestSleep(lanes: readonly Lane[]): Lane | undefined {
  const sleeping = lanes.flatMap((lane) =>
    lane.pending.kind === 'sleep' ? [{ lane, milliseconds: lane.pending.milliseconds }] : [],
  );
  return sleeping.sort((one, other) => one.milliseconds - other.milliseconds)[0]?.lane;
}

/** Cancels an operation as the connection does: it may clean up, and what it throws on its way out is not heard of. */
function cancel({ operation, pending }: Lane, perform: (step: Step) => unknown): void {
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
