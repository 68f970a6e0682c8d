import {
  CloudError,
  cancellation,
  cleanUp,
  immediate,
  type Operation,
  parallel,
  race,
  sleep,
  stage,
  stat,
} from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import type { FinalReply } from '../blocking/worker-client.ts';
import { driveAsync, FakeWorker, performOver, sleeper, stepFailure } from '../testing/fake-steps.ts';
import { Call } from './call.ts';
import { driveBlocking } from './drive.ts';

interface Run {
  readonly operations: Iterable<Operation<unknown>>;
  readonly limit: number;
  readonly log: string[];
  readonly call?: Call;
}

const kinds = {
  blocking: async ({ operations, limit, call = new Call(0) }: Run, worker: FakeWorker) =>
    driveBlocking(parallel(operations, limit), worker, call),
  async: ({ operations, limit, call = new Call(0) }: Run, worker: FakeWorker) =>
    driveAsync(parallel(operations, limit), performOver(worker), call),
};

describe.for(Object.entries(kinds))('parallel, %s', ([, runOver]) => {
  const run = (given: Run, worker = new FakeWorker(given.log)): Promise<unknown[]> => runOver(given, worker);

  test('returns the results in the order of the operations, in whatever order they end', async () => {
    const log: string[] = [];
    const operations = [sleeper('slow', [9], log), sleeper('fast', [1], log)];
    expect(await run({ operations, limit: 2, log })).toEqual(['slow', 'fast']);
    expect(log.filter((line) => line.endsWith('done'))).toEqual(['fast done', 'slow done']);
  });

  test('overlaps the steps of several operations', async () => {
    const log: string[] = [];
    const worker = new FakeWorker(log);
    const operations = ['a', 'b', 'c'].map((name) => sleeper(name, [1, 1], log));
    await run({ operations, limit: 3, log }, worker);
    expect(worker.maxAtOnce).toBe(3);
  });

  test('never runs more operations than the limit', async () => {
    const log: string[] = [];
    const worker = new FakeWorker(log);
    const operations = Array.from({ length: 10 }, (_, index) => sleeper(`${index}`, [index], log));
    await run({ operations, limit: 2, log }, worker);
    expect(worker.maxAtOnce).toBe(2);
  });

  test('lets an operation complete its cleanup when another fails meanwhile', async () => {
    const log: string[] = [];
    function* tidying(): Operation<void> {
      try {
        yield* sleep(-1);
      } finally {
        yield* cleanUp(sleep(50));
        yield* cleanUp(sleep(60));
        log.push('cleaned up');
      }
    }
    function* fails(): Operation<void> {
      yield* sleep(2);
      throw new Error('the other failure');
    }
    await expect(run({ operations: [tidying(), fails()], limit: 2, log })).rejects.toThrow('the other failure');
    expect(log).toEqual(['cleaned up']);
  });

  test('ends a step that a cancelled operation cancels in turn before it waits for others', async () => {
    const log: string[] = [];
    const inner = race<unknown>([sleep(1), immediate('now')]);
    const outer = race([sleeper('earlier', [50], log), inner]);
    await run({ operations: [outer, sleeper('other', [20], log)], limit: 2, log });
    expect(log.filter((line) => / (?:done|cancelled)$/.test(line))).toEqual(['earlier cancelled', 'other done']);
  });

  test('cancels the outer operation too when an inner one has cleaned up with steps', async () => {
    const log: string[] = [];
    function* inner(): Operation<void> {
      try {
        yield* sleep(50);
      } finally {
        yield* cleanUp(sleep(1));
        log.push('cleaned up');
      }
    }
    function* outer(): Operation<void> {
      yield* inner();
      log.push('went on');
    }
    function* fails(): Operation<void> {
      yield* sleep(2);
      throw stepFailure;
    }
    await expect(run({ operations: [outer(), fails()], limit: 2, log })).rejects.toBe(stepFailure);
    expect(log).toContain('cleaned up');
    expect(log).not.toContain('went on');
  });

  test('takes an operation only when it can start', async () => {
    const log: string[] = [];
    let taken = 0;
    function* operations(): Generator<Operation<string>> {
      for (const name of ['a', 'b', 'c', 'd']) {
        taken += 1;
        if (taken > 2) expect(log.filter((line) => line.endsWith('done')).length).toBeGreaterThanOrEqual(taken - 2);
        yield sleeper(name, [1], log);
      }
    }
    expect(await run({ operations: operations(), limit: 2, log })).toEqual(['a', 'b', 'c', 'd']);
  });

  test('starts nothing in a call that was cancelled before', async () => {
    const log: string[] = [];
    const call = new Call(0);
    call.cancel(new CloudError('timeout', 'too late'));
    await expect(run({ operations: [sleeper('late', [1], log)], limit: 1, log, call })).rejects.toBe(call.failure);
    expect(log).toEqual([]);
  });

  test('no operations, no results', async () => {
    expect(await run({ operations: [], limit: 4, log: [] })).toEqual([]);
  });

  test('thousands of operations without steps do not exhaust the stack', async () => {
    // biome-ignore lint/correctness/useYield: an operation may have no steps
    function* nothing(): Operation<number> {
      return 1;
    }
    const operations = Array.from({ length: 20_000 }, () => nothing());
    expect((await run({ operations, limit: 8, log: [] })).length).toBe(20_000);
  });

  test('throws the first failure after the others have been cancelled and have cleaned up', async () => {
    const log: string[] = [];
    const operations = [sleeper('slow', [9], log), sleeper('failing', [-1], log), sleeper('never started', [1], log)];
    await expect(run({ operations, limit: 2, log })).rejects.toThrow(stepFailure.message);
    expect(log).toContain('slow cancelled');
    expect(log).toContain('stat cleanup of slow');
    expect(log.join()).not.toContain('never started');
  });

  test('a failure of the iterable cancels running operations', async () => {
    const log: string[] = [];
    function* operations(): Generator<Operation<string>> {
      yield sleeper('slow', [9], log);
      throw new RangeError('no more');
    }
    await expect(run({ operations: operations(), limit: 2, log })).rejects.toThrow('no more');
    expect(log).toContain('slow cancelled');
  });

  test('nested operations overlap with each other', async () => {
    const log: string[] = [];
    const worker = new FakeWorker(log);
    const inner = (name: string): Operation<unknown[]> =>
      parallel([sleeper(`${name}1`, [2, 2], log), sleeper(`${name}2`, [3, 3], log)], 2);
    expect(await run({ operations: [inner('a'), inner('b')], limit: 2, log }, worker)).toEqual([
      ['a1', 'a2'],
      ['b1', 'b2'],
    ]);
    expect(worker.maxAtOnce).toBe(4);
  });

  test('a failure of an inner operation is thrown in the outer one, which may catch it', async () => {
    const log: string[] = [];
    function* outer(): Operation<string> {
      try {
        yield* parallel([sleeper('failing', [-1], log), sleeper('other', [9], log)], 2);
      } catch {
        yield* sleep(1);
        return 'caught';
      }
      return 'not reached';
    }
    expect(await run({ operations: [outer(), sleeper('neighbour', [5], log)], limit: 2, log })).toEqual([
      'caught',
      'neighbour',
    ]);
    expect(log).toContain('other cancelled');
  });

  test('cancelling an operation cancels its inner operations, and throws a cancellation, not their failure', async () => {
    const log: string[] = [];
    function* outer(): Operation<void> {
      try {
        yield* parallel([sleeper('inside', [9], log)], 1);
      } catch (failure) {
        if (failure === cancellation) throw failure;
        log.push('caught');
      }
    }
    await expect(run({ operations: [outer(), sleeper('failing', [-1], log)], limit: 2, log })).rejects.toThrow(
      stepFailure.message,
    );
    expect(log).toContain('inside cancelled');
    expect(log).toContain('stat cleanup of inside');
    expect(log).not.toContain('caught');
  });
});

