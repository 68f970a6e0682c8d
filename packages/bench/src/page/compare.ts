/** Which of two measurements is better, and when nobody can say. */
import type { Experiment, Measured } from '../report/model.ts';
import type { NumberCell } from './cells.ts';

/** Differences up to this share are no reason to choose. */
const negligible = 0.03;

/** A wide interval shows an order of magnitude: a factor of more than this. */
const magnitude = 10;

/**
 * Whether `left` is better or worse than `right`, or cannot be told from it: intervals that overlap, 3 % or less between medians,
 * or a factor of ten or less where an interval is wide.
 */
export function compare(left: Measured, right: Measured, better: Experiment['better']): 'better' | 'worse' | 'same' {
  if (better === 'neither' || overlap(left, right)) return 'same';
  const [less, more] = left.median < right.median ? [left, right] : [right, left];
  if (less.median > 0 && more.median / less.median <= (left.isWide || right.isWide ? magnitude : 1 + negligible))
    return 'same';
  return left.median < right.median === (better === 'lower') ? 'better' : 'worse';
}

/** The cell with the best median. */
export function bestOf(cells: readonly NumberCell[], better: Experiment['better']): NumberCell | undefined {
  const sign = better === 'higher' ? -1 : 1;
  return cells.toSorted((left, right) => sign * (left.outcome.median - right.outcome.median))[0];
}

/** How many times as much `left` is as `right`, with the ends that both intervals allow; `undefined` where there is no ratio. */
export function ratioOf(left: Measured, right: Measured): { median: number; low: number; high: number } | undefined {
  if (!(left.low > 0 && right.low > 0 && left.median > 0 && right.median > 0)) return undefined;
  return { median: left.median / right.median, low: left.low / right.high, high: left.high / right.low };
}

function overlap(left: Measured, right: Measured): boolean {
  return left.low <= right.high && right.low <= left.high;
}
