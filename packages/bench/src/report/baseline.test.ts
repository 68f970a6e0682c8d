import { expect, test } from 'vitest';
import { cell, smallReport } from '../../testing/small-report.ts';
import { baselineOf, compareWithBaseline } from './baseline.ts';

const id = 'get-1k-cpu · isobar-async · 32';
const isobar = (low: number, high: number) => smallReport([cell('isobar-async', 9, { low, high })]);
const before = baselineOf(isobar(0.85, 0.95));

test('a baseline holds the ratios of Isobar, and when and where they were measured', () => {
  const report = smallReport([
    cell('isobar-async', 9, { low: 0.8, high: 1 }),
    cell('aws', 100, { low: 9, high: 11 }),
    { contender: 'isobar-blocking', outcome: { kind: 'failed', why: 'crashed' } },
  ]);
  expect(baselineOf(report)).toEqual({
    startedAt: '2026-01-02T03:04:05.000Z',
    cpu: 'Abacus',
    ratios: { [id]: { median: 0.9, low: 0.8, high: 1 } },
  });
});

test('the same run again is as good', () => {
  expect(compareWithBaseline(isobar(0.85, 0.95), before)).toEqual({ compared: 1, regressions: [], missing: [] });
});

test('intervals that touch, or are apart by less than a tenth, are noise', () => {
  expect(compareWithBaseline(isobar(1.0, 1.2), before).regressions).toEqual([]);
});

test('an interval beyond the stored one is a regression', () => {
  const { regressions } = compareWithBaseline(isobar(1.3, 1.7), before);
  expect(regressions).toEqual([{ cell: id, before: before.ratios[id], after: { median: 1.5, low: 1.3, high: 1.7 } }]);
});

test('a quick run, of few processes, finds only what is much worse', () => {
  const quick = (low: number) => compareWithBaseline({ ...isobar(low, low + 0.2), mode: 'quick' }, before).regressions;
  expect(quick(1.3)).toEqual([]);
  expect(quick(1.6)).toHaveLength(1);
});

test('cells that the baseline does not have are named', () => {
  const report = smallReport([cell('isobar-blocking', 15, { low: 9, high: 10 })]);
  const missing = ['get-1k-cpu · isobar-blocking · 32'];
  expect(compareWithBaseline(report, before)).toEqual({ compared: 0, regressions: [], missing });
});