test('parallel, blocking: the deadline cancels all operations and lets them clean up', () => {
  const log: string[] = [];
  const worker = new FakeWorker(log);
  worker.stopsAfter = 1;
  const call = new Call(50);
  const operations = [sleeper('a', [1, 2], log), sleeper('b', [9], log)];
  expect(() => driveBlocking(parallel(operations, 2), worker, call)).toThrow('did not end within its 50 ms');
  expect(log).toEqual(expect.arrayContaining(['a cancelled', 'stat cleanup of a', 'b cancelled', 'stat cleanup of b']));
});

test('parallel, async: cancelling the call cancels all operations and lets them clean up', async () => {
  const log: string[] = [];
  const worker = new FakeWorker(log);
  worker.stopsAfter = 0;
  const call = new Call(0);
  const running = driveAsync(parallel([sleeper('a', [1], log), sleeper('b', [2], log)], 2), performOver(worker), call);
  const enough = new CloudError('aborted', 'enough');
  setTimeout(() => call.cancel(enough), 5);
  await expect(running).rejects.toBe(enough);
  expect(log).toEqual(expect.arrayContaining(['a cancelled', 'stat cleanup of a', 'b cancelled', 'stat cleanup of b']));
});

test('parallel, blocking: a step that completes despite its cancellation is passed to its operation, which undoes it', () => {
  const log: string[] = [];
  class Late extends FakeWorker {
    override cancel(id: number): FinalReply | undefined {
      super.cancel(id);
      return { kind: 'done', id, value: 'made' };
    }
  }
  function* makes(): Operation<void> {
    const made = yield* stage('/file');
    try {
      yield* sleep(1);
    } finally {
      log.push(`undoes ${made}`);
      yield* cleanUp(stat('undone'));
    }
  }
  // biome-ignore lint/correctness/useYield: it fails at once, while the other's step is running
  function* fails(): Operation<void> {
    throw stepFailure;
  }
  const operations = [makes(), fails()];
  expect(() => driveBlocking(parallel(operations, 2), new Late(log), new Call(0))).toThrow(stepFailure.message);
  expect(log).toEqual(['undoes made', 'stat undone']);
});
