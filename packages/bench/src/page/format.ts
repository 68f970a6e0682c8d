/** Numbers as people read them: three significant digits, a unit that fits, a thin space between. */
import type { Experiment, Measured } from '../report/model.ts';

/** The unit of an experiment's numbers. */
export type Unit = Experiment['unit'];

/** What stands where there is no number. */
export const missing = '–';

const times: readonly (readonly [Unit, number])[] = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
];
const sizes: readonly (readonly [string, number])[] = [
  ['B', 1],
  ['kB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
];

/** A quantity with its unit: `1.2 ms`, `3.4 MB`, `0.87 ×`; times and sizes change unit so that few digits stand before the point. */
export function quantity(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return missing;
  if (value === 0) return `0 ${unit === 'bytes' ? 'B' : unit === 'ratio' ? '×' : unit === 'count' ? '' : unit}`.trim();
  if (unit === 'bytes') return scaled(value, sizes);
  if (unit === 'count') return digits(value);
  if (unit === 'ratio') return `${Math.abs(value) < 10 && Math.abs(value) >= 0.1 ? value.toFixed(2) : digits(value)} ×`;
  const factor = times.find(([name]) => name === unit)?.[1] ?? 1;
  return scaled(value * factor, times);
}

/** Two ends of a range, the unit once when both have the same: `1.1–1.3 ms`. */
export function range(low: number, high: number, unit: Unit): string {
  const [from, to] = [quantity(low, unit), quantity(high, unit)];
  const suffix = / \S+$/.exec(to)?.[0];
  return from === to
    ? to
    : `${suffix !== undefined && from.endsWith(suffix) ? from.slice(0, -suffix.length) : from}–${to}`;
}

/** How many times as much: `0.87 ×`. */
export function factor(value: number): string {
  return quantity(value, 'ratio');
}

/** How far a ratio is from one: `12 % less`, `3.4 times as much`, `the same`. */
export function difference(ratio: number): string {
  if (!Number.isFinite(ratio) || ratio <= 0) return missing;
  if (ratio >= 2) return `${digits(ratio)} times as much`;
  const percent = Math.round(Math.abs(ratio - 1) * 100);
  if (percent === 0) return 'the same';
  return `${percent} % ${ratio < 1 ? 'less' : 'more'}`;
}

/** Median and interval of a measurement in one phrase. */
export function measurement({ median, low, high }: Measured, unit: Unit): string {
  return low === high ? quantity(median, unit) : `${quantity(median, unit)} (${range(low, high, unit)})`;
}

/** Words as a list: `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A length of time in words: `48 s`, `12 min`. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return missing;
  const seconds = milliseconds / 1000;
  return seconds < 90 ? `${digits(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** An ISO date as a day and a time in UTC, or as it was given when it is none. */
export function moment(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.valueOf()) ? text : `${date.toISOString().slice(0, 16).replace('T', ', ')} UTC`;
}

/** Three significant digits, thousands apart, no exponent up to a billion. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return value.toExponential(1);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
  return String(Number(value.toPrecision(3)));
}

function scaled(value: number, units: readonly (readonly [string, number])[]): string {
  const size = Math.abs(value);
  const [unit, divisor] = units.findLast(([, least]) => size >= least * 0.9995) ?? units[0] ?? ['', 1];
  return `${digits(value / divisor)} ${unit}`;
}
