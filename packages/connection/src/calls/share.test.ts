/** Shared operations: driven once for all callers, for as long as at least one waits. */
import { CloudError, cleanUp, type Operation, parallel, share, sleep } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { driveAsync, FakeWorker, performOver, sleeper, stepFailure } from '../testing/fake-steps.ts';
import { Call } from './call.ts';
import { driveBlocking } from './drive.ts';

type Operations = Iterable<Operation<unknown>>;

const kinds = {
  blocking: async (operations: Operations, worker: FakeWorker) =>
    driveBlocking(parallel(operations, 8), worker, new Call(0)),
  async: (operations: Operations, worker: FakeWorker) =>
    driveAsync(parallel(operations, 8), performOver(worker), new Call(0)),
};

describe.for(Object.entries(kinds))('share, %s', ([, runOver]) => {
  const run = (operations: Operations, log: string[]) => runOver(operations, new FakeWorker(log));
  const owner = {};
  const token = (log: string[]) => share(owner, sleeper('token', [5], log));
  const asked = (log: string[]) => log.filter((line) => line === 'token asks for 5').length;

  function* later(ms: number, operation: Operation<unknown>): Operation<unknown> {
    yield* sleep(ms);
    return yield* operation;
  }

  test('is driven once for all callers that join while it runs', async () => {
    const log: string[] = [];
    expect(await run([token(log), token(log), later(1, token(log))], log)).toEqual(['token', 'token', 'token']);
    expect(asked(log)).toBe(1);
  });

  test('is driven again after it has ended', async () => {
    const log: string[] = [];
    await run([token(log), later(9, token(log))], log);
    expect(asked(log)).toBe(2);
  });

  test('is driven once for each owner', async () => {
    const log: string[] = [];
    await run([token(log), share({}, sleeper('token', [5], log))], log);
    expect(asked(log)).toBe(2);
  });

  test('overlaps with other operations', async () => {
    const log: string[] = [];
    const worker = new FakeWorker(log);
    await runOver([token(log), token(log), sleeper('other', [3], log)], worker);
    expect(worker.maxAtOnce).toBe(2);
  });

  test('fails for all callers, and each may continue', async () => {
    const log: string[] = [];
    function* hopeful(): Operation<string> {
      try {
        return yield* share(owner, sleeper('failing', [-3], log));
      } catch (failure) {
        yield* sleep(1);
        return `caught ${(failure as Error).message}`;
      }
    }
    const caught = `caught ${stepFailure.message}`;
    expect(await run([hopeful(), hopeful()], log)).toEqual([caught, caught]);
    expect(log.filter((line) => line === 'failing failed')).toHaveLength(1);
  });

  test('is driven again after a failure', async () => {
    const log: string[] = [];
    function* stubborn(): Operation<string> {
      try {
        return yield* share(owner, sleeper('failing', [-3], log));
      } catch {
        return yield* share(owner, sleeper('good', [3], log));
      }
    }
    expect(await run([stubborn(), stubborn()], log)).toEqual(['good', 'good']);
    expect(log.filter((line) => line === 'good asks for 3')).toHaveLength(1);
  });

  test('may wait for another shared operation', async () => {
    const log: string[] = [];
    const inner = {};
    function* outer(): Operation<string> {
      return `${yield* share(inner, sleeper('inner', [2], log))} for outer`;
    }
    const both = [share(owner, outer()), share(owner, outer()), share(inner, sleeper('inner', [2], log))];
    expect(await run(both, log)).toEqual(['inner for outer', 'inner for outer', 'inner']);
    expect(log.filter((line) => line === 'inner asks for 2')).toHaveLength(1);
  });

  test('may run parallel operations', async () => {
    const log: string[] = [];
    const several = () => share(owner, parallel([sleeper('a', [2], log), sleeper('b', [3], log)], 2));
    expect(await run([several(), several()], log)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('can be joined from different nesting levels', async () => {
    const log: string[] = [];
    const deep = parallel([parallel([token(log)], 1), token(log) as Operation<unknown>], 2);
    expect(await run([deep, token(log)], log)).toEqual([[['token'], 'token'], 'token']);
    expect(asked(log)).toBe(1);
  });

  test('continues for the other callers when one is cancelled', async () => {
    const log: string[] = [];
    function* careful(): Operation<unknown> {
      try {
        return yield* parallel([token(log), sleeper('failing', [-1], log)], 2);
      } catch {
        return 'gave up';
      }
    }
    // The caller that is cancelled was the first, which started the operation.
    expect(await run([careful(), token(log)], log)).toEqual(['gave up', 'token']);
    expect([asked(log), log.includes('token cancelled')]).toEqual([1, false]);
  });

  test('is cancelled and cleans up when its last caller is cancelled', async () => {
    const log: string[] = [];
    const operations = [token(log), token(log), sleeper('failing', [-1], log)];
    await expect(run(operations, log)).rejects.toThrow(stepFailure.message);
    expect(log).toContain('stat cleanup of token');
  });

  test('is driven again by the cleanup of a cancelled caller', async () => {
    const log: string[] = [];
    function* tidy(): Operation<unknown> {
      try {
        return yield* token(log);
      } finally {
        log.push(`tidied with ${yield* cleanUp(token(log))}`);
      }
    }
    await expect(run([tidy(), sleeper('failing', [-1], log)], log)).rejects.toThrow(stepFailure.message);
    expect([asked(log), log.at(-1)]).toEqual([2, 'tidied with token']);
  });
});

test('share, blocking: the deadline cancels it and all its callers', () => {
  const log: string[] = [];
  const worker = new FakeWorker(log);
  worker.stopsAfter = 0;
  const owner = {};
  const operations = [share(owner, sleeper('token', [5], log)), share(owner, sleeper('token', [5], log))];
  expect(() => driveBlocking(parallel(operations, 2), worker, new Call(50))).toThrow('did not end within its 50 ms');
  expect(log).toEqual(['token asks for 5', 'token cancelled', 'stat cleanup of token']);
});

test('share, async: separate calls share, and cancelling the first does not cancel the others', async () => {
  const log: string[] = [];
  const performer = performOver(new FakeWorker(log));
  const owner = {};
  const first = new Call(0);
  const ask = (call: Call) => driveAsync(share(owner, sleeper('token', [5, 5], log)), performer, call);
  const outcomes = Promise.allSettled([ask(first), ask(new Call(0))]);
  const enough = new CloudError('aborted', 'enough');
  first.cancel(enough);
  expect(await outcomes).toEqual([
    { status: 'rejected', reason: enough },
    { status: 'fulfilled', value: 'token' },
  ]);
});
