import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measuredCell, smallReport } from '../../testing/small-report.ts';
import { formatValue } from './format.ts';
import { markdownOf } from './markdown.ts';
import { terminalTable } from './table.ts';
import { targetsOf } from './targets.ts';
import { writeReport } from './write.ts';

const report = smallReport([
  measuredCell('undici', 100),
  measuredCell('flag-async', 80, { low: 0.75, high: 0.85 }),
  { contender: 'flag-blocking', at: 32, outcome: { kind: 'unsupported', why: 'one call in flight' } },
  { contender: 'aws', at: 32, outcome: { kind: 'failed', why: 'wrong result: 3 | 4 bytes' } },
]);

test.for([
  [950, 'ns', '950 ns'],
  [1500, 'µs', '1.50 ms'],
  [0.312, 's', '312 ms'],
  [3_300_000, 'bytes', '3.30 MB'],
  [0.9, 'ratio', '0.90 ×'],
  [5, 'count', '5'],
] as const)('%d %s reads %s', ([value, unit, text]) => {
  expect(formatValue(value, unit)).toBe(text);
});

test('a report is written as JSON, into a folder that need not be there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isobar-report-'));
  try {
    writeReport(join(folder, 'deep', 'er'), report);
    expect(JSON.parse(readFileSync(join(folder, 'deep', 'er', 'report.json'), 'utf8'))).toEqual(report);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a table shows what was measured, and why the rest was not', () => {
  const table = terminalTable(report.experiments[0] as (typeof report.experiments)[0]);
  expect(table).toMatch(/flag, async, 32 in flight +80\.0 µs +72\.0 µs – 88\.0 µs +0\.80 ×/);
  expect(table).toContain('unsupported: one call in flight');
  expect(table).toContain('FAILED: wrong result: 3 | 4 bytes');
});

test('Markdown has a row for each cell, and escapes what would end one', () => {
  const markdown = markdownOf(report);
  expect(markdown).toContain('| flag, async, 32 in flight | 80.0 µs | 72.0 µs – 88.0 µs | 0.80 × |');
  expect(markdown).toContain('FAILED: wrong result: 3 \\| 4 bytes');
  expect(markdown).toContain('2026-01-02');
});

test('a target is met when all designs meet it, and left out when nothing was seen', () => {
  const seen = (low: number): boolean | undefined =>
    targetsOf(
      smallReport([
        measuredCell('flag-async', 1, { low: 0.8, high: 0.9 }),
        measuredCell('mixin-async', 1, { low, high: low }),
      ]).experiments,
    ).find(({ id }) => id === 'get-cpu')?.isMet;
  expect([seen(0.85), seen(0.95)]).toEqual([true, false]);
  expect(targetsOf([])).toEqual([]);
});
