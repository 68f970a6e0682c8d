import { CloudError, cleanUp, isCloudError, type Operation, sleep, stat } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { driveAsync, performerOf, performNow, stepFailure, WorkerOf } from '../testing/fake-steps.ts';
import { Call } from './call.ts';
import { driveBlocking } from './drive.ts';

const kinds = {
  blocking: async <Result>(operation: Operation<Result>, log: string[], call: Call): Promise<Result> =>
    driveBlocking(operation, new WorkerOf(performNow(log)), call),
  async: <Result>(operation: Operation<Result>, log: string[], call: Call): Promise<Result> =>
    driveAsync(operation, performerOf(performNow(log)), call),
};

describe.for(Object.entries(kinds))('drive, %s', ([, drive]) => {
  test('performs the steps in order and returns the result', async () => {
    const log: string[] = [];
    function* operation(): Operation<string> {
      yield* sleep(1);
      yield* stat('a');
      return 'result';
    }
    expect(await drive(operation(), log, new Call(0))).toBe('result');
    expect(log).toEqual(['sleep 1', 'stat a']);
  });

  test('throws a failed step into the operation, which may continue', async () => {
    function* operation(): Operation<unknown> {
      try {
        yield* sleep(-1);
      } catch (failure) {
        yield* sleep(2);
        return failure;
      }
      return 'not reached';
    }
    expect(await drive(operation(), [], new Call(0))).toBe(stepFailure);
  });

  test('throws what the operation does not catch', async () => {
    await expect(drive(sleep(-1), [], new Call(0))).rejects.toBe(stepFailure);
  });

  test("throws an operation's own error once, and does not resume it", async () => {
    let catches = 0;
    const mistake = new TypeError('a mistake');
    function* operation(): Operation<void> {
      try {
        yield* sleep(1);
        throw mistake;
      } catch (failure) {
        catches += 1;
        throw failure;
      }
    }
    await expect(drive(operation(), [], new Call(0))).rejects.toBe(mistake);
    expect(catches).toBe(1);
  });

  test('a cancellation is not a CloudError, and cleanup steps in finally blocks are still performed', async () => {
    const log: string[] = [];
    const call = new Call(0);
    const enough = new CloudError('aborted', 'enough');
    function* operation(): Operation<string> {
      try {
        yield* stat('before');
        call.cancel(enough);
        yield* sleep(1);
      } catch (failure) {
        if (!isCloudError(failure)) throw failure;
        log.push('caught');
      } finally {
        yield* cleanUp(stat('cleanup'));
      }
      return 'not reached';
    }
    await expect(drive(operation(), log, call)).rejects.toBe(enough);
    expect(log).toEqual(['stat before', 'stat cleanup']);
  });

  test('a cancelled operation does not continue after an inner operation has cleaned up', async () => {
    const log: string[] = [];
    const call = new Call(0);
    function* inner(): Operation<void> {
      try {
        call.cancel(new CloudError('aborted', 'enough'));
        yield* sleep(1);
      } finally {
        yield* cleanUp(stat('cleanup'));
      }
    }
    function* outer(): Operation<void> {
      yield* inner();
      yield* stat('must not be performed');
    }
    await expect(drive(outer(), log, call)).rejects.toBe(call.failure);
    expect(log).toEqual(['stat cleanup']);
  });

  test('a cleanup that is running when the call is cancelled completes', async () => {
    const log: string[] = [];
    const call = new Call(0);
    function* tidy(): Operation<void> {
      yield* stat('first');
      call.cancel(new CloudError('aborted', 'enough'));
      yield* stat('second');
    }
    function* operation(): Operation<void> {
      try {
        yield* sleep(-1);
      } finally {
        yield* cleanUp(tidy());
      }
    }
    await expect(drive(operation(), log, call)).rejects.toBe(stepFailure);
    expect(log).toEqual(['sleep -1', 'stat first', 'stat second']);
  });

  test('each cleanup of an operation that goes on has a time of its own', async () => {
    const log: string[] = [];
    const scopes: Call[] = [];
    class Watched extends Call {
      override detach(timeoutMs: number): Call {
        const scope = super.detach(timeoutMs);
        scopes.push(scope);
        return scope;
      }
    }
    function* operation(): Operation<string> {
      yield* cleanUp(stat('first'));
      yield* stat('between');
      // Ten seconds after the first cleanup began.
      scopes[0]?.cancel(new CloudError('timeout', 'the time of the first cleanup is up'));
      yield* cleanUp(stat('second'));
      return 'done';
    }
    expect(await drive(operation(), log, new Watched(0))).toBe('done');
    expect(log).toEqual(['stat first', 'stat between', 'stat second']);
    expect(scopes).toHaveLength(2);
  });

  test('an operation that has cleaned up before performs only cleanup steps after a cancellation', async () => {
    const log: string[] = [];
    const call = new Call(0);
    function* operation(): Operation<void> {
      yield* cleanUp(stat('tidied'));
      call.cancel(new CloudError('aborted', 'enough'));
      yield* cleanUp(stat('tidied again'));
      yield* stat('must not be performed');
    }
    await expect(drive(operation(), log, call)).rejects.toBe(call.failure);
    expect(log).toEqual(['stat tidied', 'stat tidied again']);
  });

  test('an operation that catches its cancellation is still cancelled', async () => {
    const call = new Call(0);
    function* operation(): Operation<string> {
      try {
        call.cancel(new CloudError('aborted', 'enough'));
        yield* sleep(1);
      } catch {
        // A mistake, but the call must not succeed.
      }
      return 'done';
    }
    await expect(drive(operation(), [], call)).rejects.toBe(call.failure);
  });

  test('a failing cleanup does not hide why the call was cancelled', async () => {
    const call = new Call(0);
    call.cancel(new CloudError('timeout', 'too late'));
    function* operation(): Operation<void> {
      try {
        yield* sleep(1);
      } finally {
        yield* cleanUp(sleep(-1));
      }
    }
    await expect(drive(operation(), [], call)).rejects.toBe(call.failure);
  });

  test('a call that is cancelled after the last step still returns its result', async () => {
    const call = new Call(0);
    function* operation(): Operation<string> {
      yield* sleep(1);
      call.cancel(new CloudError('aborted', 'too late to matter'));
      return 'done';
    }
    expect(await drive(operation(), [], call)).toBe('done');
  });
});
