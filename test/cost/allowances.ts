/** The allowed costs of imports and calls: `allowances.json` has `[measured, allowed]` for each row and figure. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Figures } from './program.ts';

/** The table, and the version of Node that it was measured with. */
export interface Table {
  readonly node: string;
  readonly rows: Readonly<Record<string, Readonly<Record<string, readonly [measured: number, allowed: number]>>>>;
}

/**
 * Percent by which figures may grow; others must not grow. In 20 runs of each row, while ten to sixty processes
 * competed for two processors, allocations differed from their median by up to 0.7 %, calls in undici by up to 3 %
 * (depending on its timer), and no other figure varied. Allocations of another patch version of Node differed by up to
 * 1.5 %.
 */
const growthPercent: Readonly<Record<string, number>> = { 'bytes allocated': 2, 'calls in undici': 5, promises: 5 };

/** Additional calls for a page: it may arrive in more pieces, and each piece takes about three calls. */
const pieceCalls = 20;

/** A figure below this share of the measured one makes the allowance too large to show the next regression. */
const minShare = 0.8;
const command = 'node test/cost/measure.ts';
const file = new URL('allowances.json', import.meta.url);

/** Reads the stored table. */
export function readTable(): Table {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Stores the measured figures with their allowances. Keeps a figure that changed by less than half of its growth. */
export function writeTable(measured: Readonly<Record<string, Figures>>): void {
  const before = readTable().rows;
  const rows = Object.entries(measured).map(([row, figures]) => {
    const entries = Object.entries(figures).map(([name, value]) => {
      const [noted = Number.NaN] = before[row]?.[name] ?? [];
      const stored = Math.abs(value - noted) <= noted * (growthOf(name) / 2) ? noted : value;
      return `"${name}": [${stored}, ${allowed(row, name, stored)}]`;
    });
    return `    "${row}": {\n      ${entries.join(',\n      ')}\n    }`;
  });
  writeFileSync(file, `{\n  "node": "${process.version}",\n  "rows": {\n${rows.join(',\n')}\n  }\n}\n`);
}

function allowed(row: string, name: string, value: number): number {
  const pieces = row.startsWith('page') && name.startsWith('calls') && value > 0 ? pieceCalls : 0;
  return Math.floor(value * (1 + growthOf(name))) + pieces;
}

function growthOf(name: string): number {
  return (growthPercent[name.replace(', worker', '')] ?? 0) / 100;
}

/** The problems of a row's figures, one sentence each. */
export function judge(row: string, figures: Figures, { node, rows }: Table): string[] {
  const entries = rows[row] ?? {};
  return [...new Set([...Object.keys(entries), ...Object.keys(figures)])].flatMap((name) => {
    const [value, entry] = [figures[name], entries[name]];
    if (value === undefined || !entry) {
      return [
        `${row}: ${name} is ${entry ? 'in the table only' : 'not in the table'}. Refresh it by ${command} --write`,
      ];
    }
    const [measured, limit] = entry;
    const seen = `${row}: ${value} ${name}, ${measured} when measured with Node ${node}, ${limit} allowed`;
    if (value > limit) return [`${seen}. It costs more: ${command} --names '${row}' shows why, --write allows it`];
    return value < measured * minShare ? [`${seen}. Tighten the allowance by ${command} --write`] : [];
  });
}
