/** Charts as SVG, drawn without a browser by Observable Plot. Their numbers are in the table beside each. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { contenderOf } from '../contenders.ts';
import { cellName, formatValue } from '../report/format.ts';
import type { Cell, Experiment, Measured } from '../report/model.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const width = 760;
const rowHeight = 22;
/** Values that span more than this are shown on a logarithmic scale. */
const maxLinearSpan = 12;

type MeasuredCell = Cell & { readonly outcome: Measured };

/** The chart of an experiment, or an empty string when there is nothing to draw. */
export function chartOf(experiment: Experiment): string {
  const measured = experiment.cells.filter((cell): cell is MeasuredCell => cell.outcome.kind === 'measured');
  if (measured.length === 0) return '';
  return draw(experiment.plot === 'curve' ? curveChart(measured, experiment) : intervalChart(measured, experiment));
}

/** A row for each cell: the median, its interval, and the samples behind it. */
function intervalChart(cells: readonly MeasuredCell[], { unit }: Experiment): Plot.PlotOptions {
  const rows = cells.map((cell) => ({ name: cellName(cell), ink: inkOf(cell), ...cell.outcome }));
  const samples = rows.flatMap(({ name, ink, samples: all }) => all.map((value) => ({ name, ink, value })));
  return {
    marginLeft: 250,
    height: rows.length * rowHeight + 50,
    x: scale(
      samples.map(({ value }) => value),
      unit,
    ),
    y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      Plot.tickX(samples, { x: 'value', y: 'name', stroke: 'ink', strokeOpacity: 0.25 }),
      Plot.ruleY(rows, { x1: 'low', x2: 'high', y: 'name', stroke: 'ink', strokeWidth: 3 }),
      Plot.dot(rows, { x: 'median', y: 'name', fill: 'ink', r: 5 }),
    ],
  };
}

/** A line for each contender over the calls in flight; a panel for each series. */
function curveChart(cells: readonly MeasuredCell[], { unit }: Experiment): Plot.PlotOptions {
  const points = cells.map((cell) => ({
    series: cell.series ?? '',
    at: cell.at ?? 1,
    name: contenderOf(cell.contender).name,
    ink: inkOf(cell),
    median: cell.outcome.median,
  }));
  const values = points.map(({ median }) => median);
  const common = { x: 'at', y: 'median', z: 'name', fx: 'series' };
  return {
    marginLeft: 60,
    marginRight: 130,
    height: 360,
    fx: { label: null },
    x: { type: 'log', base: 2, tickFormat: String, label: 'calls in flight', labelArrow: 'none' },
    y: { ...scale(values, unit), grid: true },
    marks: [
      Plot.lineY(points, { ...common, stroke: 'ink' }),
      Plot.dot(points, { ...common, fill: 'ink', r: 3 }),
      Plot.text(points, Plot.selectLast({ ...common, text: 'name', textAnchor: 'start', dx: 8, fontSize: 10 })),
    ],
  };
}

function scale(values: readonly number[], unit: Experiment['unit']): Plot.ScaleOptions {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLog = least > 0 && most / least > maxLinearSpan;
  const common = { label: null, tickFormat: (value: number) => formatValue(value, unit), ticks: 5 };
  return isLog ? { ...common, type: 'log', nice: true } : { ...common, domain: [0, most], nice: true };
}

function inkOf({ contender }: Cell): string {
  const { role, kind } = contenderOf(contender);
  return role === 'isobar' ? `var(--isobar-${kind})` : `var(--${role})`;
}

function draw(options: Plot.PlotOptions): string {
  const svg = Plot.plot({ ...options, width, document, color: { type: 'identity' } });
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.setAttribute('aria-hidden', 'true');
  // Coordinates to a tenth of a pixel keep the file small.
  return svg.outerHTML.replaceAll(/-?\d+\.\d{2,}/g, (number: string) => String(Math.round(Number(number) * 10) / 10));
}
