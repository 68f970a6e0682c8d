/** Timeouts of a part of a call. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CloudError } from '../errors.ts';
import { exchange } from '../steps/http-steps.ts';
import { clock } from '../steps/local-steps.ts';
import { sleep } from '../steps/system-steps.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { silence } from '../testing/scripted-service.ts';
import { ScriptedWorld } from '../testing/scripted-world.ts';
import { cleanUp, type Operation } from './operation.ts';
import { withTimeout } from './timeout.ts';

forbidIo({ beforeEach, afterEach });

const request = { method: 'GET', origin: 'https://cloud.example', path: '/', headers: {} } as const;

test('an operation that ends in time returns its result', () => {
  const world = new ScriptedWorld();
  expect(world.run(withTimeout(clock(), 1000))).toBe(world.nowMs);
});
test('an exchange that is answered in time returns its response', () => {
  const world = new ScriptedWorld();
  world.service.on('GET', '/', { status: 204 });
  expect(world.run(withTimeout(exchange(request), 1000)).status).toBe(204);
  expect(world.sleeps).toEqual([]);
});
test('an operation that fails in time throws its failure', () => {
  const failure = new CloudError('not-found', 'gone');
  function* fail(): Operation<void> {
    yield* clock();
    throw failure;
  }
  expect(new ScriptedWorld().failureOf(withTimeout(fail(), 1000))).toBe(failure);
});
test('an operation that takes longer is cancelled, and cleans up', () => {
  const world = new ScriptedWorld();
  world.service.on('GET', '/', silence);
  let cleanedUp = false;
  function* slow(): Operation<unknown> {
    try {
      return yield* exchange(request);
    } finally {
      yield* cleanUp(sleep(5));
      cleanedUp = true;
    }
  }
  expect(world.failureOf(withTimeout(slow(), 1000))).toMatchObject({ code: 'timeout' });
  expect([cleanedUp, world.sleeps]).toEqual([true, [1000, 5]]);
});
