/** Several operations at once, asynchronously. Their blocking counterpart is `blocking/overlap.ts`. */
import { CloudError, type Operation } from '@isobar/core/provider';
import type { Call } from './call.ts';
import { driveAsync, type PerformAsync } from './drive.ts';

/**
 * Drives operations side by side, at most `limit` at once, drawing each only when there is a place for it.
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
  const lane = async (): Promise<void> => {
    try {
      while (!group.failure) {
        const drawn = iterator.next();
        if (drawn.done) return;
        const at = count++;
        results[at] = undefined;
        results[at] = await driveAsync(drawn.value, perform, group);
      }
    } catch (failure) {
      failures.push(failure);
      group.cancel(siblingFailed());
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  group.end();
  if (!group.failure) return results;
  iterator.return?.();
  throw call.failure ?? failures[0];
}

/** Why the siblings of a failed operation were cancelled. Never seen by callers: they see the failure itself. */
function siblingFailed(): CloudError {
  return new CloudError('aborted', 'another of the parallel operations failed');
}
