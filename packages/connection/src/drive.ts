/**
 * Drives one operation to its end: the same loop twice, blocking and asynchronous, identical except for `await`.
 *
 *             next()               next(reply): the step was performed
 *   created ─────────► running ◄──────────────────────────────────────────┐
 *                      │  │  ▲     throw(failure): the step failed        │
 *                      │  │  └───────────────────────────────────┐        │
 *                      │  │ yields a step                        │        │
 *                      │  └──────────────────► waiting for the step ──────┘
 *        returns or    │                               │
 *          throws      │                               │ throw(cancellation): the call was
 *                      ▼                               ▼ cancelled before or during the step
 *                    ended ◄──────────────────── cancelled
 *                           returns or throws    (runs on: cleanup steps are performed,
 *                                                 other steps get `cancellation` again)
 *
 * - Only `perform` runs inside `try`, so an operation can catch a failed step. An error of the operation itself is thrown
 *   to the caller and does not re-enter the operation.
 * - Cancelling a call sets `call.failure`. From then on `perform` throws for every step of that call, and the loop throws
 *   {@link cancellation} into the operation, which operations do not catch. So a cancelled operation cannot wait for
 *   anything but its cleanup.
 * - Cleanup steps run under a `Call` of their own with its own timeout. Cancelling the operation's call does not end them,
 *   and they cannot wait forever.
 * - An operation that was cancelled always ends with `call.failure`, even if it catches the cancellation or its cleanup
 *   fails. A call that is cancelled after the last step still returns its result.
 */
import type { Operation, Step } from '@isobar/core/provider';
import { type Call, cleanupCall } from './call.ts';
import { cancellation } from './cancellation.ts';

/** Performs one step and blocks until it is done. Throws if the call has been cancelled. */
export type PerformBlocking = (step: Step, call: Call) => unknown;

/** Performs one step. Throws or rejects if the call has been cancelled. */
export type PerformAsync = (step: Step, call: Call) => unknown | Promise<unknown>;

/** Drives an operation to its end. This thread blocks for every step. */
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

/** Drives an operation to its end while other code runs. */
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
        // Skips the promise when the reply is already available.
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
