import { CloudError, cleanUp, type Operation, parallel, sleep, stage, stat } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { overlap } from './blocking/overlap.ts';
import type { FinalReply } from './blocking/worker-client.ts';
import { Call } from './call.ts';
import { cancellation } from './cancellation.ts';
import { parallelAsync } from './parallel.ts';
import { FakeLine, performOver, sleeper, stepFailure } from './testing/fake-steps.ts';

interface Run {
  readonly operations: Iterable<Operation<unknown>>;
  readonly limit: number;
  readonly log: string[];
  readonly call?: Call;
}

const kinds = {
  blocking: async ({ operations, limit, call = new Call(0) }: Run, line: FakeLine) =>
    overlap(operations, limit, line, call),
  async: ({ operations, limit, call = new Call(0) }: Run, line: FakeLine) =>
    parallelAsync(operations, limit, performOver(line), call),
};

describe.for(Object.entries(kinds))('parallel, %s', ([, runOver]) => {
  const run = (given: Run, line = new FakeLine(given.log)): Promise<unknown[]> => runOver(given, line);

  test('gives the results in the order of the operations, whatever order they end in', async () => {
    const log: string[] = [];
    const operations = [sleeper('slow', [9], log), sleeper('fast', [1], log)];
    expect(await run({ operations, limit: 2, log })).toEqual(['slow', 'fast']);
    expect(log.filter((line) => line.endsWith('done'))).toEqual(['fast done', 'slow done']);
  });

  test('overlaps the steps of several operations', async () => {
    const log: string[] = [];
    const line = new FakeLine(log);
    const operations = ['a', 'b', 'c'].map((name) => sleeper(name, [1, 1], log));
    await run({ operations, limit: 3, log }, line);
    expect(line.maxAtOnce).toBe(3);
  });

  test('never runs more than the limit', async () => {
    const log: string[] = [];
    const line = new FakeLine(log);
    const operations = Array.from({ length: 10 }, (_, index) => sleeper(`${index}`, [index], log));
    await run({ operations, limit: 2, log }, line);
    expect(line.maxAtOnce).toBe(2);
  });

  test('lets an operation clean up to its end that failed just before another did', async () => {
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

  test('cancels an operation whole, also when one inside it cleans up with steps', async () => {
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

  test('draws an operation only when there is a place for it', async () => {
    const log: string[] = [];
    let drawn = 0;
    function* operations(): Generator<Operation<string>> {
      for (const name of ['a', 'b', 'c', 'd']) {
        drawn += 1;
        if (drawn > 2) expect(log.filter((line) => line.endsWith('done')).length).toBeGreaterThanOrEqual(drawn - 2);
        yield sleeper(name, [1], log);
      }
    }
    expect(await run({ operations: operations(), limit: 2, log })).toEqual(['a', 'b', 'c', 'd']);
  });

  test('no operations, no results', async () => {
    expect(await run({ operations: [], limit: 4, log: [] })).toEqual([]);
  });

  test('thousands of operations that need no waiting do not exhaust the stack', async () => {
    // biome-ignore lint/correctness/useYield: an operation may have nothing to ask for
    function* nothing(): Operation<number> {
      return 1;
    }
    const operations = Array.from({ length: 20_000 }, () => nothing());
    expect((await run({ operations, limit: 8, log: [] })).length).toBe(20_000);
  });

  test('the first failure is thrown after the others have been cancelled and have cleaned up', async () => {
    const log: string[] = [];
    const operations = [sleeper('slow', [9], log), sleeper('failing', [-1], log), sleeper('never drawn', [1], log)];
    await expect(run({ operations, limit: 2, log })).rejects.toThrow(stepFailure.message);
    expect(log).toContain('slow cancelled');
    expect(log).toContain('stat cleanup of slow');
    expect(log.join()).not.toContain('never drawn');
  });

  test('a failure while drawing cancels what runs', async () => {
    const log: string[] = [];
    function* operations(): Generator<Operation<string>> {
      yield sleeper('slow', [9], log);
      throw new RangeError('no more');
    }
    await expect(run({ operations: operations(), limit: 2, log })).rejects.toThrow('no more');
    expect(log).toContain('slow cancelled');
  });

  test('operations inside operations overlap with their neighbours', async () => {
    const log: string[] = [];
    const line = new FakeLine(log);
    const inner = (name: string): Operation<unknown[]> =>
      parallel([sleeper(`${name}1`, [2, 2], log), sleeper(`${name}2`, [3, 3], log)], 2);
    expect(await run({ operations: [inner('a'), inner('b')], limit: 2, log }, line)).toEqual([
      ['a1', 'a2'],
      ['b1', 'b2'],
    ]);
    expect(line.maxAtOnce).toBe(4);
  });

  test('a failure inside reaches the outer operation, which may catch it', async () => {
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

  test('cancelling an operation cancels those inside it, and what it catches is no failure of theirs', async () => {
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

test('parallel, blocking: the deadline cancels everything and lets it clean up', () => {
  const log: string[] = [];
  const line = new FakeLine(log);
  line.stopsAfter = 1;
  const call = new Call(50);
  const operations = [sleeper('a', [1, 2], log), sleeper('b', [9], log)];
  expect(() => overlap(operations, 2, line, call)).toThrow('did not end within its 50 ms');
  expect(log).toEqual(expect.arrayContaining(['a cancelled', 'stat cleanup of a', 'b cancelled', 'stat cleanup of b']));
});

test('parallel, async: a cancelled call cancels everything and lets it clean up', async () => {
  const log: string[] = [];
  const line = new FakeLine(log);
  line.stopsAfter = 0;
  const call = new Call(0);
  const running = parallelAsync([sleeper('a', [1], log), sleeper('b', [2], log)], 2, performOver(line), call);
  const enough = new CloudError('aborted', 'enough');
  setTimeout(() => call.cancel(enough), 5);
  await expect(running).rejects.toBe(enough);
  expect(log).toEqual(expect.arrayContaining(['a cancelled', 'stat cleanup of a', 'b cancelled', 'stat cleanup of b']));
});

test('overlap: a step that is done although it was cancelled tells its operation, which undoes it', () => {
  const log: string[] = [];
  class Late extends FakeLine {
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
  // biome-ignore lint/correctness/useYield: it fails at once, while the other's step is under way
  function* fails(): Operation<void> {
    throw stepFailure;
  }
  const operations = [makes(), fails()];
  expect(() => overlap(operations, 2, new Late(log), new Call(0))).toThrow(stepFailure.message);
  expect(log).toEqual(['undoes made', 'stat undone']);
});
