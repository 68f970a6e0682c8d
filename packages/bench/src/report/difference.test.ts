import { expect, test } from 'vitest';
import { cell, experiment, measured } from '../../testing/small-report.ts';
import { comparisonsOf, noiseOf, verdictOf } from './difference.ts';

const copy = (median: number, spread: number, index: number) => ({
  contender: 'isobar-async',
  series: `copy ${index}`,
  outcome: measured(median, { low: median - spread, high: median + spread }),
});

test('the A/A test counts pairs whose intervals are apart, and the largest ratio is the threshold', () => {
  const noise = noiseOf([experiment('noise-cpu', [copy(100, 1, 1), copy(101, 1, 2), copy(112, 1, 3)])]);
  expect(noise).toEqual({ pairs: 3, falseAlarms: 2, maxRatio: 1.12, threshold: 1.12 });
});

test('on a quiet machine the threshold is 5 %; without the A/A test there is none', () => {
  expect(noiseOf([experiment('noise-cpu', [copy(100, 1, 1), copy(101, 1, 2)])])?.threshold).toBe(1.05);
  expect(noiseOf([experiment('get-1k-cpu', [copy(100, 1, 1)])])).toBeUndefined();
});

test.for([
  ['apart and above the threshold', measured(130, { low: 125, high: 135 }), 'more'],
  ['the same the other way round', measured(70, { low: 65, high: 75 }), 'less'],
  ['apart, but below the threshold', measured(110, { low: 109, high: 111 }), 'same'],
  ['above the threshold, but not apart', measured(130, { low: 100, high: 160 }), 'same'],
  ['of two samples', measured(130, { samples: [129, 131], low: 129, high: 131 }), 'few'],
] as const)('a measurement %s: %s', ([, left, verdict]) => {
  const right = measured(100, { low: 99, high: 101 });
  expect(verdictOf(left, right, 'µs', 1.12)).toBe(verdict);
});

test('sizes are compared by one sample', () => {
  const size = (median: number) => measured(median, { samples: [median], low: median, high: median });
  expect(verdictOf(size(200), size(100), 'bytes', 1.12)).toBe('more');
});

test('Isobar is compared with the best rival of its kind at the same point', () => {
  const other = { ...cell('s3mini', 10), at: 1 };
  const cells = [cell('undici', 90), cell('isobar-async', 100), cell('aws', 500), cell('minio', 200), other];
  expect(comparisonsOf([experiment('get-1k-cpu', [...cells, cell('libcloud', 50)])], 1.1)).toMatchObject([
    { isobar: 'Isobar, Google Storage, async, 32 in flight', rival: 'minio', ratio: 0.5, verdict: 'less' },
  ]);
});
