/** The designs side by side: one comparison for each experiment, group and kind. */
import type { Cell, Contender, Experiment, Report } from '../../report/model.ts';
import {
  contenderOf,
  type Design,
  designs,
  type Group,
  groupName,
  groupsOf,
  type NumberCell,
  numberCells,
  numbersOf,
  unitOf,
} from '../cells.ts';
import { bestOf, compare } from '../compare.ts';

/** How one design did in a comparison. */
export interface Standing {
  readonly cell: Cell | undefined;
  /** `level`: as good as the best, or not to be told from it. `shown`: a number that decides nothing. `none`: no number. */
  readonly relation: 'level' | 'behind' | 'shown' | 'none';
  /** How many times the best design's number, when behind. */
  readonly ratio?: number;
}

/** One row of the decision: one thing that was measured for the designs. */
export interface Comparison {
  readonly experiment: Experiment;
  readonly label: string;
  readonly standings: Readonly<Record<Design, Standing>>;
  readonly rivals: readonly NumberCell[];
}

/** Which numbers are better. A timeline is one run: it shows how something goes, and decides nothing. */
export function betterOf({ plot, better }: Experiment): Experiment['better'] {
  return plot === 'timeline' ? 'neither' : better;
}

/**
 * All comparisons of an experiment: one for each series and kind, or in the one kind that is asked for. Of the values
 * of a parameter the last one at which designs of that kind have numbers counts.
 */
export function comparisonsOf(experiment: Experiment, report: Report, kind?: Contender['kind']): Comparison[] {
  const names = contenderOf(report);
  const all = groupsOf(experiment).toSorted((left, right) => (right.at ?? 0) - (left.at ?? 0));
  const withNumbers = all.map((group) => ({ ...group, cells: numberCells(group.cells).map(({ cell }) => cell) }));
  const measured = new Set(withNumbers.flatMap((group) => kindsOf(group, names)));
  const isMeasured = (one: Contender['kind'], index: number) => {
    const group = withNumbers[index];
    return !measured.has(one) || (group !== undefined && kindsOf(group, names).includes(one));
  };
  const wanted = all
    .flatMap((group, index) =>
      kindsOf(group, names)
        .filter((one) => isMeasured(one, index))
        .map((one) => ({ group, kind: one })),
    )
    .filter((one) => kind === undefined || one.kind === undefined || one.kind === kind);
  const last = [
    ...new Map(wanted.toReversed().map((one) => [JSON.stringify([one.group.series, one.kind]), one])).values(),
  ];
  const namesKind = new Set(last.map((one) => one.kind)).size > 1;
  return last.map((one) => comparison(experiment, one.group, one.kind, namesKind, names));
}

/** The kinds of the designs in a group. */
function kindsOf({ cells }: Group, names: (id: string) => Contender): Contender['kind'][] {
  const own = cells.filter(({ contender }) => names(contender).role === 'design');
  return [...new Set(own.map(({ contender }) => names(contender).kind))];
}

function comparison(
  experiment: Experiment,
  group: Group,
  kind: Contender['kind'],
  namesKind: boolean,
  names: (id: string) => Contender,
): Comparison {
  const inKind = group.cells.filter(({ contender }) => names(contender).kind === kind);
  const numbers = numberCells(inKind).filter(({ cell }) => names(cell.contender).role === 'design');
  const best = bestOf(numbers, betterOf(experiment));
  const cellOf = (design: Design) =>
    inKind.find(({ contender }) => names(contender).role === 'design' && names(contender).design === design);
  const standing = (design: Design): Standing => {
    const cell = cellOf(design);
    const own = cell && numbersOf(cell);
    if (!own || !best) return { cell, relation: 'none' };
    if (betterOf(experiment) === 'neither') return { cell, relation: 'shown' };
    if (compare(own, best.outcome, betterOf(experiment)) !== 'worse') return { cell, relation: 'level' };
    return { cell, relation: 'behind', ratio: own.median / best.outcome.median };
  };
  const label = [experiment.title, groupName(group, experiment), namesKind ? kind : undefined]
    .filter(Boolean)
    .join(', ');
  return {
    experiment: { ...experiment, unit: unitOf(experiment) },
    label,
    standings: Object.fromEntries(designs.map((design) => [design, standing(design)])) as Record<Design, Standing>,
    rivals: numberCells(group.cells).filter(({ cell }) => {
      const rival = names(cell.contender);
      return rival.role === 'rival' && (rival.kind === undefined || rival.kind === kind);
    }),
  };
}
