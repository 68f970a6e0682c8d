/**
 * `parallel` steps of asynchronous calls. `blocking/overlap.ts` is the blocking counterpart.
 *
 * `limit` loops share one iterator. Each takes an operation, drives it to its end, and repeats. The event loop schedules
 * them, so no task states are needed. All operations run under one branch of the call: the first failure cancels the
 * branch, `driveAsync` throws `cancellation` into each of them, and no loop takes another operation. It cannot hang: a loop
 * ends when the iterator ends or the branch is cancelled, and a cancelled operation waits only for its cleanup, which has
 * a timeout.
 */
import { CloudError, type Operation } from '@isobar/core/provider';
import type { Call } from './call.ts';
import { driveAsync, type PerformAsync } from './drive.ts';

/**
 * Drives operations concurrently, at most `limit` at once. Takes an operation from the iterable only when it can start.
 *
 * @returns The results in the order of the operations.
 * @throws The first failure, once all others have been cancelled and have ended.
 */
export async function parallelAsync(
  operations: Iterable<Operation<unknown>>,
  limit: number,
  perform: PerformAsync,
  call: Call,
): Promise<unknown[]> {
  const group = call.branch();
  const iterator = operations[Symbol.iterator]();
  const results: unknown[] = [];
  const failures: unknown[] = [];
  let count = 0;
  const runLoop = async (): Promise<void> => {
    try {
      while (!group.failure) {
        const next = iterator.next();
        if (next.done) return;
        const at = count++;
        results[at] = undefined;
        results[at] = await driveAsync(next.value, perform, group);
      }
    } catch (failure) {
      failures.push(failure);
      group.cancel(siblingFailed());
    }
  };
  await Promise.all(Array.from({ length: limit }, runLoop));
  group.end();
  if (!group.failure) return results;
  iterator.return?.();
  throw call.failure ?? failures[0];
}

/** The reason for cancelling the other operations. Callers never see it: they get the first failure. */
function siblingFailed(): CloudError {
  return new CloudError('aborted', 'another of the parallel operations failed');
}
