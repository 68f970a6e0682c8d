/** Who reads the page and which experiments speak to them. Names nobody's figures: those come from the report. */
import type { Contender } from '../../report/model.ts';

/** One kind of reader. */
export interface Audience {
  readonly id: string;
  readonly who: string;
  readonly need: string;
  /** Only contenders of this kind count; both when absent. */
  readonly kind?: NonNullable<Contender['kind']>;
  readonly topics: readonly Topic[];
}

/** What matters to a reader, and how to know the experiments about it by their ids. */
export interface Topic {
  readonly name: string;
  readonly ids: RegExp;
}

const code: Topic = { name: 'the code to write', ids: /^program:/ };
const startUp: Topic = { name: 'start-up', ids: /^cold-/ };
const smallCalls: Topic = { name: 'small calls', ids: /^(get|put)-1k-/ };
const manyInFlight: Topic = { name: 'many calls in flight', ids: /^small-objects-/ };
const largeFiles: Topic = { name: 'large files', ids: /^transfer-.*-(up|down)$/ };
const memory: Topic = { name: 'memory', ids: /-memory$/ };
const atOnce: Topic = { name: 'several things at once', ids: /^use-case-(regions|objects)$/ };
const eventLoop: Topic = { name: 'the event loop beside a long call', ids: /^use-case-report$/ };
const ownCost: Topic = { name: "the design's own cost", ids: /^overhead-/ };
const opening: Topic = { name: 'opening a driver', ids: /^open-/ };
const listings: Topic = { name: 'listings', ids: /^list-/ };
const types: Topic = { name: 'types in the editor and the compiler', ids: /^(type-check|declarations|editor)$/ };
const mistakes: Topic = { name: 'a forgotten await', ids: /^forgotten-await$/ };
const size: Topic = { name: 'size', ids: /^(bundle-size|install-)/ };

/** The readers, the most common first. */
export const audiences: readonly Audience[] = [
  {
    id: 'script',
    who: 'You write scripts',
    need: 'Calls that block, one after another; a quick start.',
    kind: 'blocking',
    topics: [smallCalls, startUp, listings, largeFiles, code],
  },
  {
    id: 'server',
    who: 'You write a server',
    need: 'Many calls in flight on one thread that must not wait.',
    kind: 'async',
    topics: [manyInFlight, smallCalls, atOnce, memory, code],
  },
  {
    id: 'long',
    who: 'Something long runs beside other work',
    need: 'A report is made or a large file moves, and the program goes on meanwhile.',
    topics: [eventLoop, largeFiles],
  },
  {
    id: 'library',
    who: 'You write a library for both kinds of caller',
    need: 'Both kinds from one code base, and types that catch mistakes.',
    topics: [ownCost, mistakes, types, opening, size],
  },
  {
    id: 'libcloud',
    who: 'You come from Apache Libcloud',
    need: 'The same names and programs, with as little new as possible.',
    topics: [code, types, mistakes],
  },
  {
    id: 'provider',
    who: 'You write a provider',
    need: 'One package, written once; a design should add next to nothing to your operations.',
    topics: [ownCost, opening, types],
  },
];
