/** Retries: what is retried, how long it waits, when it gives up. No test waits. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CloudError, type CloudErrorCode } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { clock } from '../steps/local-steps.ts';
import { sleep } from '../steps/system-steps.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { networkFailure } from '../testing/scripted-service.ts';
import { ScriptedWorld } from '../testing/scripted-world.ts';
import { defaultRetryPolicy, parseRetryAfter, type RetryPolicy, retry } from './retry.ts';

forbidIo({ beforeEach, afterEach });

const policy: RetryPolicy = { attempts: 5, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 100_000 };

/** An operation whose attempts fail with the given errors, then succeed. */
function failing(failures: readonly Error[], tries: number[] = []): (attempts: number) => Operation<string> {
  return function* (attempts) {
    yield* clock();
    tries.push(attempts);
    const failure = failures[attempts - 1];
    if (failure) throw failure;
    return 'done';
  };
}

function times(count: number, failure: Error): Error[] {
  return Array.from({ length: count }, () => failure);
}

const unavailable = new CloudError('unavailable', 'try later', { status: 503 });

describe('retries', () => {
  const transient: CloudErrorCode[] = ['unavailable', 'network', 'timeout', 'rate-limited'];
  test.each(transient)('an idempotent attempt after %s', (code) => {
    expect(new ScriptedWorld().run(retry(policy, true, failing([new CloudError(code, 'no')])))).toBe('done');
  });

  const final: CloudErrorCode[] = ['not-found', 'conflict', 'integrity', 'malformed-response', 'aborted', 'rejected'];
  test.each(final)('nothing after %s', (code) => {
    const world = new ScriptedWorld();
    const failure = new CloudError(code, 'no');
    expect(world.failureOf(retry(policy, true, failing([failure])))).toBe(failure);
    expect(world.sleeps).toEqual([]);
  });

  test.each(['unavailable', 'network', 'timeout'] as const)('no attempt that is not idempotent after %s', (code) => {
    const failure = new CloudError(code, 'no');
    expect(new ScriptedWorld().failureOf(retry(policy, false, failing([failure])))).toBe(failure);
  });

  test('an attempt that is not idempotent after a rate limit, because the server did nothing', () => {
    const limited = new CloudError('rate-limited', 'slow down');
    expect(new ScriptedWorld().run(retry(policy, false, failing([limited])))).toBe('done');
  });

  test('an attempt that is not idempotent when the request was not sent', () => {
    expect(new ScriptedWorld().run(retry(policy, false, failing([networkFailure({ unsent: true })])))).toBe('done');
  });

  test('nothing after another error, which is thrown unchanged', () => {
    const bug = new TypeError('not a function');
    expect(new ScriptedWorld().failureOf(retry(policy, true, failing([bug])))).toBe(bug);
  });

  test('nothing more when a permanent failure follows a transient one', () => {
    const missing = new CloudError('not-found', 'no');
    const failure = new ScriptedWorld().failureOf(retry(policy, true, failing([unavailable, missing]))) as CloudError;
    expect([failure.code, failure.details.attempts]).toEqual(['not-found', 2]);
  });
});

describe('attempts', () => {
  test('run the operation again each time and receive their number', () => {
    const tries: number[] = [];
    new ScriptedWorld().run(retry(policy, true, failing(times(3, unavailable), tries)));
    expect(tries).toEqual([1, 2, 3, 4]);
  });

  test('end after the maximum of the policy', () => {
    const tries: number[] = [];
    new ScriptedWorld().failureOf(retry(policy, true, failing(times(9, unavailable), tries)));
    expect(tries).toHaveLength(5);
  });

  test('are counted in details and message of the last failure', () => {
    const failure = new ScriptedWorld().failureOf(retry(policy, true, failing(times(9, unavailable)))) as CloudError;
    expect(failure.details).toEqual({ status: 503, attempts: 5 });
    expect(failure.message).toBe('try later (after 5 attempts)');
  });

  test('that fail once throw the failure unchanged', () => {
    const once = { ...policy, attempts: 1 };
    expect(new ScriptedWorld().failureOf(retry(once, true, failing([unavailable])))).toBe(unavailable);
  });

  test('keep the cause of the last failure', () => {
    const cause = new Error('reset');
    const broken = new CloudError('network', 'broke', {}, { cause });
    const failure = new ScriptedWorld().failureOf(retry(policy, true, failing(times(9, broken)))) as CloudError;
    expect(failure.cause).toBe(cause);
  });

  test('are not multiplied by an inner operation that has already retried', () => {
    const tries: number[] = [];
    const inner = () => retry(policy, true, failing(times(99, unavailable), tries));
    const failure = new ScriptedWorld().failureOf(retry(policy, true, inner));
    expect(failure).toMatchObject({ code: 'unavailable', details: { attempts: 5 } });
    expect(tries).toEqual([1, 2, 3, 4, 5]);
  });
  test('do not catch a cancellation', () => {
    const world = new ScriptedWorld();
    world.cancelBefore(({ kind }) => kind === 'sleep');
    expect(world.failureOf(retry(policy, true, failing(times(2, unavailable))))).toHaveProperty('name', 'Cancelled');
  });
});

