/** Figures of rows: a contender's name, its marks on the shared axis, its number, its ratio to the floor; or why there is none. */
import type { Cell, Contender, Experiment, Measured, Report, Timeline } from '../../report/model.ts';
import { contenderOf, type Group, groupName, groupsOf, numberCells, numbersOf, unitOf } from '../cells.ts';
import { factor, missing, quantity, range } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { type Axes, type Axis, axesOf, kindsOf, linearAxis } from './axis.ts';
import { inkClass } from './ink.ts';
import { barStrip, distributionStrip, timelineStrip } from './strip.ts';

/** Samples beyond this share of all do not stretch a distribution's linear axis. */
const shownShare = 0.97;

/** What the name of a span takes of the width at least, on a phone. */
const roomForName = 0.2;

/** All groups of an experiment as rows on one axis. */
export function rowFigure(experiment: Experiment, report: Report): { rows: Markup; suits: Axis['kind'] } {
  const axes = axesFor(experiment);
  const names = contenderOf(report);
  const axis = kindsOf(axes).map(axisLabels);
  const groups = groupsOf(experiment).map((group) => {
    const name = groupName(group, experiment);
    return html`${name && html`<h4>${name}</h4>`}
      <ul class="rows">${group.cells.map((cell) => row(cell, names(cell.contender), group, experiment, axes))}</ul>`;
  });
  return {
    rows: html`${groups}<div class="axis" aria-hidden="true"><span></span><div>${axis}</div></div>`,
    suits: axes.suits,
  };
}

/** Words for what is not a number: unsupported, failed, or text. */
export function wordsOf({ outcome }: Cell): string {
  if (outcome.kind === 'text') return outcome.text;
  if (outcome.kind === 'unsupported') return `unsupported: ${outcome.why}`;
  if (outcome.kind === 'failed') return `failed: ${outcome.why}`;
  return 'no number came out';
}

function row(cell: Cell, contender: Contender, group: Group, experiment: Experiment, axes: Axes): Markup {
  const numbers = numbersOf(cell);
  const name = html`<span class="name">${contender.name}</span>`;
  if (!numbers) {
    return html`<li class="row ${inkClass(contender)}" data-contender="${contender.id}">${name}
      <span class="words is-${cell.outcome.kind}">${wordsOf(cell)}</span></li>`;
  }
  const unit = unitOf(experiment);
  const { median, low, high, isWide, note } = numbers;
  return html`<li class="row ${inkClass(contender)}" data-contender="${contender.id}">${name}
    <span class="plot">${strips(cell, numbers, floorOf(group, experiment)?.median, experiment, axes)}</span>
    <span class="value">${isWide && '≈ '}${quantity(median, unit)}${low !== high && html` <small>${range(low, high, unit)}</small>`}${
      cell.outcome.kind === 'timeline' && html` <small>longest stall</small>`
    }</span>
    <span class="ratio">${ratioWords(cell, numbers, experiment)}</span>
    ${(isWide || note) && html`<span class="remark">${isWide && 'Interval too wide to rely on: an order of magnitude. '}${note}</span>`}</li>`;
}

function ratioWords({ outcome, contender }: Cell, { ratio }: Measured, { floor }: Experiment): Markup {
  if (outcome.kind === 'timeline') return html`<small>done in ${lengthOf(outcome)}</small>`;
  if (contender === floor) return html`<small>the floor</small>`;
  return html`${ratio && html`${factor(ratio.median)}<small> floor</small>`}`;
}

function strips(cell: Cell, numbers: Measured, floor: number | undefined, { plot }: Experiment, axes: Axes): Markup {
  const { outcome } = cell;
  if (outcome.kind === 'timeline')
    return html`${timelineStrip(axes.linear, outcome)}${spanNames(outcome, axes.linear)}`;
  return html`${kindsOf(axes).map((axis) => (plot === 'distribution' ? distributionStrip : barStrip)(axis, numbers, floor))}`;
}

/** Names of spans under their beginnings, when they are few. */
function spanNames({ spans }: Timeline, { domain: [from, to] }: Axis): Markup | undefined {
  if (spans.length === 0 || spans.length > 3) return undefined;
  const places = spans.map(({ label, startMs }) => ({ label, share: (startMs - from) / (to - from) }));
  const isCrowded = places.some(
    ({ share }, index) => index > 0 && !(share - (places[index - 1]?.share ?? 0) > roomForName),
  );
  if (isCrowded)
    return html`<span class="span-names"><span>${spans.map(({ label }) => label).join(', ')}</span></span>`;
  return html`<span class="span-names">${places.map(({ label, share }) => html`<span style="left:${percent(share)}%">${label}</span>`)}</span>`;
}

/** How long all of a timeline's work took. */
function lengthOf({ spans }: Timeline): string {
  const length = Math.max(...spans.map(({ endMs }) => endMs)) - Math.min(...spans.map(({ startMs }) => startMs));
  return Number.isFinite(length) ? quantity(length, 'ms') : missing;
}

function percent(share: number): string {
  return Number.isFinite(share) ? (Math.min(Math.max(share, 0), 1) * 100).toFixed(2) : '0';
}

function floorOf({ cells }: Group, { floor }: Experiment): Measured | undefined {
  return numberCells(cells).find(({ cell }) => cell.contender === floor)?.outcome;
}

function axesFor(experiment: Experiment): Axes {
  const { cells, unit, plot } = experiment;
  const moments = cells.flatMap(({ outcome }) =>
    outcome.kind === 'timeline' ? [...outcome.ticksMs, ...outcome.spans.map(({ endMs }) => endMs)] : [],
  );
  if (moments.length > 0) {
    return {
      linear: linearAxis(
        0,
        moments.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 0),
        'ms',
      ),
      suits: 'linear',
    };
  }
  const numbers = numberCells(cells).map(({ outcome }) => outcome);
  const ends = numbers.flatMap(({ low, median, high }) => [low, median, high]);
  if (plot !== 'distribution') return axesOf(ends, unit);
  const samples = numbers.flatMap((measured) => most(measured.samples.filter(Number.isFinite)));
  return axesOf([...ends, ...samples], unit);
}

/** The samples without the few largest. */
function most(samples: readonly number[]): number[] {
  return samples.toSorted((a, b) => a - b).slice(0, Math.ceil(samples.length * shownShare));
}

function axisLabels({ kind, ticks }: Axis): Markup {
  return html`<div class="ticks on-${kind}">${ticks.map(
    ({ label, percent }) =>
      html`<span class="${percent > 92 ? 'last' : percent < 5 && 'first'}" style="left:${percent.toFixed(2)}%">${label}</span>`,
  )}${kind === 'log' && html`<em>log scale</em>`}</div>`;
}
