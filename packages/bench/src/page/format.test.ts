import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, digits, duration, listed, measurement, moment, quantity, range } from './format.ts';

describe('quantities', () => {
  test.for([
    [0.5, 'ns', '0.5 ns'],
    [999.9, 'ns', '1 µs'],
    [1234, 'µs', '1.23 ms'],
    [90, 's', '90 s'],
    [0, 'ms', '0 ms'],
    [2_910_000, 'bytes', '2.91 MB'],
    [12, 'bytes', '12 B'],
    [0.967, 'ratio', '0.97 ×'],
    [13.84, 'ratio', '13.8 ×'],
    [9134.4, 'count', '9 134'],
    [Number.NaN, 'ms', '–'],
    [Infinity, 'bytes', '–'],
  ] as const)('%d %s is %s', ([value, unit, shown]) => expect(quantity(value, unit)).toBe(shown));

  test('never show NaN, infinity or more than three figures before the unit', () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom('ns', 'µs', 'ms', 's', 'bytes', 'count', 'ratio'), (value, unit) => {
        expect(quantity(value, unit)).not.toMatch(/NaN|Infinity|undefined/);
      }),
    );
  });
});

test('a range names a unit that both ends share once', () => {
  expect(range(1.1, 1.3, 'ms')).toBe('1.1–1.3 ms');
  expect(range(900, 1100, 'µs')).toBe('900 µs–1.1 ms');
  expect(range(5, 5, 'ms')).toBe('5 ms');
});

test('a measurement without spread shows no interval', () => {
  const exact = { kind: 'measured', samples: [5], median: 5, low: 5, high: 5, isWide: false } as const;
  expect(measurement(exact, 'ms')).toBe('5 ms');
  expect(measurement({ ...exact, high: 6 }, 'ms')).toBe('5 ms (5–6 ms)');
});

test.for([
  [1.12, '12 % more'],
  [0.88, '12 % less'],
  [3.4, '3.4 times as much'],
  [1.001, 'the same'],
  [0, '–'],
] as const)('a ratio of %d is %s', ([ratio, shown]) => expect(difference(ratio)).toBe(shown));

test('lists, lengths of time and moments read as words', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
  expect([duration(48_000), duration(720_000)]).toEqual(['48 s', '12 min']);
  expect(moment('2026-11-22T12:00:00.000Z')).toBe('2026-11-22, 12:00 UTC');
  expect(moment('yesterday')).toBe('yesterday');
  expect(digits(1234567)).toBe('1 234 567');
});
