/**
 * Compares the costs of imports and calls with the table of allowances. It counts instead of timing, so the figures do
 * not depend on the machine or its load.
 */
import { expect, test } from 'vitest';
import { judge, readTable } from './allowances.ts';
import { measure, rows } from './measure.ts';

const table = readTable();
const options = { timeout: 120_000 };

test('the table has each measured row', () => {
  expect(Object.keys(table.rows)).toEqual([...rows.keys()]);
});

test.for([...rows.keys()])('%s', options, async (row) => {
  expect(judge(row, await measure(row), table)).toEqual([]);
});

test.for(['GET of 1 KiB, blocking', 'GET of 1 KiB, async'])(
  '%s: one more call exceeds the allowance (control)',
  options,
  async (row) => {
    const found = judge(row, await measure(row, { isHeavier: true }), table);
    const names = ['functions', 'calls', 'promises', 'bytes allocated'];
    const sentence = (name: string) => expect.stringMatching(`^${row}: \\d+ ${name}, .*\\. It costs more: `);
    expect(found).toEqual(names.map(sentence));
  },
);

test('each figure has an upper and a lower limit', () => {
  const entries = Object.entries(table.rows).flatMap(([row, figures]) =>
    Object.entries(figures).map(([name, [measured, limit]]) => ({ row, name, measured, limit })),
  );
  for (const { row, name, measured, limit } of entries) {
    const judged = (value: number) =>
      judge(row, { [name]: value }, table).filter((found) => found.includes('measured'));
    expect(judged(measured)).toEqual([]);
    expect(judged(limit + 1)).toEqual([expect.stringContaining('It costs more')]);
    if (measured > 0) expect(judged(measured * 0.79)).toEqual([expect.stringContaining('Tighten the allowance')]);
  }
});
