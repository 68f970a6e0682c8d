/**
 * Compares a run with a stored one. Times differ from machine to machine, ratios to the floor hardly: so it is ratios that
 * are stored, and a ratio has become worse only when its interval lies beyond the stored one by more than a margin.
 */
import type { Experiment, Ratio, Report } from './model.ts';

/** Ratios by experiment and cell. */
export interface Baseline {
  /** When and where it was made. */
  readonly startedAt: string;
  readonly cpu: string;
  readonly ratios: Readonly<Record<string, Ratio>>;
}

/** A ratio that has become worse. */
export interface Regression {
  readonly cell: string;
  readonly before: Ratio;
  readonly after: Ratio;
}

/** What a comparison came to. */
export interface Comparison {
  /** Cells that both have. */
  readonly compared: number;
  readonly regressions: readonly Regression[];
}

/**
 * By how much intervals must be apart: what runs on the same machine differ by. A quick run has one process of most cells,
 * so its intervals know nothing of how processes differ, and it finds only what has become much worse.
 */
const margins = { quick: 1.5, full: 1.1 };

/** A report's ratios, to be stored. */
export function baselineOf({ startedAt, machine, experiments }: Report): Baseline {
  return { startedAt, cpu: machine.cpu, ratios: Object.fromEntries(experiments.flatMap(ratiosOf)) };
}

/** Compares a report with a baseline. Cells that only one of them has are left out. */
export function compareWithBaseline(report: Report, baseline: Baseline): Comparison {
  const margin = margins[report.kind];
  const regressions: Regression[] = [];
  let compared = 0;
  for (const experiment of report.experiments) {
    if (experiment.better === 'neither') continue;
    for (const [cell, after] of ratiosOf(experiment)) {
      const before = baseline.ratios[cell];
      if (!before) continue;
      compared += 1;
      const isWorse =
        experiment.better === 'lower' ? after.low > before.high * margin : after.high * margin < before.low;
      if (isWorse) regressions.push({ cell, before, after });
    }
  }
  return { compared, regressions };
}

/** Only designs: what becomes of rivals is not ours to guard. */
function ratiosOf({ id, cells, floor }: Experiment): [string, Ratio][] {
  return cells.flatMap(({ contender, series, at, outcome }): [string, Ratio][] => {
    if (outcome.kind !== 'measured' || outcome.ratio === undefined || contender === floor) return [];
    if (!/^(?:session|mixin|flag)-/.test(contender)) return [];
    return [[[id, contender, series, at].filter((part) => part !== undefined).join(' · '), outcome.ratio]];
  });
}
