import { expect, test } from 'vitest';
import { adaptiveConcurrency } from './pace.ts';

test('each refusal halves what is allowed, down to one, and successes bring it back slowly', () => {
  const concurrency = adaptiveConcurrency(16);
  expect(concurrency.failed('rate-limited', 0)).toBe(true);
  expect(concurrency.allowed).toBe(8);
  // Refusals of requests that were under way have the same cause.
  concurrency.failed('unavailable', 500);
  expect(concurrency.allowed).toBe(8);
  for (const nowMs of [1000, 2000, 3000, 4000]) concurrency.failed('rate-limited', nowMs);
  expect(concurrency.allowed).toBe(1);
  for (let successes = 0; successes < 19; successes += 1) concurrency.succeeded();
  expect(concurrency.allowed).toBe(1);
  concurrency.succeeded();
  expect(concurrency.allowed).toBe(2);
  for (let successes = 0; successes < 1000; successes += 1) concurrency.succeeded();
  expect(concurrency.allowed).toBe(16);
});

test('other failures change nothing', () => {
  const concurrency = adaptiveConcurrency(4);
  expect(concurrency.failed('not-found', 0)).toBe(false);
  expect(concurrency.allowed).toBe(4);
});
