/** The shared budget of requests. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CloudError } from '../errors.ts';
import { immediate } from '../operations/immediate.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { ScriptedWorld } from '../testing.ts';
import { makePace } from './pace.ts';
import { makeSend } from './sending.ts';

forbidIo({ beforeEach, afterEach });

/** A pace that was refused at a rate of one request in so many milliseconds. */
function refusedAt(intervalMs: number) {
  const pace = makePace();
  let nowMs = 0;
  for (let turn = 0; turn < 200; turn += 1) {
    nowMs += intervalMs;
    pace.reserve(nowMs);
  }
  pace.slowDown(nowMs);
  return { pace, nowMs };
}

test('there is none before a refusal', () => {
  const pace = makePace();
  expect([pace.reserve(0), pace.reserve(0), pace.reserve(0)]).toEqual([0, 0, 0]);
});

test('a refusal halves the rate, for all requests together', () => {
  const { nowMs, pace } = refusedAt(10);
  const waits = Array.from({ length: 4 }, () => pace.reserve(nowMs));
  expect(waits.map((ms) => Math.round(ms))).toEqual([20, 40, 60, 80]);
});

test('refusals of requests that were under way count once; later ones halve it again', () => {
  const { nowMs, pace } = refusedAt(10);
  for (const afterMs of [1, 500, 999]) pace.slowDown(nowMs + afterMs);
  expect(Math.round(pace.reserve(nowMs))).toBe(20);
  pace.slowDown(nowMs + 1000);
  expect(Math.round(pace.reserve(nowMs + 1000))).toBe(40);
});

test('successes bring it back, and in the end remove it', () => {
  const { nowMs, pace } = refusedAt(10);
  for (let turn = 0; turn < 35; turn += 1) pace.speedUp();
  pace.reserve(nowMs + 10_000);
  expect(Math.round(pace.reserve(nowMs + 10_000))).toBe(10);
  for (let turn = 0; turn < 200; turn += 1) pace.speedUp();
  expect([pace.reserve(nowMs + 20_000), pace.reserve(nowMs + 20_000)]).toEqual([0, 0]);
});

describe('requests', () => {
  test('wait for their place after a refusal', () => {
    const world = new ScriptedWorld();
    const pace = makePace();
    const send = makeSend<
      { retry: { attempts: number; baseDelayMs: number; maxDelayMs: number; budgetMs: number } },
      { idempotent: true }
    >({
      makeRequest: () => immediate({ method: 'GET', origin: 'https://acme.example', path: '/', headers: {} }),
      paceOf: () => pace,
      subjectOf: () => ({}),
      failureOf: ({ status }) => new CloudError(status === 503 ? 'rate-limited' : 'rejected', 'no'),
    });
    const scope = { retry: { attempts: 2, baseDelayMs: 0, maxDelayMs: 0, budgetMs: 60_000 } };
    world.service.on('GET', '/', { status: 503 }, {}, {});
    world.run(send(scope, { idempotent: true }));
    world.run(send(scope, { idempotent: true }));
    expect(world.sleeps.filter((ms) => ms > 0)).toEqual([2, 2]);
  });
});
