/** Loading once: before the first use, for all callers, and again after a failure. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadOnce } from './load-once.ts';
import type { Operation } from './operations/operation.ts';
import { parallel } from './steps/flow-steps.ts';
import { sleep } from './steps/system-steps.ts';
import { forbidIo } from './testing/forbid-io.ts';
import { ScriptedWorld } from './testing/scripted-world.ts';

forbidIo({ beforeEach, afterEach });

function counted(find: (attempt: number) => string | undefined) {
  let attempts = 0;
  const once = loadOnce(function* (): Operation<string | undefined> {
    attempts += 1;
    const attempt = attempts;
    yield* sleep(1);
    return find(attempt);
  });
  return { ...once, world: new ScriptedWorld(), attempts: () => attempts };
}

test('a value is loaded before its first use, and kept', () => {
  const { attempts, load, loaded, world } = counted(() => 'found');
  expect(loaded()).toBeUndefined();
  expect([world.run(load()), world.run(load()), loaded(), attempts()]).toEqual(['found', 'found', 'found', 1]);
});
test('a value that is undefined is kept too', () => {
  const { attempts, load, world } = counted(() => undefined);
  world.run(load());
  world.run(load());
  expect(attempts()).toBe(1);
});
test('concurrent callers load it once', () => {
  const { attempts, load, world } = counted(() => 'found');
  world.run(parallel([load(), load(), load()], 3));
  expect(attempts()).toBe(1);
});
test('the next caller loads it after a failure', () => {
  const { load, world } = counted((attempt) => {
    if (attempt === 1) throw new RangeError('not yet');
    return 'found';
  });
  expect(world.failureOf(load())).toBeInstanceOf(RangeError);
  expect(world.run(load())).toBe('found');
});
