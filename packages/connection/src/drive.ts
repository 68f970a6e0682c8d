/**
 * Runs operations to their end: the same loop twice, blocking and asynchronous, alike but for `await`.
 *
 * Only performing a step can fail into the operation (`throw`), so that providers can catch what the world did to them;
 * an operation's own mistakes pass straight out. A cancelled call enters as {@link cancellation}, which operations let pass;
 * they clean up in `finally` blocks, whose steps are performed under a short call of their own.
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
  let under = call;
  try {
    let next = operation.next();
    while (!next.done) {
      let reply: unknown;
      try {
        reply = perform(next.value, under);
      } catch (failure) {
        const thrown = under.failure ? cancellation : failure;
        if (call.failure && under === call) under = cleanupCall(call);
        next = operation.throw(thrown);
        continue;
      }
      next = operation.next(reply);
    }
    if (under === call) return next.value;
  } catch (failure) {
    if (under === call) throw failure;
  } finally {
    if (under !== call) under.end();
  }
  throw call.failure;
}

/** Runs an operation to its end while other code runs. */
export async function driveAsync<Result>(
  operation: Operation<Result>,
  perform: PerformAsync,
  call: Call,
): Promise<Result> {
  let under = call;
  try {
    let next = operation.next();
    while (!next.done) {
      let reply: unknown;
      try {
        const performed = perform(next.value, under);
        // What is there already is not waited for.
        reply = performed instanceof Promise ? await performed : performed;
      } catch (failure) {
        const thrown = under.failure ? cancellation : failure;
        if (call.failure && under === call) under = cleanupCall(call);
        next = operation.throw(thrown);
        continue;
      }
      next = operation.next(reply);
    }
    if (under === call) return next.value;
  } catch (failure) {
    if (under === call) throw failure;
  } finally {
    if (under !== call) under.end();
  }
  throw call.failure;
}
