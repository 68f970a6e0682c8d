import { describe, expect, test } from 'vitest';
import type { Measured } from '../report/model.ts';
import { bestOf, compare, ratioOf } from './compare.ts';

const measured = (low: number, median: number, high: number, isWide = false): Measured => ({
  kind: 'measured',
  samples: [median],
  median,
  low,
  high,
  isWide,
});

describe('two measurements', () => {
  test('that do not overlap differ, in the direction that the experiment says', () => {
    expect(compare(measured(9, 10, 11), measured(19, 20, 21), 'lower')).toBe('better');
    expect(compare(measured(9, 10, 11), measured(19, 20, 21), 'higher')).toBe('worse');
  });

  test('that overlap cannot be told apart', () => {
    expect(compare(measured(9, 10, 20), measured(19, 25, 26), 'lower')).toBe('same');
  });

  test('that differ by 3 % or less are the same', () => {
    expect(compare(measured(100, 100, 100), measured(103, 103, 103), 'lower')).toBe('same');
    expect(compare(measured(100, 100, 100), measured(104, 104, 104), 'lower')).toBe('better');
  });

  test('of which one is too wide differ beyond a factor of ten', () => {
    expect(compare(measured(9, 10, 11, true), measured(85, 95, 99), 'lower')).toBe('same');
    expect(compare(measured(9, 10, 11, true), measured(115, 118, 131), 'lower')).toBe('better');
  });

  test('are the same where neither direction is better', () => {
    expect(compare(measured(1, 1, 1), measured(9, 9, 9), 'neither')).toBe('same');
  });
});

test('the best is the least or the most', () => {
  const cells = [3, 1, 2].map((median) => ({
    cell: { contender: String(median), outcome: measured(median, median, median) },
    outcome: measured(median, median, median),
  }));
  expect(bestOf(cells, 'lower')?.cell.contender).toBe('1');
  expect(bestOf(cells, 'higher')?.cell.contender).toBe('3');
  expect(bestOf([], 'lower')).toBeUndefined();
});

test('a ratio has the ends that both intervals allow, and none where something is zero', () => {
  expect(ratioOf(measured(1, 2, 4), measured(1, 2, 4))).toEqual({ median: 1, low: 0.25, high: 4 });
  expect(ratioOf(measured(0, 0, 0), measured(1, 1, 1))).toBeUndefined();
});
