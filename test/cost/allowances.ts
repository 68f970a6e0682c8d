/** What imports and calls may cost: for each row of `allowances.json` and each of its figures, `[measured, allowed]`. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Figures } from './program.ts';

/** The table, and the version of Node that measured. */
export interface Table {
  readonly node: string;
  readonly rows: Readonly<Record<string, Readonly<Record<string, readonly [measured: number, allowed: number]>>>>;
}

/**
 * Percent by which figures may grow; others must not. In 20 runs of each row, while ten to sixty processes competed for two
 * processors, allocations strayed from their median by up to 0.7 %, calls in undici by up to 3 % (its clock ticks or not),
 * and nothing else did. Allocations of another patch version of Node differed by up to 1.5 %.
 */
const growthPercent: Readonly<Record<string, number>> = { 'bytes allocated': 2, 'calls in undici': 5, promises: 5 };

/** Calls that a page may take beyond that: it may arrive in more pieces, each of which takes about three. */
const pieceCalls = 20;

/** Below this part of what was measured, what is allowed is too much to show the next regression. */
const minPart = 0.8;
const command = 'node test/cost/measure.ts';
const file = new URL('allowances.json', import.meta.url);

/** The table as it is stored. */
export function readTable(): Table {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Stores what was measured, and allows each figure its growth. What strayed by less than half of that stays. */
export function writeTable(measured: Readonly<Record<string, Figures>>): void {
  const before = readTable().rows;
  const rows = Object.entries(measured).map(([row, figures]) => {
    const entries = Object.entries(figures).map(([name, value]) => {
      const [noted = Number.NaN] = before[row]?.[name] ?? [];
      const kept = Math.abs(value - noted) <= noted * (growthOf(name) / 2) ? noted : value;
      return `"${name}": [${kept}, ${allowed(row, name, kept)}]`;
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

/** What is wrong with the figures of a row, in a sentence each. */
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
    return value < measured * minPart ? [`${seen}. Tighten the allowance by ${command} --write`] : [];
  });
}
