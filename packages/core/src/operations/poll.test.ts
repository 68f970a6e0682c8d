/** Pauses, jitter and deadlines of polling. Time passes only in the script. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CloudError } from '../errors.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { ScriptedWorld } from '../testing/scripted-world.ts';
import type { Operation } from './operation.ts';
import { type PollResult, pollUntil } from './poll.ts';

forbidIo({ beforeEach, afterEach });

const timedOut = (timeoutMs: number) => new CloudError('timeout', `late after ${timeoutMs}`);

/** A poll that takes `takesMs` and is done at `doneMs`. */
function pollOf(world: ScriptedWorld, { doneMs = 1e12, changed = false, takesMs = 0 }) {
  const startedMs = world.nowMs;
  const pollsMs: number[] = [];
  // biome-ignore lint/correctness/useYield: this poll needs no exchange
  function* poll(): Operation<PollResult<string>> {
    pollsMs.push(world.nowMs - startedMs);
    world.nowMs += takesMs;
    return world.nowMs - startedMs >= doneMs ? { done: true, result: 'there' } : { done: false, changed };
  }
  return { poll, pollsMs };
}

function sleepsOf(world: ScriptedWorld, settings: object, options: object): number[] {
  const { poll } = pollOf(world, settings);
  world.failureOf(pollUntil(poll, options, timedOut));
  return world.sleeps;
}

describe('pauses', () => {
  test('grow by half, up to ten times', () => {
    const world = new ScriptedWorld();
    world.randomBytes = [0xff];
    const sleeps = sleepsOf(world, {}, { timeoutMs: 100_000, pollIntervalMs: 1000 });
    expect(sleeps.slice(0, 4)).toEqual([1000, 1500, 2250, 3375]);
    expect(Math.max(...sleeps)).toBe(10_000);
  });
  test('are at least half of the maximum', () => {
    const world = new ScriptedWorld();
    world.randomBytes = [0];
    expect(sleepsOf(world, {}, { timeoutMs: 10_000 }).slice(0, 2)).toEqual([500, 750]);
  });
  test('start at one second at most by default', () => {
    const world = new ScriptedWorld();
    world.randomBytes = [0xff];
    expect(sleepsOf(world, {}, {})[0]).toBe(1000);
  });
  test('stay short while something changes', () => {
    const world = new ScriptedWorld();
    world.randomBytes = [0xff];
    const sleeps = sleepsOf(world, { changed: true }, { timeoutMs: 10_500, pollIntervalMs: 1000 });
    expect(new Set(sleeps.slice(0, -1))).toEqual(new Set([1000]));
  });
});

describe('a deadline', () => {
  test.each([0, 0x80, 0xff])('is never slept past, whatever the random bytes (%i)', (random) => {
    const world = new ScriptedWorld();
    world.randomBytes = [random];
    const slept = sleepsOf(world, {}, { timeoutMs: 7000, pollIntervalMs: 3000 }).reduce((sum, ms) => sum + ms);
    expect(slept).toBeCloseTo(6000, 3);
  });
  test('leaves time for the last poll, one second at most', () => {
    const world = new ScriptedWorld();
    const { poll, pollsMs } = pollOf(world, {});
    world.failureOf(pollUntil(poll, { timeoutMs: 600_000 }, timedOut));
    expect(pollsMs.at(-1)).toBe(599_000);
  });
  test('throws the error of the wait', () => {
    const world = new ScriptedWorld();
    const { poll } = pollOf(world, {});
    expect(world.failureOf(pollUntil(poll, { timeoutMs: 50 }, timedOut))).toMatchObject({ message: 'late after 50' });
  });
  test('is ten minutes by default', () => {
    const world = new ScriptedWorld();
    const { poll } = pollOf(world, {});
    expect(world.failureOf(pollUntil(poll, {}, timedOut))).toMatchObject({ message: 'late after 600000' });
  });
  test('of 0 means no deadline', () => {
    const world = new ScriptedWorld();
    const { poll } = pollOf(world, { doneMs: 3_600_000 });
    expect(world.run(pollUntil(poll, { timeoutMs: 0 }, timedOut))).toBe('there');
  });
  test('includes the time that polls take', () => {
    const world = new ScriptedWorld();
    const { poll, pollsMs } = pollOf(world, { takesMs: 4600 });
    world.failureOf(pollUntil(poll, { timeoutMs: 5000, pollIntervalMs: 100 }, timedOut));
    expect(pollsMs).toEqual([0]);
  });
  test('is not earlier when the clock is set back', () => {
    const world = new ScriptedWorld();
    let polls = 0;
    // biome-ignore lint/correctness/useYield: this poll needs no exchange
    function* poll(): Operation<PollResult<number>> {
      polls += 1;
      if (polls === 2) world.nowMs -= 3_600_000;
      return polls === 4 ? { done: true, result: polls } : { done: false, changed: false };
    }
    expect(world.run(pollUntil(poll, { timeoutMs: 60_000 }, timedOut))).toBe(4);
  });
});