describe('waits', () => {
  function waits(randomBytes: number[], failures: Error[], by: RetryPolicy = policy): number[] {
    const world = new ScriptedWorld();
    world.randomBytes = randomBytes;
    world.run(retry(by, true, failing(failures)));
    return world.sleeps;
  }

  test('are 0 for the smallest random value', () => {
    expect(waits([0, 0], times(4, unavailable))).toEqual([0, 0, 0, 0]);
  });
  test('double for the largest random value', () => {
    expect(waits([0xff, 0xff], times(4, unavailable))).toEqual([100, 200, 400, 800]);
  });
  test('never exceed maxDelayMs', () => {
    expect(waits([0xff, 0xff], times(4, unavailable), { ...policy, maxDelayMs: 250 })).toEqual([100, 200, 250, 250]);
  });
  test('use both random bytes', () => {
    expect(waits([0x80, 0x00], [unavailable])).toEqual([(0x8000 / 0xffff) * 100]);
  });
  test('are at least what the server asks for, even above maxDelayMs', () => {
    const later = new CloudError('rate-limited', 'later', { retryAfterMs: 5000 });
    expect(waits([0xff, 0xff], [later])).toEqual([5000]);
  });
  test('may be longer than what the server asks for', () => {
    const later = new CloudError('rate-limited', 'later', { retryAfterMs: 5 });
    expect(waits([0xff, 0xff], [later])).toEqual([100]);
  });
  test('are finite after any number of attempts', () => {
    const many = waits([0xff, 0xff], times(1100, unavailable), { ...policy, attempts: 1101, budgetMs: 1e9 });
    expect(Math.max(...many)).toBe(1000);
  });
});

describe('the budget', () => {
  test('is never exceeded by a wait', () => {
    const world = new ScriptedWorld();
    world.randomBytes = [0xff, 0xff];
    world.failureOf(retry({ ...policy, budgetMs: 350 }, true, failing(times(9, unavailable))));
    expect(world.sleeps).toEqual([100, 200]);
  });
  test('may be used up to its last millisecond', () => {
    const world = new ScriptedWorld();
    world.randomBytes = [0xff, 0xff];
    world.failureOf(retry({ ...policy, budgetMs: 300 }, true, failing(times(9, unavailable))));
    expect(world.sleeps).toEqual([100, 200]);
  });
  test('includes the time that attempts take', () => {
    const world = new ScriptedWorld();
    world.randomBytes = [0, 0];
    const tries: number[] = [];
    function* slow(attempts: number): Operation<never> {
      tries.push(attempts);
      yield* sleep(200);
      throw unavailable;
    }
    world.failureOf(retry({ ...policy, budgetMs: 350 }, true, slow));
    expect(tries).toEqual([1, 2, 3]);
  });
  test('ends the call at once when the server asks for a longer wait', () => {
    const world = new ScriptedWorld();
    const later = new CloudError('unavailable', 'later', { retryAfterMs: 3_600_000 });
    const failure = world.failureOf(retry(defaultRetryPolicy, true, failing([later])));
    expect([failure, world.sleeps]).toEqual([later, []]);
  });
});

describe('parseRetryAfter', () => {
  const nowMs = Date.parse('Thu, 15 Jan 2026 10:30:00 GMT');
  test.each<[string, string | undefined, number | undefined]>([
    ['seconds', '120', 120_000],
    ['zero seconds', '0', 0],
    ['seconds with blanks around them', ' 7 ', 7000],
    ['a future date', 'Thu, 15 Jan 2026 10:31:30 GMT', 90_000],
    ['a past date as 0', 'Thu, 15 Jan 2026 10:00:00 GMT', 0],
    ['a missing header as undefined', undefined, undefined],
    ['other text as undefined', 'soon', undefined],
    ['an empty header as undefined', '', undefined],
  ])('parses %s', (_, header, expected) => expect(parseRetryAfter(header, nowMs)).toBe(expected));

  test.each(['-5', '1.5', '1e3'])('refuses the number %s', (header) => {
    expect(parseRetryAfter(header, nowMs)).toBeUndefined();
  });
});
