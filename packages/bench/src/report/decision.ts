/** Which design to take, and what it rests on: the rows of the decision, and the functions that the designs call. */
import { designs } from '../designs/openings.ts';
import { formatValue } from './format.ts';
import type { CalledFunctions, Contender, DecisionRow, Design } from './model.ts';

/** Advice for one kind of reader. */
export interface Recommendation {
  readonly design: Design;
  readonly sentence: string;
  /** Ids of the decision's rows that it rests on. */
  readonly because: readonly string[];
}

/** Which design to take, the default first. Fixed text: the rows that it rests on are computed in every run. */
export const recommendations: readonly Recommendation[] = [
  {
    design: 'flag',
    sentence:
      'Take flag by default, for applications, servers and libraries: connecting fixes the kind, the type knows it, and method names are the same in both kinds.',
    because: ['type-blocking', 'type-async', 'wrong-kind', 'move-all'],
  },
  {
    design: 'mixin',
    sentence: 'Take mixin for scripts that use both kinds on one object.',
    because: ['both-drivers', 'both-tokens'],
  },
  {
    design: 'session',
    sentence: 'Take session to make an existing blocking program async step by step.',
    because: ['both-drivers', 'move-part'],
  },
];

/** Questions by the ids of the answers, in the order of the table. */
const questions: Readonly<Record<string, string>> = {
  'type-blocking': 'Type of a blocking `getObject()`',
  'type-async': 'Type of an async `getObject()`',
  'type-boolean': 'Type of `getObject()` when a boolean variable chooses the kind',
  'hover-7': 'Doc comment of a method on hover, TypeScript 7',
  'hover-5': 'Doc comment of a method on hover, TypeScript 5.9',
  'wrong-kind': 'Calling a blocking method by mistake in async code',
  'await-dropped': 'A forgotten `await`, the result dropped',
  'await-used': 'A forgotten `await`, the result used',
  'await-superfluous': 'A superfluous `await` on a blocking call',
  'both-drivers': 'Objects for both kinds in one program',
  'both-tokens': 'Tokens of a program that lists blocking and reads async',
  'move-part': 'Changes to a blocking program to make its reads async',
  'move-all': 'Changes to a blocking program to make it async',
  'tokens-blocking': 'Tokens of the compared program, blocking',
  'tokens-async': 'Tokens of the compared program, async',
  'bundle-bytes': 'Size of the compared program in one bundle',
};

/** Answers about one design, by the ids of the rows. Numbers are compared, texts must be equal. */
export type Answers = Readonly<Record<string, string | number>>;

/** Numbers are no difference when the largest is at most this many times the smallest. */
const maxEqualRatio = 1.1;

/** The rows of the decision. Questions that a design did not answer are left out. */
export function decisionRows(answers: Readonly<Record<Design, Answers>>): DecisionRow[] {
  return Object.entries(questions).flatMap(([id, question]) => {
    const found = designs.map((design) => answers[design][id]);
    if (found.includes(undefined)) return [];
    const text = (answer: string | number | undefined): string =>
      typeof answer === 'number' ? formatValue(answer, id.endsWith('-bytes') ? 'bytes' : 'count') : (answer ?? '');
    const [session = '', mixin = '', flag = ''] = found.map(text);
    const numbers = found.filter((answer) => typeof answer === 'number');
    const isSame =
      numbers.length === found.length
        ? Math.max(...numbers) <= Math.min(...numbers) * maxEqualRatio
        : new Set(found).size === 1;
    return [{ id, question, answers: { session, mixin, flag }, isSame }];
  });
}

/** How often functions ran, by call and function, in one design and kind. */
export type Called = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Compares which functions the designs call, and how often, apart from those of the designs themselves. */
export function calledFunctions(called: Readonly<Record<Design, Called>>, kind: Contender['kind']): CalledFunctions[] {
  return Object.keys(called.flag).map((call) => {
    const isOfDesign = (id: string): boolean => /^(?:worker: )?design-/.test(id);
    const counts = designs.map((design) => called[design][call] ?? {});
    const ids = [...new Set(counts.flatMap(Object.keys))].filter((id) => !isOfDesign(id));
    const differing = ids.filter((id) => new Set(counts.map((count) => count[id])).size > 1);
    const own = Math.max(...counts.map((count) => Object.keys(count).filter(isOfDesign).length));
    return { call, kind, shared: ids.length - differing.length, differing, own };
  });
}
