/** Strips: one row's marks without axes, stretched to any width, on the axis that its figure shares. */
import * as Plot from '@observablehq/plot';
import type { Measured, Span, Timeline } from '../../report/model.ts';
import type { Markup } from '../html.ts';
import type { Axis } from './axis.ts';
import { draw, markup } from './drawing.ts';

/** Units across a strip, whatever its width on the screen. */
const across = 1000;

/** As many of a cell's samples are drawn one by one. */
const maxSamples = 60;

const bins = 48;

/** Height of a timeline's ticks. */
const comb = 12;

/** A bar to the median (on a logarithmic axis, which has no zero, from the floor where there is one), the interval around it, the floor's line. */
export function barStrip(axis: Axis, { median, low, high }: Measured, floor: number | undefined): Markup {
  const [start] = axis.domain;
  const from = axis.kind === 'log' ? (floor ?? start) : Math.min(Math.max(0, start), median);
  return strip(axis, 20, [
    ...floorRule(floor),
    Plot.rect([0], { x1: from, x2: median, fill: 'var(--ink)', fillOpacity: 0.28, insetTop: 5, insetBottom: 5 }),
    Plot.rect([0], { x1: low, x2: high, fill: 'var(--ink)', fillOpacity: 0.5, insetTop: 2, insetBottom: 2 }),
    Plot.ruleX([median], { stroke: 'var(--ink)', strokeWidth: 2 }),
  ]);
}

/** How samples are spread: their density, the samples themselves as a fringe, the median. */
export function distributionStrip(
  axis: Axis,
  { samples, median, low, high }: Measured,
  floor: number | undefined,
): Markup {
  const [least, most] = axis.domain;
  const shown = samples.filter((sample) => sample >= least && sample <= most);
  const every = Math.max(1, Math.ceil(shown.length / maxSamples));
  const fringe = shown.toSorted((a, b) => a - b).filter((_, index) => index % every === 0);
  const density = Plot.areaY(
    shown,
    Plot.binX<Plot.AreaYOptions>(
      { y: 'count', filter: null },
      { x: Plot.identity, thresholds: thresholds(axis), curve: 'basis', fill: 'var(--ink)', fillOpacity: 0.3 },
    ),
  );
  return strip(
    axis,
    34,
    [
      ...floorRule(floor),
      ...(shown.length >= 12 ? [density] : []),
      Plot.ruleX(fringe, { stroke: 'var(--ink)', strokeOpacity: 0.55, insetTop: 28 }),
      Plot.rect([0], { x1: low, x2: high, fill: 'var(--ink)', fillOpacity: 0.5, insetTop: 6, insetBottom: 8 }),
      Plot.ruleX([median], { stroke: 'var(--ink)', strokeWidth: 2, insetTop: 2, insetBottom: 6 }),
    ],
    { axis: null, range: [27, 3] },
  );
}

/** What was busy when: a comb of timer ticks above with its longest silence marked, spans of work in lanes below. */
export function timelineStrip(axis: Axis, { ticksMs, spans }: Timeline): Markup {
  const ticks = ticksMs.filter(Number.isFinite).toSorted((a, b) => a - b);
  const bars = lanesOf(spans.filter(({ startMs, endMs }) => Number.isFinite(startMs) && Number.isFinite(endMs)));
  const end = Math.max(0, ...bars.map(({ endMs }) => endMs));
  const silence = longestGap([0, ...ticks.filter((tick) => tick > 0), ...(end > (ticks.at(-1) ?? 0) ? [end] : [])]);
  const lanes = Math.max(0, ...bars.map(({ lane }) => lane + 1));
  const step = lanes <= 2 ? 9 : lanes <= 8 ? 6 : 3;
  const height = comb + 4 + lanes * step;
  return strip(
    axis,
    height,
    [
      ...(silence
        ? [Plot.rect([silence], { x1: 'from', x2: 'to', y1: 0, y2: comb, fill: 'var(--alarm)', fillOpacity: 0.25 })]
        : []),
      Plot.ruleX(ticks, { y1: 0, y2: comb, stroke: 'var(--ink)', strokeOpacity: 0.7 }),
      Plot.rect(bars, {
        x1: 'startMs',
        x2: 'endMs',
        y1: ({ lane }) => comb + 4 + lane * step,
        y2: ({ lane }) => comb + 4 + lane * step + Math.max(2, step - 3),
        fill: 'var(--ink)',
        fillOpacity: 0.55,
      }),
    ],
    { axis: null, domain: [0, height], range: [0, height] },
  );
}

/** Puts each span into the first lane that is free when it starts. */
export function lanesOf(spans: readonly Span[]): (Span & { readonly lane: number })[] {
  const ends: number[] = [];
  return spans
    .toSorted((left, right) => left.startMs - right.startMs)
    .map((span) => {
      const free = ends.findIndex((end) => end <= span.startMs);
      const lane = free === -1 ? ends.length : free;
      ends[lane] = span.endMs;
      return { ...span, lane };
    });
}

/** The longest time between two ticks. */
export function longestGap(ticks: readonly number[]): { from: number; to: number } | undefined {
  const gaps = ticks.slice(1).map((to, index) => ({ from: ticks[index] ?? to, to }));
  return gaps.toSorted((left, right) => right.to - right.from - (left.to - left.from))[0];
}

function floorRule(floor: number | undefined): Plot.Markish[] {
  return floor === undefined ? [] : [Plot.ruleX([floor], { stroke: 'var(--floor)', strokeDasharray: '2 2' })];
}

function thresholds({ kind, domain: [from, to] }: Axis): number[] {
  return Array.from({ length: bins + 1 }, (_, index) =>
    kind === 'log' ? from * (to / from) ** (index / bins) : from + ((to - from) * index) / bins,
  );
}

function strip(axis: Axis, height: number, marks: Plot.Markish[], y: Plot.ScaleOptions = { axis: null }): Markup {
  const drawing = draw({
    width: across,
    height,
    margin: 0,
    x: { type: axis.kind, domain: [...axis.domain], range: [0, across], axis: null, clamp: true },
    y,
    marks,
  });
  return markup(drawing, { class: `strip on-${axis.kind}`, preserveAspectRatio: 'none', height: String(height) });
}
