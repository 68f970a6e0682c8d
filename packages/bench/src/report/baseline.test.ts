import { expect, test } from 'vitest';
import { measuredCell, smallReport } from '../../testing/small-report.ts';
import { baselineOf, compareWithBaseline } from './baseline.ts';

const fullReport = (...given: Parameters<typeof smallReport>) => ({ ...smallReport(...given), kind: 'full' as const });

const cell = 'get-1k-cpu · flag-async · 32';
const before = baselineOf(
  smallReport([measuredCell('undici', 10), measuredCell('flag-async', 9, { low: 0.85, high: 0.95 })]),
);

test('a baseline holds the ratios of designs, and when and where they were seen', () => {
  const report = smallReport([
    measuredCell('flag-async', 9, { low: 0.8, high: 1 }),
    measuredCell('aws', 100, { low: 9, high: 11 }),
    { contender: 'mixin-async', outcome: { kind: 'failed', why: 'crashed' } },
  ]);
  expect(baselineOf(report)).toEqual({
    startedAt: '2026-01-02T03:04:05.000Z',
    cpu: 'Abacus',
    ratios: { [cell]: { median: 0.9, low: 0.8, high: 1 } },
  });
});

test('the same run again is as good', () => {
  const report = fullReport([measuredCell('flag-async', 9, { low: 0.85, high: 0.95 })]);
  expect(compareWithBaseline(report, before)).toEqual({ compared: 1, regressions: [] });
});

test('intervals that touch, or are apart by less than a tenth, are noise', () => {
  const report = fullReport([measuredCell('flag-async', 10, { low: 1.0, high: 1.2 })]);
  expect(compareWithBaseline(report, before).regressions).toEqual([]);
});

test('an interval beyond the stored one is a regression', () => {
  const report = fullReport([measuredCell('flag-async', 15, { low: 1.3, high: 1.7 })]);
  const { regressions } = compareWithBaseline(report, before);
  expect(regressions).toEqual([{ cell, before: before.ratios[cell], after: { median: 1.5, low: 1.3, high: 1.7 } }]);
});

test('a quick run, of few processes, finds only what has become much worse', () => {
  const compared = (low: number) =>
    compareWithBaseline(smallReport([measuredCell('flag-async', low * 10, { low, high: low + 0.2 })]), before);
  expect(compared(1.3).regressions).toEqual([]);
  expect(compared(1.6).regressions).toHaveLength(1);
});

test('where more is better, less is the regression', () => {
  const flipped = fullReport([measuredCell('flag-async', 3, { low: 0.2, high: 0.3 })]);
  const report = { ...flipped, experiments: flipped.experiments.map((one) => ({ ...one, better: 'higher' as const })) };
  expect(compareWithBaseline(report, before).regressions).toHaveLength(1);
  expect(compareWithBaseline(flipped, before).regressions).toEqual([]);
});

test('cells that the baseline does not know are left out', () => {
  const report = fullReport([measuredCell('mixin-async', 15, { low: 9, high: 10 })]);
  expect(compareWithBaseline(report, before)).toEqual({ compared: 0, regressions: [] });
});
