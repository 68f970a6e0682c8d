/** The best of the designs beside the best of the rivals, wherever both have numbers: where Isobar wins and where it loses. */
import type { Report } from '../../report/model.ts';
import { designs, numbersOf } from '../cells.ts';
import { bestOf, compare, ratioOf } from '../compare.ts';
import { betterOf, type Comparison, comparisonsOf } from './comparisons.ts';

/** One duel. */
export interface Duel {
  readonly comparison: Comparison;
  /** Contender ids. */
  readonly own: string;
  readonly rival: string;
  readonly verdict: 'won' | 'level' | 'lost';
  /** Ours in terms of the rival's cost: below one ours is better, also where higher numbers are. */
  readonly cost: { readonly median: number; readonly low: number; readonly high: number };
}

/** All duels of a report, the worst for Isobar first. */
export function duelsOf(report: Report): Duel[] {
  return report.experiments
    .flatMap((experiment) => comparisonsOf(experiment, report).flatMap(duelOf))
    .toSorted((left, right) => right.cost.median - left.cost.median);
}

/** The duel in a comparison, when both sides have numbers. */
export function duelOf(comparison: Comparison): Duel[] {
  const better = betterOf(comparison.experiment);
  const own = designs.flatMap((design) => {
    const { cell } = comparison.standings[design];
    const outcome = cell && numbersOf(cell);
    return cell && outcome ? [{ cell, outcome }] : [];
  });
  const [ours, rival] = [bestOf(own, better), bestOf(comparison.rivals, better)];
  if (!ours || !rival || better === 'neither') return [];
  const cost = better === 'lower' ? ratioOf(ours.outcome, rival.outcome) : ratioOf(rival.outcome, ours.outcome);
  if (!cost) return [];
  const verdict = { better: 'won', same: 'level', worse: 'lost' } as const;
  return [
    {
      comparison,
      own: ours.cell.contender,
      rival: rival.cell.contender,
      verdict: verdict[compare(ours.outcome, rival.outcome, better)],
      cost,
    },
  ];
}
