/** Values that expire: when they are renewed, and by whom. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Expiring, type ExpiringValue, keepFresh } from './expiring-value.ts';
import type { Operation } from './operations/operation.ts';
import { parallel } from './steps/flow-steps.ts';
import { sleep } from './steps/system-steps.ts';
import { forbidIo } from './testing/forbid-io.ts';
import { ScriptedWorld } from './testing/scripted-world.ts';

forbidIo({ beforeEach, afterEach });

interface Numbered extends Expiring {
  readonly number: number;
}

/** Values numbered in the order in which the source makes them, and each of which takes a millisecond. */
function numbered(lifeMs: number | undefined) {
  const world = new ScriptedWorld();
  let made = 0;
  const values = keepFresh(function* (): Operation<Numbered> {
    made += 1;
    const number = made;
    yield* sleep(1);
    return { number, ...(lifeMs !== undefined && { expiresMs: world.nowMs + lifeMs }) };
  });
  return { world, values, made: () => made };
}

function* use(values: ExpiringValue<Numbered>, nowMs: number): Operation<number> {
  return (values.fresh(nowMs) ?? (yield* values.renew())).number;
}

describe('a value', () => {
  test.each([
    ['225 seconds before it expires', 3_600_000, 3_375_000],
    ['after half of a short life', 60_000, 30_000],
  ])('is renewed %s, and not earlier', (_, lifeMs, freshMs) => {
    const { values, world } = numbered(lifeMs);
    world.run(use(values, world.nowMs));
    expect(values.fresh(world.nowMs + freshMs - 1)?.number).toBe(1);
    expect(values.fresh(world.nowMs + freshMs)).toBeUndefined();
  });
  test('without an expiry is not kept', () => {
    const { made, values, world } = numbered(undefined);
    world.run(use(values, world.nowMs));
    world.run(use(values, world.nowMs));
    expect(made()).toBe(2);
  });
  test('is made once for concurrent callers', () => {
    const { made, values, world } = numbered(60_000);
    expect(world.run(parallel([use(values, world.nowMs), use(values, world.nowMs)], 2))).toEqual([1, 1]);
    expect(made()).toBe(1);
  });
  test('that was refused is dropped', () => {
    const { values, world } = numbered(60_000);
    world.run(use(values, world.nowMs));
    values.drop(({ number }) => number === 1);
    expect(world.run(use(values, world.nowMs))).toBe(2);
  });
  test('that replaced the refused one is kept', () => {
    const { values, world } = numbered(60_000);
    world.run(use(values, world.nowMs));
    values.drop(({ number }) => number === 0);
    expect(world.run(use(values, world.nowMs))).toBe(1);
  });
});
