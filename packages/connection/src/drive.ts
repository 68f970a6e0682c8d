/**
 * Runs operations to their end: the same loop twice, blocking and asynchronous, alike but for `await`.
 *
 * Only performing a step can fail into the operation (`throw`), so that providers can catch what the world did to them;
 * an operation's own mistakes pass straight out. A call that has been cancelled refuses its operation's next step, or the
 * one under way, with {@link cancellation}, which operations let pass. Steps that clean up are performed under a call of
 * their own, which that does not end.
 */
import type { Operation, Step } from '@isobar/core/provider';
import { type Call, cleanupCall } from './call.ts';
import { cancellation } from './cancellation.ts';

/** Performs one step and waits for it, on this thread. Refuses when the call has been cancelled. */
export type PerformBlocking = (step: Step, call: Call) => unknown;

/** Performs one step. Refuses when the call has been cancelled. */
export type PerformAsync = (step: Step, call: Call) => unknown | Promise<unknown>;

/** Runs an operation to its end on this thread, which waits for every step. */
export function driveBlocking<Result>(operation: Operation<Result>, perform: PerformBlocking, call: Call): Result {
  let cleanup: Call | undefined;
  let isCancelled = false;
  try {
    let next = operation.next();
    while (!next.done) {
      if (next.value.isCleanup) cleanup ??= cleanupCall(call);
      const under = (next.value.isCleanup && cleanup) || call;
      let reply: unknown;
      try {
        reply = perform(next.value, under);
      } catch (failure) {
        if (call.failure && under === call) isCancelled = true;
        next = operation.throw(under.failure ? cancellation : failure);
        continue;
      }
      next = operation.next(reply);
    }
    if (!isCancelled) return next.value;
  } catch (failure) {
    if (!isCancelled && failure !== cancellation) throw failure;
  } finally {
    cleanup?.end();
  }
  throw call.failure ?? cleanup?.failure;
}

/** Runs an operation to its end while other code runs. */
export async function driveAsync<Result>(
  operation: Operation<Result>,
  perform: PerformAsync,
  call: Call,
): Promise<Result> {
  let cleanup: Call | undefined;
  let isCancelled = false;
  try {
    let next = operation.next();
    while (!next.done) {
      if (next.value.isCleanup) cleanup ??= cleanupCall(call);
      const under = (next.value.isCleanup && cleanup) || call;
      let reply: unknown;
      try {
        const performed = perform(next.value, under);
        // What is there already is not waited for.
        reply = performed instanceof Promise ? await performed : performed;
      } catch (failure) {
        if (call.failure && under === call) isCancelled = true;
        next = operation.throw(under.failure ? cancellation : failure);
        continue;
      }
      next = operation.next(reply);
    }
    if (!isCancelled) return next.value;
  } catch (failure) {
    if (!isCancelled && failure !== cancellation) throw failure;
  } finally {
    cleanup?.end();
  }
  throw call.failure ?? cleanup?.failure;
}
