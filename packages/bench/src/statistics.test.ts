import { expect, test } from 'vitest';
import { estimateMedian, estimateRatio, isWide, median, type Random, seededRandom, shuffled } from './statistics.ts';

/** Numbers around a middle, spread evenly. */
function around(middle: number, spread: number, count: number, random: Random): number[] {
  return Array.from({ length: count }, () => middle + (random() - 0.5) * 2 * spread);
}

test('the median of an odd and of an even number of values', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
});

test('the same seed gives the same numbers, another one others', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return [random(), random(), random()];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7).every((number) => number >= 0 && number < 1)).toBe(true);
});

test('a shuffle keeps each item once', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const mixed = shuffled(items, seededRandom(1));
  expect(mixed).not.toEqual(items);
  expect(mixed.toSorted((one, other) => one - other)).toEqual(items);
});

test('the interval of known data holds the true median in about 95 of 100 cases', () => {
  const random = seededRandom(42);
  const hits = Array.from({ length: 200 }, () => {
    const { low, high } = estimateMedian([around(100, 10, 60, random)], random);
    return low <= 100 && 100 <= high;
  }).filter(Boolean).length;
  expect(hits / 200).toBeGreaterThan(0.88);
  expect(hits).toBeLessThan(200);
});

test('constant samples have an interval without width', () => {
  expect(estimateMedian([[5, 5], [5]], seededRandom(1))).toEqual({ median: 5, low: 5, high: 5 });
});

test('what differs from process to process widens the interval, however many samples each gave', () => {
  const random = seededRandom(3);
  const alike = estimateMedian([around(100, 1, 90, random)], random);
  const unlike = estimateMedian(
    [80, 100, 120].map((middle) => around(middle, 1, 30, random)),
    random,
  );
  expect(unlike.high - unlike.low).toBeGreaterThan(10 * (alike.high - alike.low));
});

test('a ratio drawn by rounds is narrow when both were slow in the same round', () => {
  const floor = [[10], [20], [40]];
  const twice = floor.map((round) => round.map((value) => value * 2));
  expect(estimateRatio(twice, floor, seededRandom(9))).toEqual({ median: 2, low: 2, high: 2 });
});

test('wide is what is wider than a quarter of the median', () => {
  expect(isWide({ median: 100, low: 90, high: 114 })).toBe(false);
  expect(isWide({ median: 100, low: 85, high: 112 })).toBe(true);
});
