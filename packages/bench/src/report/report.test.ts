import { expect, test } from 'vitest';
import { cell, experiment, measured, smallReport } from '../../testing/small-report.ts';
import { documentOf, experimentSection } from './document.ts';
import { escaped, formatValue, table, unescaped } from './format.ts';
import { targetsOf, targetTable, withTargets } from './targets.ts';

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

test('a table is aligned: numbers to the right', () => {
  expect(
    table([
      { '': 'a', median: '5 ms' },
      { '': 'long', median: '' },
    ]),
  ).toBe('|      | median |\n| ---- | -----: |\n| a    |   5 ms |\n| long |        |');
});

test('escapes are undone for the terminal', () => {
  const text = 'a | b *c* _d_ <e> `f` [g]';
  expect(escaped(text)).not.toContain(' | ');
  expect(unescaped(escaped(text))).toBe(text);
});

const get = experiment(
  'small-get-cpu',
  [
    cell('undici', 100),
    cell('isobar-async', 80, { low: 0.75, high: 0.85 }),
    { contender: 'isobar-blocking', at: 32, outcome: { kind: 'unsupported', why: 'one call in flight' } },
    { contender: 'aws', at: 32, outcome: { kind: 'failed', why: 'wrong result: 3 | 4 bytes' } },
  ],
  { floor: 'undici' },
);

test('an experiment has a row for each cell, with the reason where there is no number', () => {
  const section = experimentSection(get);
  expect(section).toMatch(
    /\| Isobar, Google Storage, async, 32 in flight +\| 80\.0 µs \| 72\.0 µs – 88\.0 µs \| +0\.80 × \|/,
  );
  expect(section).toContain('unsupported: one call in flight');
  expect(section).toContain(String.raw`failed: wrong result: 3 \| 4 bytes`);
});

const noise = experiment(
  'noise-cpu',
  [1, 2].map((index) => ({ contender: 'isobar-async', series: `copy ${index}`, outcome: measured(100) })),
);
const beside = experiment('small-get-cpu', [cell('isobar-async', 10), cell('aws', 100)]);
const target = targetsOf([get]);

test('verdicts come from full runs with the A/A test only', () => {
  const full = documentOf(smallReport([], { experiments: [noise, beside], targets: target }));
  expect(full).toContain('Isobar needs less');
  expect(full).toContain('**Ratios below 1.05 × are not differences.**');
  expect(full).toMatch(/\| met /);
  const quick = documentOf(smallReport([], { mode: 'quick', experiments: [noise, beside], targets: target }));
  expect(quick).toContain('**Quick run: no verdicts.**');
  expect(quick).not.toMatch(/Isobar needs|\| met /);
  expect(documentOf(smallReport([], { experiments: [beside] }))).not.toContain('Isobar needs');
});

test('a long call beside other work: the longest stall of each kind', () => {
  const stall = (contender: string, ms: number) => ({ contender, outcome: measured(ms) });
  const cells = [stall('ticker', 10.5), stall('isobar-async', 11), stall('isobar-blocking', 610)];
  const report = smallReport([], { experiments: [experiment('use-case-stall', cells, { unit: 'ms' })] });
  expect(documentOf(report)).toContain(
    '11.0 ms in the async kind and 610 ms in the blocking kind; with nothing but the ticker, 10.5 ms',
  );
});

test('a target is met or missed by its ratio, and left out when nothing was measured', () => {
  const isMet = (low: number) =>
    targetsOf([experiment('small-get-cpu', [cell('isobar-async', 1, { low, high: low })])])[0]?.isMet;
  expect([isMet(0.95), isMet(1.05)]).toEqual([true, false]);
  expect(targetsOf([])).toEqual([]);
});

test('the published table goes between its markers', () => {
  const text = 'before\n<!-- targets: generated -->\nold\n<!-- /targets -->\nafter\n';
  const published = withTargets(text, smallReport([], { targets: target }));
  expect(published).toContain(targetTable(target, 'full'));
  expect(published).toMatch(/^before\n<!-- targets: generated -->\n\nLast full run: 2026-01-02/);
  expect(published).not.toContain('old');
  expect(published).toMatch(/<!-- \/targets -->\nafter\n$/);
  expect(() => withTargets('nothing', smallReport([]))).toThrow('targets: generated');
});
