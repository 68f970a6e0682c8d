/** The pace of waits: pauses, jitter, deadlines. Time passes only in the script. */
import { describe, expect, test } from 'vitest';
import '../testing/poisoned-world.ts';
import { ScriptedWorld } from '../testing/scripted-world.ts';
import { CloudError } from './errors.ts';
import type { Operation } from './operation.ts';
import { type Look, pollUntil } from './poll.ts';

const late = (timeoutMs: number) => new CloudError('timeout', `late after ${timeoutMs}`);

/** A look that is done at a moment, and takes its time. */
function lookOf(world: ScriptedWorld, { doneMs = 1e12, changed = false, takesMs = 0 }) {
  const startedMs = world.nowMs;
  const looksMs: number[] = [];
  // biome-ignore lint/correctness/useYield: this look needs no exchange
  function* look(): Operation<Look<string>> {
    looksMs.push(world.nowMs - startedMs);
    world.nowMs += takesMs;
    return world.nowMs - startedMs >= doneMs ? { done: true, result: 'there' } : { done: false, changed };
  }
  return { look, looksMs };
}

function sleepsOf(world: ScriptedWorld, settings: object, options: object): number[] {
  const { look } = lookOf(world, settings);
  world.failureOf(pollUntil(look, options, late));
  return world.sleeps;
}

describe('pauses', () => {
  test('grow by half, up to ten times', () => {
    const world = new ScriptedWorld();
    world.chance = [0xff];
    const sleeps = sleepsOf(world, {}, { timeoutMs: 100_000, pollIntervalMs: 1000 });
    expect(sleeps.slice(0, 4)).toEqual([1000, 1500, 2250, 3375]);
    expect(Math.max(...sleeps)).toBe(10_000);
  });
  test('are at least half as long', () => {
    const world = new ScriptedWorld();
    world.chance = [0];
    expect(sleepsOf(world, {}, { timeoutMs: 10_000 }).slice(0, 2)).toEqual([500, 750]);
  });
  test('are a second at most in the beginning, unless told otherwise', () => {
    const world = new ScriptedWorld();
    world.chance = [0xff];
    expect(sleepsOf(world, {}, {})[0]).toBe(1000);
  });
  test('stay short while something changes', () => {
    const world = new ScriptedWorld();
    world.chance = [0xff];
    const sleeps = sleepsOf(world, { changed: true }, { timeoutMs: 10_500, pollIntervalMs: 1000 });
    expect(new Set(sleeps.slice(0, -1))).toEqual(new Set([1000]));
  });
});

describe('a deadline', () => {
  test.each([0, 0x80, 0xff])('is never slept past, whatever chance gives (%i)', (chance) => {
    const world = new ScriptedWorld();
    world.chance = [chance];
    const slept = sleepsOf(world, {}, { timeoutMs: 7000, pollIntervalMs: 3000 }).reduce((sum, ms) => sum + ms);
    expect(slept).toBeCloseTo(6000, 3);
  });
  test('leaves time for the last look, a second at most', () => {
    const world = new ScriptedWorld();
    const { look, looksMs } = lookOf(world, {});
    world.failureOf(pollUntil(look, { timeoutMs: 600_000 }, late));
    expect(looksMs.at(-1)).toBe(599_000);
  });
  test('ends in the error of the wait', () => {
    const world = new ScriptedWorld();
    const { look } = lookOf(world, {});
    expect(world.failureOf(pollUntil(look, { timeoutMs: 50 }, late))).toMatchObject({ message: 'late after 50' });
  });
  test('is ten minutes unless told otherwise', () => {
    const world = new ScriptedWorld();
    const { look } = lookOf(world, {});
    expect(world.failureOf(pollUntil(look, {}, late))).toMatchObject({ message: 'late after 600000' });
  });
  test('of 0 is none', () => {
    const world = new ScriptedWorld();
    const { look } = lookOf(world, { doneMs: 3_600_000 });
    expect(world.run(pollUntil(look, { timeoutMs: 0 }, late))).toBe('there');
  });
  test('counts the time that looks take', () => {
    const world = new ScriptedWorld();
    const { look, looksMs } = lookOf(world, { takesMs: 4600 });
    world.failureOf(pollUntil(look, { timeoutMs: 5000, pollIntervalMs: 100 }, late));
    expect(looksMs).toEqual([0]);
  });
  test('does not come sooner when the clock is put back', () => {
    const world = new ScriptedWorld();
    let looks = 0;
    // biome-ignore lint/correctness/useYield: this look needs no exchange
    function* look(): Operation<Look<number>> {
      looks += 1;
      if (looks === 2) world.nowMs -= 3_600_000;
      return looks === 4 ? { done: true, result: looks } : { done: false, changed: false };
    }
    expect(world.run(pollUntil(look, { timeoutMs: 60_000 }, late))).toBe(4);
  });
});
