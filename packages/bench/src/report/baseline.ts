/**
 * Compares a run with a stored one. Times differ between machines, ratios to the floor hardly do. So ratios are stored,
 * and a ratio is worse only when its interval lies beyond the stored one by a margin.
 */
import { contenderOf } from '../contenders.ts';
import type { Experiment, Interval, Report } from './model.ts';

/** Ratios by experiment and cell, with when and where they were measured. */
export interface Baseline {
  readonly startedAt: string;
  readonly cpu: string;
  readonly ratios: Readonly<Record<string, Interval>>;
}

/** What a comparison found. */
export interface BaselineComparison {
  /** How many cells both have. */
  readonly compared: number;
  readonly regressions: readonly { readonly cell: string; readonly before: Interval; readonly after: Interval }[];
  /** Cells of the run that the baseline does not have. */
  readonly missing: readonly string[];
}

/** How far apart intervals must be. A quick run has one or two processes of a cell: its intervals hardly show how processes differ. */
const margins = { quick: 1.5, full: 1.1 };

/** A report's ratios, to be stored. */
export function baselineOf({ startedAt, machine, experiments }: Report): Baseline {
  return { startedAt, cpu: machine.cpu, ratios: Object.fromEntries(experiments.flatMap(ratiosOf)) };
}

/** Compares a report with a baseline. In every experiment less is better. */
export function compareWithBaseline({ mode, experiments }: Report, baseline: Baseline): BaselineComparison {
  const found = experiments.flatMap(ratiosOf);
  const known = found.flatMap(([cell, after]) => {
    const before = baseline.ratios[cell];
    return before ? [{ cell, before, after }] : [];
  });
  return {
    compared: known.length,
    regressions: known.filter(({ before, after }) => after.low > before.high * margins[mode]),
    missing: found.map(([cell]) => cell).filter((cell) => !(cell in baseline.ratios)),
  };
}

/** Isobar's ratios only: rivals are not ours to guard. */
function ratiosOf({ id, cells }: Experiment): [string, Interval][] {
  return cells.flatMap(({ contender, series, at, outcome }): [string, Interval][] => {
    if (outcome.kind !== 'measured' || !outcome.ratio || contenderOf(contender).role !== 'isobar') return [];
    return [[[id, contender, series, at].filter((part) => part !== undefined).join(' · '), outcome.ratio]];
  });
}
