/** What the page asks of a report: names of contenders, cells in groups, numbers that can be drawn. */

import type { Cell, Contender, Experiment, Measured, Report, Timeline } from '../report/model.ts';
import { missing } from './format.ts';

/** The three designs, in the order in which they are shown. */
export const designs = ['session', 'mixin', 'flag'] as const;

/** One of the three. */
export type Design = (typeof designs)[number];

/** A cell that holds numbers. */
export interface NumberCell {
  readonly cell: Cell;
  readonly outcome: Measured;
}

/** Cells of one series and one value of the parameter: what is compared with each other. */
export interface Group {
  readonly series: string | undefined;
  readonly at: number | undefined;
  readonly cells: readonly Cell[];
}

/** Looks contenders up; one that the report does not list goes by its id, as a rival. */
export function contenderOf(report: Report): (id: string) => Contender {
  const known = new Map(report.contenders.map((contender) => [contender.id, contender]));
  return (id) => known.get(id) ?? { id, name: id, role: 'rival' };
}

/** The measurement in a cell, when all of it are numbers. A timeline counts with its longest stall. */
export function numbersOf({ outcome }: Cell): Measured | undefined {
  if (outcome.kind === 'timeline') return Number.isFinite(outcome.longestStallMs) ? stall(outcome) : undefined;
  if (outcome.kind !== 'measured') return undefined;
  return [outcome.median, outcome.low, outcome.high].every(Number.isFinite) ? outcome : undefined;
}

/** The cells that hold numbers. */
export function numberCells(cells: readonly Cell[]): NumberCell[] {
  return cells.flatMap((cell) => {
    const outcome = numbersOf(cell);
    return outcome ? [{ cell, outcome }] : [];
  });
}

/** The cells of an experiment by series and parameter, in the order in which they first come. */
export function groupsOf(experiment: Experiment): Group[] {
  const groups = Map.groupBy(experiment.cells, ({ series, at }) => JSON.stringify([series, at]));
  return [...groups.values()].map((cells) => ({ series: cells[0]?.series, at: cells[0]?.at, cells }));
}

/** What a group is called: its series, its parameter, or nothing. */
export function groupName({ series, at }: Pick<Cell, 'series' | 'at'> | Group, { parameter }: Experiment): string {
  const value =
    at === undefined
      ? undefined
      : [Number.isFinite(at) ? String(at) : missing, parameter?.unit || parameter?.name].filter(Boolean).join(' ');
  return [series, value].filter((part) => part !== undefined && part !== '').join(', ');
}

/** The unit of what `numbersOf` gives: stalls are in milliseconds, whatever the experiment says. */
export function unitOf({ plot, unit }: Experiment): Experiment['unit'] {
  return plot === 'timeline' ? 'ms' : unit;
}

function stall({ longestStallMs }: Timeline): Measured {
  const median = longestStallMs;
  return { kind: 'measured', samples: [median], median, low: median, high: median, isWide: false };
}
