/** Random operations have the same outcome in both kinds: the same results, failures and cleanup. */
import { CloudError, type Operation } from '@isobar/core/provider';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Notes, operationOf, type Tree, trees } from '../../../core/testing/random-operations.ts';
import { driveAsync, FakeWorker, performOver } from '../testing/fake-steps.ts';
import { Call } from './call.ts';
import { driveBlocking } from './drive.ts';

type Drive = (operation: Operation<unknown>, worker: FakeWorker, call: Call) => Promise<unknown>;

const inBlocking: Drive = async (operation, worker, call) => driveBlocking(operation, worker, call);
const inAsync: Drive = (operation, worker, call) => driveAsync(operation, performOver(worker), call);

/** The outcome of a tree, and what its operations noted. */
async function outcomeOf(tree: Tree, drive: Drive): Promise<object> {
  const notes = new Notes();
  const log: string[] = [];
  const call = new Call(0);
  notes.cancel = (failure) => call.cancel(failure);
  const outcome = await drive(operationOf(tree, notes), new FakeWorker(log), call).then(
    (result) => ({ result }),
    (failure: Error) => ({ failure: failure.message, isCloudError: failure instanceof CloudError }),
  );
  const { broken, ended, endedCleanups, started } = notes;
  return {
    ...outcome,
    broken,
    started: started.toSorted(),
    ended: ended.toSorted(),
    cleanups: endedCleanups.toSorted(),
    log: log.toSorted(),
  };
}

test('random operations have the same outcome in both kinds', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      expect(await outcomeOf(tree, inBlocking)).toEqual(await outcomeOf(tree, inAsync));
    }),
    { numRuns: 200 },
  );
});
