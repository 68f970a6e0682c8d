/**
 * `docs/reliability.md` has a row for each row of the kit's fault table, with its outcome in both kinds, and no others.
 */
import { readFile } from 'node:fs/promises';
import { type FaultRow, faultRows } from '@isobar/conformance';
import { expect, test } from 'vitest';

const page = await readFile(new URL('../docs/reliability.md', import.meta.url), 'utf8');

type Row = Pick<FaultRow, 'fault' | 'outcome'>;

/** The first three cells of each row, without footnote marks. */
function rowsOf(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => /^\| (?!fault \||---)/.test(line))
    .map((line) => line.split('|').slice(1, 4))
    .map((cells) => cells.map((cell) => cell.replace(/[¹²³⁴⁵⁶]/g, '').trim()).join(' | '));
}

/** Rows that only one of the two has. */
function differences(markdown: string, rows: readonly Row[]): string[] {
  const documented = rowsOf(markdown);
  const tested = rows.map(({ fault, outcome }) => `${fault} | ${outcome} | ${outcome}`);
  return [
    ...documented.filter((row) => !tested.includes(row)).map((row) => `no case: ${row}`),
    ...tested.filter((row) => !documented.includes(row)).map((row) => `not documented: ${row}`),
  ];
}

test('the page matches the rows of the kit', () => {
  expect(differences(page, faultRows)).toEqual([]);
  expect(rowsOf(page)).toHaveLength(faultRows.length);
});

test.each([
  ['a row without a case', `${page}\n| DNS fails | A network | A network |\n`, faultRows],
  ['a case without a row', page, [...faultRows, { fault: 'DNS fails', outcome: 'A network' } as const]],
  ['another outcome in one kind', page.replace('| R (3) | R (3) | R (3) |', '| R (3) | R (2) | R (3) |'), faultRows],
])('%s is noticed (control)', (_, markdown, rows) => {
  expect(differences(markdown, rows)).not.toEqual([]);
});
