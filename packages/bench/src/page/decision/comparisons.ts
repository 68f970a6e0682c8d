/** The designs side by side: one comparison for each experiment, group and colour. */
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
 * All comparisons of an experiment: one for each series and colour, or in the one colour that is asked for. Of the values
 * of a parameter the last one at which designs of that colour have numbers counts.
 */
export function comparisonsOf(experiment: Experiment, report: Report, colour?: Contender['colour']): Comparison[] {
  const names = contenderOf(report);
  const all = groupsOf(experiment).toSorted((left, right) => (right.at ?? 0) - (left.at ?? 0));
  const withNumbers = all.map((group) => ({ ...group, cells: numberCells(group.cells).map(({ cell }) => cell) }));
  const measured = new Set(withNumbers.flatMap((group) => coloursOf(group, names)));
  const isMeasured = (one: Contender['colour'], index: number) => {
    const group = withNumbers[index];
    return !measured.has(one) || (group !== undefined && coloursOf(group, names).includes(one));
  };
  const wanted = all
    .flatMap((group, index) =>
      coloursOf(group, names)
        .filter((one) => isMeasured(one, index))
        .map((one) => ({ group, colour: one })),
    )
    .filter((one) => colour === undefined || one.colour === undefined || one.colour === colour);
  const last = [
    ...new Map(wanted.toReversed().map((one) => [JSON.stringify([one.group.series, one.colour]), one])).values(),
  ];
  const namesColour = new Set(last.map((one) => one.colour)).size > 1;
  return last.map((one) => comparison(experiment, one.group, one.colour, namesColour, names));
}

/** The colours of the designs in a group. */
function coloursOf({ cells }: Group, names: (id: string) => Contender): Contender['colour'][] {
  const own = cells.filter(({ contender }) => names(contender).kind === 'design');
  return [...new Set(own.map(({ contender }) => names(contender).colour))];
}

function comparison(
  experiment: Experiment,
  group: Group,
  colour: Contender['colour'],
  namesColour: boolean,
  names: (id: string) => Contender,
): Comparison {
  const inColour = group.cells.filter(({ contender }) => names(contender).colour === colour);
  const numbers = numberCells(inColour).filter(({ cell }) => names(cell.contender).kind === 'design');
  const best = bestOf(numbers, betterOf(experiment));
  const cellOf = (design: Design) =>
    inColour.find(({ contender }) => names(contender).kind === 'design' && names(contender).design === design);
  const standing = (design: Design): Standing => {
    const cell = cellOf(design);
    const own = cell && numbersOf(cell);
    if (!own || !best) return { cell, relation: 'none' };
    if (betterOf(experiment) === 'neither') return { cell, relation: 'shown' };
    if (compare(own, best.outcome, betterOf(experiment)) !== 'worse') return { cell, relation: 'level' };
    return { cell, relation: 'behind', ratio: own.median / best.outcome.median };
  };
  const label = [experiment.title, groupName(group, experiment), namesColour ? colour : undefined]
    .filter(Boolean)
    .join(', ');
  return {
    experiment: { ...experiment, unit: unitOf(experiment) },
    label,
    standings: Object.fromEntries(designs.map((design) => [design, standing(design)])) as Record<Design, Standing>,
    rivals: numberCells(group.cells).filter(({ cell }) => {
      const rival = names(cell.contender);
      return rival.kind === 'rival' && (rival.colour === undefined || rival.colour === colour);
    }),
  };
}
