/** What an experiment found, in a sentence or two. */
import type { Experiment, Report } from '../../report/model.ts';
import { contenderOf, type Group, groupName, groupsOf, type NumberCell, numberCells, unitOf } from '../cells.ts';
import { bestOf, compare } from '../compare.ts';
import { difference, factor, listed, quantity, range } from '../format.ts';
import { betterOf } from './comparisons.ts';

/** Sentences for the last group of an experiment in each series, as words for people who do not read charts. */
export function findings(experiment: Experiment, report: Report): string[] {
  const last = [
    ...new Map(
      groupsOf(experiment)
        .toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))
        .map((group) => [group.series, group]),
    ).values(),
  ];
  const found =
    experiment.plot === 'timeline'
      ? stalls(experiment, report)
      : last.slice(0, 4).flatMap((group) => finding(group, experiment, report));
  const numbers = numberCells(experiment.cells);
  const names = contenderOf(report);
  const failed = [
    ...new Set(
      experiment.cells.filter(({ outcome }) => outcome.kind === 'failed').map(({ contender }) => names(contender).name),
    ),
  ];
  const wide = numbers.filter(({ outcome }) => outcome.isWide).length;
  return [
    ...(found.length === 0 && experiment.plot !== 'table'
      ? [numbers.length === 0 ? 'Nobody has a figure here.' : 'No design has a figure to be judged here.']
      : found),
    ...(failed.length > 0 ? [`Failed: ${listed(failed)}.`] : []),
    ...(wide > 0 ? [`${wide === 1 ? 'One interval is' : `${wide} intervals are`} too wide to rely on.`] : []),
  ];
}

function finding(group: Group, experiment: Experiment, report: Report): string[] {
  const better = betterOf(experiment);
  const names = contenderOf(report);
  const numbers = numberCells(group.cells);
  const of = (role: string) => numbers.filter(({ cell }) => names(cell.contender).role === role);
  const [best, rival, floor] = [
    bestOf(of('design'), better),
    bestOf(of('rival'), better),
    numbers.find(({ cell }) => cell.contender === experiment.floor),
  ];
  if (!best || better === 'neither') return [];
  const unit = unitOf(experiment);
  const name = ({ cell }: NumberCell) => names(cell.contender).name;
  const level = of('design').filter((one) => one !== best && compare(one.outcome, best.outcome, better) === 'same');
  const where = groupName(group, experiment);
  const others = level.length > 0 ? ` (not to be told from it: ${listed(level.map(name))})` : '';
  return [
    `${where && `${where}: `}${where ? 'best' : 'Best'} design ${name(best)} with ${quantity(best.outcome.median, unit)}${others}${besideFloor(best, floor)}${besideRival(best, rival, rival ? name(rival) : '', experiment)}.`,
  ];
}

function besideFloor(best: NumberCell, floor: NumberCell | undefined): string {
  return floor && floor.outcome.median > 0 ? `, ${factor(best.outcome.median / floor.outcome.median)} the floor` : '';
}

function besideRival(best: NumberCell, rival: NumberCell | undefined, name: string, experiment: Experiment): string {
  if (!rival) return '';
  const relation = { better: 'better', worse: 'worse', same: 'not to be told from it' }[
    compare(rival.outcome, best.outcome, betterOf(experiment))
  ];
  return `; best other library ${name} with ${quantity(rival.outcome.median, unitOf(experiment))}, ${
    best.outcome.median > 0 && relation !== 'not to be told from it'
      ? `${difference(rival.outcome.median / best.outcome.median)}, `
      : ''
  }${relation}`;
}

/** The longest stalls of the designs in each kind: `async 51 ms–637 ms`. One run each, so designs are not compared. */
export function stalls(experiment: Experiment, report: Report): string[] {
  const names = contenderOf(report);
  const own = numberCells(experiment.cells).filter(({ cell }) => names(cell.contender).role === 'design');
  const kinds = [...Map.groupBy(own, ({ cell }) => names(cell.contender).kind ?? 'designs')].map(([kind, cells]) => {
    const all = cells.map(({ outcome }) => outcome.median);
    return `${kind} ${range(Math.min(...all), Math.max(...all), 'ms')}`;
  });
  return kinds.length === 0
    ? []
    : [`Longest stall of the event loop: ${listed(kinds)}. One run each, which cannot tell designs apart.`];
}
