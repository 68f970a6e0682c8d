/** Numbers as people read them, and tables. */
import { contenderOf } from '../contenders.ts';
import type { Cell, Experiment } from './model.ts';

/** A value with its unit: `1.2 ms`, `3.3 MB`. */
export function formatValue(value: number, unit: Experiment['unit']): string {
  if (unit === 'ratio') return `${rounded(value)} ×`;
  if (unit === 'count') return String(Math.round(value));
  if (unit === 'bytes') return scaled(value, ['B', 'kB', 'MB', 'GB']);
  const inNanoseconds = value * { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[unit];
  return scaled(inNanoseconds, ['ns', 'µs', 'ms', 's']);
}

/** What a cell is called in a table: `Isobar, async, 32 in flight`. */
export function cellName({ contender, series, at }: Cell): string {
  const parts = [contenderOf(contender).name, series, at === undefined ? undefined : `${at} in flight`];
  return parts.filter((part) => part !== undefined).join(', ');
}

/**
 * A table in Markdown, headed by the names of the rows' fields, with its columns aligned so that it reads well in a terminal
 * too: numbers to the right, the rest to the left.
 */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const head = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => head.map((name) => String(row[name] ?? '').replaceAll(/\s*\n\s*/g, ' ')));
  const widths = head.map((name, column) => Math.max(3, name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = head.map(
    (_, column) =>
      column > 0 &&
      cells.some((row) => row[column] !== '') &&
      cells.every((row) => /^(?:[≤–]? ?\d|$)/.test(row[column] ?? '')),
  );
  const pad = (text: string, column: number): string =>
    isNumeric[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  const rule = widths.map((width, column) => (isNumeric[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [head.map(pad), rule, ...cells.map((row) => row.map(pad))].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Text as it may stand in Markdown: nothing in it becomes markup. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>&|#~]/g, String.raw`\$&`);
}

/** Markdown as it may stand in a terminal: escapes removed. */
export function unescaped(markdown: string): string {
  return markdown.replaceAll(/\\([\\`*_[\]<>&|#~])/g, '$1');
}

function scaled(value: number, units: readonly string[]): string {
  let step = 0;
  let shown = value;
  while (Math.abs(shown) >= 1000 && step < units.length - 1) {
    shown /= 1000;
    step += 1;
  }
  return `${rounded(shown)} ${units[step]}`;
}

function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
