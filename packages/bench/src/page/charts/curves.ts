/** Curves over a parameter: a panel for each series, lines with their intervals as bands, names at the lines' ends. */
import * as Plot from '@observablehq/plot';
import type { Contender, Experiment, Report } from '../../report/model.ts';
import { contenderOf, numberCells } from '../cells.ts';
import { html, type Markup } from '../html.ts';
import { type Axis, axesOf, kindsOf } from './axis.ts';
import { add, draw, markup } from './drawing.ts';
import { dashOf, inkOf } from './ink.ts';
import { spread } from './spread.ts';

const size = { width: 440, height: 290, marginLeft: 56, marginRight: 138, marginTop: 14, marginBottom: 36 };

interface Point {
  readonly contender: string;
  readonly at: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** All panels of an experiment, or nothing when no cell holds a number. */
export function curvePanels(
  experiment: Experiment,
  report: Report,
): { panels: Markup; suits: Axis['kind'] } | undefined {
  const cells = numberCells(experiment.cells).filter(({ cell }) => Number.isFinite(cell.at));
  if (cells.length === 0) return undefined;
  const axes = axesOf(
    cells.flatMap(({ outcome }) => [outcome.low, outcome.median, outcome.high]),
    experiment.unit,
  );
  const names = contenderOf(report);
  const panels = Map.groupBy(cells, ({ cell }) => cell.series ?? '')
    .entries()
    .map(([series, members]) => {
      const points = members.map(({ cell, outcome }) => ({
        contender: cell.contender,
        at: cell.at ?? 0,
        median: outcome.median,
        low: outcome.low,
        high: outcome.high,
      }));
      const label = [experiment.parameter?.name, experiment.parameter?.unit].filter(Boolean).join(', ');
      return html`<div class="panel">${series && html`<h4>${series}</h4>`}
      ${kindsOf(axes).map((axis) => panel(points, axis, names, label))}</div>`;
    });
  return { panels: html`${[...panels]}`, suits: axes.suits };
}

function panel(points: readonly Point[], axis: Axis, names: (id: string) => Contender, label: string): Markup {
  const values = [...new Set(points.map(({ at }) => at))].toSorted((a, b) => a - b);
  const [least = 1, most = 1] = [values[0], values.at(-1)];
  const lines = [...Map.groupBy(points, ({ contender }) => contender)].map(([id, own], index) => {
    const contender = names(id);
    return { id, contender, own: own.toSorted((a, b) => a.at - b.at), dash: dashOf(contender, index) };
  });
  const drawing = draw({
    ...size,
    x: {
      ...(least > 0 && most / least >= 16 ? { type: 'log' as const, base: 2 } : { type: 'linear' as const }),
      domain: least === most ? [least - 1, most + 1] : [least, most],
      ticks: thinned(values),
      tickFormat: String,
      tickSize: 4,
      label: null,
    },
    y: { type: axis.kind, domain: [...axis.domain], axis: null },
    marks: [
      Plot.ruleY(axis.ticks, { y: 'value', stroke: 'var(--rule)' }),
      Plot.text(axis.ticks, {
        y: 'value',
        text: 'label',
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -8,
        fill: 'var(--quiet)',
      }),
      ...lines.flatMap(({ contender, own, dash }, index) => {
        const common = { x: 'at', className: `by-${index}` };
        const ink = inkOf(contender);
        return [
          Plot.areaY(own, { ...common, y1: 'low', y2: 'high', fill: ink, fillOpacity: 0.16 }),
          Plot.lineY(own, {
            ...common,
            y: 'median',
            stroke: ink,
            strokeWidth: contender.role === 'design' ? 2 : 1.5,
            ...(dash && { strokeDasharray: dash }),
          }),
          Plot.dot(own, { ...common, y: 'median', r: 2.2, fill: ink }),
        ];
      }),
    ],
  });
  addNames(drawing, lines);
  add(
    drawing,
    'text',
    { x: size.width - size.marginRight, y: size.height - 4, 'text-anchor': 'end', fill: 'var(--quiet)' },
    label,
  );
  return markup(
    drawing,
    { class: `curve on-${axis.kind}` },
    lines.map(({ id }) => id),
  );
}

/** Names at the right, each joined to the end of its line. */
function addNames(
  drawing: ReturnType<typeof draw>,
  lines: readonly { id: string; contender: Contender; own: readonly Point[] }[],
): void {
  const [x, y] = [drawing.scale('x'), drawing.scale('y')];
  const ends = lines.map(({ own }) => ({ x: x(own.at(-1)?.at ?? 0), y: y(own.at(-1)?.median ?? 0) }));
  const right = size.width - size.marginRight;
  const places = spread(
    ends.map((end) => end.y),
    12.5,
    [8, size.height - size.marginBottom],
  );
  for (const [index, { id, contender }] of lines.entries()) {
    const [end, place] = [ends[index], places[index]];
    if (!end || place === undefined || !Number.isFinite(end.y)) continue;
    const own = { 'data-contender': id };
    add(drawing, 'path', {
      ...own,
      d: `M${end.x + 4},${end.y}L${right + 8},${place}h4`,
      fill: 'none',
      stroke: inkOf(contender),
      'stroke-opacity': 0.5,
    });
    add(
      drawing,
      'text',
      { ...own, x: right + 15, y: place, dy: '0.32em', 'text-anchor': 'start', class: 'line-name' },
      shortened(contender.name),
    );
  }
}

function shortened(name: string): string {
  return name.length > 20 ? `${name.slice(0, 19)}…` : name;
}

/** At most eight of the parameter's values, so that their labels do not touch. */
function thinned(values: readonly number[]): number[] {
  const step = Math.ceil(values.length / 8);
  return values.filter((_, index) => index % step === 0);
}
