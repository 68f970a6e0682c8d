/** The words follow from the figures: other figures, other words; no figure, no claim. */
import { describe, expect, test } from 'vitest';
import { sampleReport } from '../../../testing/sample-report.ts';
import type { Cell, Contender, Experiment, Outcome, Report } from '../../report/model.ts';
import type { Audience } from './audiences.ts';
import { decide } from './decide.ts';
import { findings } from './findings.ts';
import { duelsOf } from './rivals.ts';
import { headline, reasons, standingWords } from './words.ts';

const audience: Audience = {
  id: 'a',
  who: 'You',
  need: '',
  kind: 'async',
  topics: [
    { name: 'calls', ids: /^call/ },
    { name: 'memory', ids: /^memory/ },
  ],
};

const contenders: readonly Contender[] = [
  ...(['session', 'mixin', 'flag'] as const).map(
    (design): Contender => ({ id: design, name: design, role: 'design', design, kind: 'async' }),
  ),
  { id: 'rival', name: 'Rival', role: 'rival' },
];

const number = (median: number, spread = 1): Outcome => ({
  kind: 'measured',
  samples: [median],
  median,
  low: median - spread,
  high: median + spread,
  isWide: false,
});

function reportOf(outcomes: Readonly<Record<string, Outcome>>, more: Partial<Experiment> = {}): Report {
  const cells = Object.entries(outcomes).map(([contender, outcome]): Cell => ({ contender, outcome }));
  const experiment: Experiment = {
    id: 'call',
    title: 'A call',
    question: '',
    unit: 'ms',
    better: 'lower',
    plot: 'bars',
    cells,
    ...more,
  };
  return { ...sampleReport(), contenders, experiments: [experiment], programs: [] };
}

const said = (report: Report) => {
  const decision = decide(audience, report);
  return { pick: headline(decision), reasons: reasons(decision, report).join(' ') };
};

describe('a verdict', () => {
  test('is any of the three where they cannot be told apart', () => {
    expect(said(reportOf({ session: number(100), mixin: number(101), flag: number(100) }))).toEqual({
      pick: 'any of the three',
      reasons: 'The designs cannot be told apart in the one comparison there is. Not measured in this report: memory.',
    });
  });

  test('is the design that is not behind, and says by how much the others are', () => {
    const { pick, reasons: why } = said(reportOf({ session: number(100), mixin: number(134), flag: number(340) }));
    expect(pick).toBe('session');
    expect(why).toContain('Mixin has 34 % more in “A call” and flag has 3.4 times as much in “A call”.');
  });

  test('turns round where more is better', () => {
    expect(
      said(reportOf({ session: number(100), mixin: number(134), flag: number(340) }, { better: 'higher' })).pick,
    ).toBe('flag');
  });

  test('counts a failure against a design and names it', () => {
    const { pick, reasons: why } = said(
      reportOf({ session: { kind: 'failed', why: 'crashed' }, mixin: number(100), flag: number(100) }),
    );
    expect(pick).toBe('mixin or flag');
    expect(why).toContain('Session fails in “A call”');
  });

  test('names a rival that is better', () => {
    expect(
      said(reportOf({ session: number(100), mixin: number(100), flag: number(100), rival: number(80) })).reasons,
    ).toContain('Another library is better in 1 of 1: Rival (A call: 20 % less).');
  });

  test('cannot be given without figures, and says of what', () => {
    const failed: Outcome = { kind: 'failed', why: 'crashed' };
    for (const report of [
      reportOf({}),
      reportOf({ session: failed, mixin: failed, flag: failed }),
      { ...reportOf({}), experiments: [] },
    ]) {
      expect(said(report)).toEqual({ pick: 'cannot say', reasons: 'This report has no figure for calls and memory.' });
    }
  });

  test('never rests on timelines, one run each, but tells what they show', () => {
    const run = (longestStallMs: number): Outcome => ({ kind: 'timeline', spans: [], ticksMs: [], longestStallMs });
    const timelines = reportOf({ session: run(10), mixin: run(500), flag: run(90) }, { plot: 'timeline' });
    expect(said(timelines)).toEqual({
      pick: 'cannot say',
      reasons:
        '“A call”: Longest stall of the event loop: async 10–500 ms. One run each, which cannot tell designs apart. This report has no figure for memory.',
    });
  });

  test('rests on the last value of a parameter that has figures', () => {
    const report = reportOf({ session: number(100), mixin: number(100), flag: number(300) }, { plot: 'curve' });
    const cells = report.experiments.flatMap((one) => one.cells);
    const beyond = cells.map(
      ({ contender }): Cell => ({ contender, at: 32, outcome: { kind: 'unsupported', why: 'no' } }),
    );
    const experiments = report.experiments.map((one) => ({
      ...one,
      cells: [...cells.map((cell) => ({ ...cell, at: 1 })), ...beyond],
    }));
    expect(said({ ...report, experiments }).pick).toBe('session or mixin');
  });

  test('leaves out contenders of the other kind', () => {
    const report = reportOf({ session: number(100), mixin: number(100), flag: number(300) });
    expect(said({ ...report, contenders: contenders.map((one) => ({ ...one, kind: 'blocking' as const })) }).pick).toBe(
      'cannot say',
    );
  });
});

test('the glance says how often and by how much a design is behind', () => {
  const decision = decide(
    audience,
    reportOf({ session: number(100), mixin: number(134), flag: { kind: 'unsupported', why: 'no' } }),
  );
  expect([
    standingWords(decision, 'session'),
    standingWords(decision, 'mixin'),
    standingWords(decision, 'flag'),
  ]).toEqual(['level in the only one', 'behind in 1 of 1, up to 34 % more', 'no figure in 1 of 1']);
});

describe('duels', () => {
  test('are won, lost or level, and cost less than one where ours is better, also where more is better', () => {
    const designsAt = (median: number) => ({ session: number(median), mixin: number(median), flag: number(median) });
    const verdict = (report: Report) => duelsOf(report).map((duel) => [duel.verdict, duel.cost.median]);
    expect(verdict(reportOf({ ...designsAt(100), rival: number(200) }))).toEqual([['won', 0.5]]);
    expect(verdict(reportOf({ ...designsAt(100), rival: number(200) }, { better: 'higher' }))).toEqual([['lost', 2]]);
    expect(verdict(reportOf({ ...designsAt(100), rival: number(101) }))[0]?.[0]).toBe('level');
    expect(verdict(reportOf(designsAt(100)))).toEqual([]);
  });
});

describe('findings', () => {
  const findingsOf = (report: Report) =>
    report.experiments.flatMap((experiment) => findings(experiment, report)).join(' ');

  test('name the best design, who is level with it, the floor and the best rival', () => {
    const report = reportOf(
      { session: number(100), mixin: number(100.5), flag: number(150), rival: number(80) },
      { floor: 'rival' },
    );
    expect(findingsOf(report)).toBe(
      'Best design session with 100 ms (not to be told from it: mixin), 1.25 × the floor; best other library Rival with 80 ms, 20 % less, better.',
    );
  });

  test('name failures and say when nothing has a figure', () => {
    expect(findingsOf(reportOf({ session: { kind: 'failed', why: 'crashed' } }))).toBe(
      'Nobody has a figure here. Failed: session.',
    );
  });
});
