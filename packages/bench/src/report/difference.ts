/**
 * Whether two measurements differ. The A/A test measures the same code under several names: the largest ratio that it
 * sees is the least ratio that counts as a difference.
 */
import { contenderOf } from '../contenders.ts';
import { cellName } from './format.ts';
import type { Experiment, Interval, Measured } from './model.ts';

/** What the A/A test found. */
export interface Noise {
  /** Pairs of measurements of the same code. */
  readonly pairs: number;
  /** Pairs whose intervals do not overlap: by intervals alone, they would be called different. */
  readonly falseAlarms: number;
  readonly maxRatio: number;
  /** Ratios below this are not differences. */
  readonly threshold: number;
}

/** How the first of two measurements compares with the second; `few`: there are too few samples to say. */
export type Verdict = 'less' | 'more' | 'same' | 'few';

/** A quieter machine than this would still not make smaller differences a reason to choose. */
const minThreshold = 1.05;
const minSamples = 3;

/** What the A/A test of a run found; undefined when it did not run. */
export function noiseOf(experiments: readonly Experiment[]): Noise | undefined {
  const ratios: number[] = [];
  let falseAlarms = 0;
  for (const { id, cells } of experiments) {
    if (!id.startsWith('noise-')) continue;
    const measured = cells.flatMap(({ outcome }) => (outcome.kind === 'measured' ? outcome : []));
    for (const [index, left] of measured.entries()) {
      for (const right of measured.slice(index + 1)) {
        ratios.push(ratioOf(left, right));
        if (areApart(left, right)) falseAlarms += 1;
      }
    }
  }
  if (ratios.length === 0) return undefined;
  const maxRatio = Math.max(...ratios);
  const threshold = Math.max(minThreshold, Math.ceil((maxRatio - Number.EPSILON) * 100) / 100);
  return { pairs: ratios.length, falseAlarms, maxRatio, threshold };
}

/** Compares two measurements: they differ when their intervals are apart and their ratio reaches the threshold. */
export function verdictOf(left: Measured, right: Measured, unit: Experiment['unit'], threshold: number): Verdict {
  const isCounted = unit === 'bytes' || unit === 'count';
  if (!isCounted && Math.min(left.samples.length, right.samples.length) < minSamples) return 'few';
  if (!areApart(left, right) || ratioOf(left, right) < threshold) return 'same';
  return left.median < right.median ? 'less' : 'more';
}

/** Isobar beside the best other library in one experiment. */
export interface Comparison {
  readonly experiment: Experiment;
  /** The kind, and the series and calls in flight if there are any. */
  readonly isobar: string;
  readonly rival: string;
  readonly ratio: number;
  readonly verdict: Verdict;
}

/** Compares Isobar with the best rival of the same kind that runs in Node, in every experiment and at every point that both have. */
export function comparisonsOf(experiments: readonly Experiment[], threshold: number): Comparison[] {
  // More accepted operations are better; everywhere else less is.
  const comparable = experiments.filter(({ id }) => id !== 'accepted');
  return comparable.flatMap((experiment) =>
    experiment.cells.flatMap((own): Comparison[] => {
      const { role, kind } = contenderOf(own.contender);
      const rivals = experiment.cells.filter((cell) => {
        const other = contenderOf(cell.contender);
        if (other.id === 'bun') return false;
        return other.role === 'rival' && other.kind === kind && cell.series === own.series && cell.at === own.at;
      });
      const measured = rivals.flatMap(({ contender, outcome }) =>
        outcome.kind === 'measured' ? { contender, outcome } : [],
      );
      const [best] = measured.sort((left, right) => left.outcome.median - right.outcome.median);
      if (role !== 'isobar' || own.outcome.kind !== 'measured' || !best) return [];
      const ratio = own.outcome.median / best.outcome.median;
      const verdict = verdictOf(own.outcome, best.outcome, experiment.unit, threshold);
      return [{ experiment, isobar: cellName(own), rival: contenderOf(best.contender).name, ratio, verdict }];
    }),
  );
}

function areApart(left: Interval, right: Interval): boolean {
  return left.high < right.low || right.high < left.low;
}

/** The larger median over the smaller one. */
function ratioOf(left: Interval, right: Interval): number {
  return Math.max(left.median, right.median) / Math.min(left.median, right.median);
}
