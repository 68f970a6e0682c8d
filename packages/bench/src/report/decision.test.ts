import { expect, test } from 'vitest';
import { smallReport } from '../../testing/small-report.ts';
import { calledFunctions, decisionRows, recommendations } from './decision.ts';
import { designSections } from './document.ts';

const rows = (id: string, session: string | number, mixin: string | number, flag: string | number) =>
  decisionRows({ session: { [id]: session }, mixin: { [id]: mixin }, flag: { [id]: flag } });

test.for([
  ['numbers within 10 %', 'tokens-async', [143, 137, 141], true],
  ['numbers further apart', 'both-tokens', [120, 109, 129], false],
  ['equal words', 'wrong-kind', ['possible', 'possible', 'possible'], true],
  ['other words', 'wrong-kind', ['possible', 'possible', 'type error'], false],
] as const)('%s: no difference is %s', ([, id, [session, mixin, flag], isSame]) => {
  expect(rows(id, session, mixin, flag)).toMatchObject([{ id, isSame }]);
});

test('bytes are shown with their unit', () => {
  expect(rows('bundle-bytes', 672_000, 671_000, 672_000)[0]?.answers.mixin).toBe('671 kB');
});

test('a question that a design did not answer is left out', () => {
  expect(decisionRows({ session: {}, mixin: { 'both-tokens': 1 }, flag: { 'both-tokens': 1 } })).toEqual([]);
});

test('each recommendation rests on rows that there are', () => {
  const ids = new Set(recommendations.flatMap(({ because }) => because));
  for (const id of ids) expect(rows(id, 1, 2, 3), id).toHaveLength(1);
  expect(recommendations.map(({ design }) => design)).toEqual(['flag', 'mixin', 'session']);
});

test('functions that differ between designs are named, those of a design itself are not compared', () => {
  const shared = { 'core/dist/index.js read 10': 1, 'undici/lib/client.js send 5': 2 };
  const called = (more: Record<string, number>) => ({ GET: { ...shared, ...more } });
  const same = { session: called({}), mixin: called({ 'design-mixin/dist/index.js call 3': 1 }), flag: called({}) };
  expect(calledFunctions(same, 'async')).toEqual([{ call: 'GET', kind: 'async', shared: 2, differing: [], own: 1 }]);
  const more = { ...same, flag: called({ 'undici/lib/client.js send 5': 3 }) };
  expect(calledFunctions(more, 'async')).toMatchObject([{ shared: 1, differing: ['undici/lib/client.js send 5'] }]);
});

test('the document says how many functions differ', () => {
  const row = { call: 'GET', kind: 'async', shared: 2, differing: ['send'], own: 0 } as const;
  const words = (differing: readonly string[]) =>
    designSections(smallReport([], { calledFunctions: [{ ...row, differing }] })).join('\n');
  expect(words([])).toContain('the same in every design');
  expect(words(['send'])).toContain('1 differ between designs');
});
