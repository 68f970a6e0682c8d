import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { sampleReport } from '../../testing/sample-report.ts';
import type { Cell, Experiment, Outcome, Report } from '../report/model.ts';
import { renderPage } from './render-page.ts';

const read = (page: string) => parseHTML(page).document;

/** The page without what it embeds as it is: its style, its script, the report. */
function shown(page: string): string {
  return page.replace(/<style>.*?<\/style>|<script.*?<\/script>/gs, '');
}

test('shows each experiment, each contender of it, each target and each program', async () => {
  const report = sampleReport();
  const document = read(await renderPage(report));
  expect(document.querySelectorAll('.experiment')).toHaveLength(report.experiments.length);
  for (const { id, cells } of report.experiments) {
    const article = [...document.querySelectorAll('.experiment')].find(
      (one) => one.getAttribute('data-experiment') === id,
    );
    expect(article?.querySelectorAll('.data tbody tr')).toHaveLength(cells.length);
    for (const { contender } of cells)
      expect(article?.querySelector(`.figure [data-contender="${contender}"]`), `${id}, ${contender}`).not.toBeNull();
  }
  expect(document.querySelectorAll('.targets tbody tr')).toHaveLength(report.targets.length);
  expect(document.querySelectorAll('.side')).toHaveLength(report.programs.length);
});

test('carries the report with all its samples', async () => {
  const report = sampleReport();
  expect(JSON.parse(read(await renderPage(report)).querySelector('#report')?.textContent ?? '')).toEqual(report);
});

test('says why there is no number: unsupported, failed, too wide', async () => {
  const text = read(await renderPage(sampleReport())).querySelector('#experiments')?.textContent ?? '';
  for (const words of [
    'unsupported: asks for JSON',
    'failed: wrong checksum',
    'failed: ECONNRESET',
    'too wide to rely on',
  ])
    expect(text).toContain(words);
});

test('shows contenders in their order, whichever ran first', async () => {
  const report = sampleReport();
  const turned = report.experiments.map((experiment) => ({ ...experiment, cells: experiment.cells.toReversed() }));
  const document = read(await renderPage({ ...report, experiments: turned }));
  const first = document.querySelector('[data-experiment="overhead-blocking"] .row');
  expect(first?.getAttribute('data-contender')).toBe('undici');
});

test('marks the syntax of code', async () => {
  const document = read(await renderPage(sampleReport()));
  expect(document.querySelector('.side .t-keyword')?.textContent).toBe('import');
  expect(document.querySelector('.side .t-comment')?.textContent).toContain('One session');
});

test('allows nothing but its own style and script', async () => {
  const document = read(await renderPage(sampleReport()));
  expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toMatch(
    /^default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[^ ]+';/,
  );
  expect(document.querySelectorAll('[src], link')).toHaveLength(0);
});

describe('odd reports', () => {
  const empty: Report = {
    ...sampleReport(),
    contenders: [],
    experiments: [],
    targets: [],
    programs: [],
    method: [],
    versions: {},
  };

  test('one with nothing in it gives a page that says so', async () => {
    const text = read(await renderPage(empty)).querySelector('main')?.textContent;
    for (const words of [
      'cannot say',
      'This report holds no experiment',
      'checks no target',
      'No experiment of this report',
    ])
      expect(text).toContain(words);
  });

  test('names are words, never markup', async () => {
    const evil = '"><img src=x onerror=alert(1)></script><!--\'&';
    const cell = (outcome: Outcome): Cell => ({ contender: evil, series: evil, at: 1, outcome });
    const number: Outcome = { kind: 'measured', samples: [1], median: 1, low: 1, high: 1, isWide: true, note: evil };
    const outcomes: Outcome[] = [
      number,
      { kind: 'text', text: evil },
      { kind: 'failed', why: evil },
      { kind: 'timeline', spans: [{ label: evil, startMs: 0, endMs: 1 }], ticksMs: [1, 2], longestStallMs: 1 },
    ];
    const experiments = plots.map(
      (plot): Experiment => ({
        id: evil,
        title: evil,
        question: evil,
        unit: 'ms',
        better: 'lower',
        floor: evil,
        plot,
        parameter: { name: evil, unit: evil },
        cells: outcomes.map(cell),
      }),
    );
    const page = await renderPage({
      ...sampleReport(),
      contenders: [{ id: evil, name: evil, role: 'design', design: 'flag', kind: 'async' }],
      experiments,
      targets: [{ id: evil, what: evil, target: evil, seen: evil, isMet: false, note: evil }],
      programs: [{ id: evil, contender: evil, title: evil, language: evil, source: evil, lines: 1, tokens: 1 }],
      method: [evil],
      versions: { [evil]: evil },
      machine: { cpu: evil, cores: 1, memoryBytes: 1, platform: evil, node: evil },
      startedAt: evil,
    });
    const document = read(page);
    expect(document.querySelectorAll('img, [onerror]')).toHaveLength(0);
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect(document.querySelector('.side code')?.textContent).toBe(evil);
  });

  const plots = ['bars', 'distribution', 'curve', 'timeline', 'table'] as const;
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(0, 1, 1e-300, 1e300, -5, Number.NaN, Infinity),
    fc.integer({ min: 1, max: 1000 }),
  );
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.record({
      kind: fc.constant('measured' as const),
      samples: fc.array(value, { maxLength: 20 }),
      median: value,
      low: value,
      high: value,
      isWide: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('timeline' as const),
      spans: fc.array(fc.record({ label: fc.string(), startMs: value, endMs: value }), { maxLength: 5 }),
      ticksMs: fc.array(value, { maxLength: 10 }),
      longestStallMs: value,
    }),
    fc.record({ kind: fc.constant('text' as const), text: fc.string() }),
    fc.record({ kind: fc.constantFrom('unsupported' as const, 'failed' as const), why: fc.string() }),
  );
  const id = fc.constantFrom('undici', 'flag-async', 'mixin-async', 'session-blocking', 's3mini', 'nobody');
  const cell: fc.Arbitrary<Cell> = fc.record(
    { contender: id, series: fc.constantFrom('a', 'b'), at: fc.oneof(fc.constantFrom(1, 2, 64), value), outcome },
    { requiredKeys: ['contender', 'outcome'] },
  );
  const experiment: fc.Arbitrary<Experiment> = fc.record(
    {
      id: fc.constantFrom('get-1k-wall', 'small-objects-up', 'x'),
      title: fc.string(),
      question: fc.string(),
      unit: fc.constantFrom('ns', 'µs', 'ms', 's', 'bytes', 'count', 'ratio'),
      better: fc.constantFrom('lower', 'higher', 'neither'),
      floor: id,
      plot: fc.constantFrom(...plots),
      cells: fc.array(cell, { maxLength: 8 }),
    },
    { requiredKeys: ['id', 'title', 'question', 'unit', 'better', 'plot', 'cells'] },
  );

  test('whatever the figures are, no NaN, no infinity and nothing undefined is drawn or said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(experiment, { maxLength: 4 }), async (experiments) => {
        const named = experiments.map((one) => ({ ...one, title: 'title', question: 'question' }));
        const page = await renderPage({ ...empty, contenders: sampleReport().contenders, experiments: named });
        const drawn = [...read(page).querySelectorAll('svg, svg *')].flatMap((element) =>
          [...element.attributes].map((attribute) => attribute.value),
        );
        expect(drawn.filter((text) => /NaN|Infinity|undefined/.test(text))).toEqual([]);
        expect(shown(page).replace(/is-(?:text|failed|unsupported)">[^<]*</g, '')).not.toMatch(
          /NaN|Infinity|undefined|\[object/,
        );
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
