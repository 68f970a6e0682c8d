/** Axes of a figure: a linear one from zero and, where every value is positive, a logarithmic one. Positions are in per cent. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { quantity, type Unit } from '../format.ts';

/** One axis. */
export interface Axis {
  readonly kind: 'linear' | 'log';
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
}

/** A labelled place on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
  readonly percent: number;
}

/** Both axes of a figure and which of them suits it. */
export interface Axes {
  readonly linear: Axis;
  readonly log?: Axis;
  readonly suits: Axis['kind'];
}

/** From this spread on small values vanish beside large ones on a linear axis. */
const wideSpread = 12;

const maxTicks = 5;

/** Below this the arithmetic of ticks loses its digits. */
const smallest = 1e-200;

/** The axes for some values. None of them may be NaN or infinite. */
export function axesOf(values: readonly number[], unit: Unit): Axes {
  const [least, most] = [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const linear = linearAxis(Math.min(0, least), Math.max(0, most), unit);
  if (!(least > smallest) || !Number.isFinite(most * 1.2)) return { linear, suits: 'linear' };
  return { linear, log: logAxis(least / 1.2, most * 1.2, unit), suits: most / least >= wideSpread ? 'log' : 'linear' };
}

/** A linear axis from one value to another. */
export function linearAxis(from: number, to: number, unit: Unit): Axis {
  const isEmpty = !(to - from > smallest) || !Number.isFinite(to - from);
  const scale = scaleLinear(isEmpty ? [0, 1] : [from, to], [0, 100]).nice(maxTicks);
  const [low = 0, high = 1] = scale.domain();
  return { kind: 'linear', domain: [low, high], ticks: labelled(scale.ticks(maxTicks), scale, unit) };
}

/** The axes of a figure, each once. */
export function kindsOf({ linear, log }: Axes): Axis[] {
  return log ? [linear, log] : [linear];
}

function logAxis(from: number, to: number, unit: Unit): Axis {
  const scale = scaleLog([from, to], [0, 100]);
  const all = scale.ticks(20);
  const round = all.filter((value) => /^[125]/.test(value.toExponential()));
  const powers = all.filter((value) => value.toExponential().startsWith('1e'));
  const step = Math.ceil(powers.length / maxTicks) || 1;
  const few =
    [all, round, powers].find((ticks) => ticks.length <= maxTicks + 1) ??
    powers.filter((_, index) => index % step === 0);
  return { kind: 'log', domain: [from, to], ticks: labelled(few, scale, unit) };
}

function labelled(values: readonly number[], scale: (value: number) => number, unit: Unit): Tick[] {
  return values.map((value) => ({ value, label: value === 0 ? '0' : quantity(value, unit), percent: scale(value) }));
}
