import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axesOf, kindsOf } from './axis.ts';
import { spread } from './spread.ts';
import { lanesOf, longestGap } from './strip.ts';

describe('axes', () => {
  test('a linear axis begins at zero; a logarithmic one suits values that lie far apart', () => {
    const near = axesOf([10, 20], 'ms');
    expect([near.linear.domain[0], near.suits]).toEqual([0, 'linear']);
    expect(axesOf([1, 100], 'ms').suits).toBe('log');
  });

  test('zero has no place on a logarithmic axis', () => expect(axesOf([0, 5], 'ms').log).toBeUndefined());

  test('ticks have labels and lie on the axis, few enough to read, whatever the values', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 });
    fc.assert(
      fc.property(fc.array(finite), (values) => {
        for (const { ticks } of kindsOf(axesOf(values, 'µs'))) {
          expect(ticks.length).toBeLessThanOrEqual(12);
          for (const { percent, label } of ticks) {
            expect(percent).toBeGreaterThanOrEqual(-0.01);
            expect(percent).toBeLessThanOrEqual(100.01);
            expect(label).not.toMatch(/NaN|undefined/);
          }
        }
      }),
    );
  });
});

describe('labels beside lines', () => {
  test('stay where they wish to be when they have room', () =>
    expect(spread([10, 50, 90], 12, [0, 100])).toEqual([10, 50, 90]));

  test('keep their order and their distance, within the ends', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 250 }), { maxLength: 16 }), (wishes) => {
        const places = spread(wishes, 12, [0, 200]);
        const inOrder = wishes
          .map((wish, index) => [wish, places[index] ?? 0] as const)
          .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
        for (const [index, [, place]] of inOrder.entries()) {
          expect(place).toBeGreaterThanOrEqual(-0.001);
          expect(place).toBeLessThanOrEqual(200.001);
          if (index > 0) expect(place - (inOrder[index - 1]?.[1] ?? 0)).toBeGreaterThanOrEqual(11.99);
        }
      }),
    );
  });
});

describe('timelines', () => {
  test('spans that overlap lie in different lanes; one that begins when another ends takes its lane', () => {
    const span = (startMs: number, endMs: number) => ({ label: '', startMs, endMs });
    expect(lanesOf([span(0, 10), span(5, 15), span(10, 20)]).map(({ lane }) => lane)).toEqual([0, 1, 0]);
  });

  test('the longest gap between ticks is found', () => {
    expect(longestGap([0, 10, 50, 60])).toEqual({ from: 10, to: 50 });
    expect(longestGap([5])).toBeUndefined();
  });
});
