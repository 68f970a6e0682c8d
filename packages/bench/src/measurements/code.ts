/** Measurements of code: start-up, sizes, types, and what a programmer sees. */
import { designIds, rivalIds, storageIds } from '../contenders.ts';
import type { Measurement } from '../runner/measurement.ts';

const asyncDesigns = designIds.filter((id) => id.endsWith('-async'));
const scripted = storageIds.filter((id) => id !== 'libcloud');

/** Start-up, sizes and types. */
export const code: readonly Measurement[] = [
  {
    id: 'cold',
    what: 'cold import, and the first response from a cold start',
    task: 'cold',
    contenders: storageIds,
    points: [{}],
    rounds: { quick: 5, full: 12 },
    rivalRounds: { quick: 2, full: 8 },
    experiments: [
      {
        metric: 'import',
        id: 'cold-import',
        title: 'Cold import',
        question: 'How long does importing it take in a fresh process, HTTP not yet used?',
        unit: 'ms',
        better: 'lower',
        plot: 'distribution',
      },
      {
        metric: 'response',
        id: 'cold-response',
        title: 'First response from a cold start',
        question: 'How long from the first import to the first object of 1 KiB, in a fresh process?',
        unit: 'ms',
        better: 'lower',
        floor: 'undici',
        plot: 'distribution',
      },
    ],
  },
  {
    id: 'size',
    what: 'bundle and installation',
    task: 'size',
    contenders: [...asyncDesigns, ...rivalIds.filter((id) => id !== 'libcloud' && id !== 'opendal-blocking')],
    points: [{}],
    rounds: { quick: 1, full: 1 },
    limitMs: 120_000,
    experiments: [
      {
        metric: 'bundle',
        id: 'bundle-size',
        title: 'Size of a bundled hello',
        question: 'How large is a program that lists a container, bundled and minified with all that it needs?',
        unit: 'bytes',
        better: 'lower',
        plot: 'bars',
      },
      {
        metric: 'install',
        id: 'install-size',
        title: 'Size of an installation',
        question: 'How much does npm put into an empty folder?',
        unit: 'bytes',
        better: 'lower',
        plot: 'bars',
      },
      {
        metric: 'packages',
        id: 'install-packages',
        title: 'Packages of an installation',
        question: 'How many packages is that?',
        unit: 'count',
        better: 'lower',
        plot: 'bars',
      },
    ],
  },
  {
    id: 'types',
    what: 'type-checking and declarations',
    task: 'types',
    contenders: [...asyncDesigns, ...scripted.filter((id) => rivalIds.includes(id) && id !== 'opendal-blocking')],
    points: [{}],
    rounds: { quick: 1, full: 5 },
    experiments: [
      {
        metric: 'check',
        id: 'type-check',
        title: 'Type-checking a hello',
        question: 'How long does the compiler take for a program that lists a container, from nothing?',
        unit: 'ms',
        better: 'lower',
        plot: 'bars',
      },
      {
        metric: 'declarations',
        id: 'declarations',
        title: 'Declarations that the compiler reads',
        question: "How large are the packages' declaration files, Node's own left out?",
        unit: 'bytes',
        better: 'lower',
        plot: 'bars',
      },
    ],
  },
  {
    id: 'program',
    what: 'lines and tokens of the same program',
    task: 'program',
    contenders: [...designIds, ...rivalIds],
    points: [{}],
    rounds: { quick: 1, full: 1 },
    experiments: [
      {
        metric: 'lines',
        id: 'program-lines',
        title: 'Lines of the same program',
        question:
          'How many lines does it take to list a container and read all of it, at once where the colour allows?',
        unit: 'count',
        better: 'lower',
        plot: 'bars',
      },
      {
        metric: 'tokens',
        id: 'program-tokens',
        title: 'Tokens of the same program',
        question: 'And how many tokens?',
        unit: 'count',
        better: 'lower',
        plot: 'bars',
      },
    ],
  },
  {
    id: 'editor',
    what: 'what the editor shows of a method',
    task: 'editor',
    contenders: designIds,
    points: [{}],
    rounds: { quick: 1, full: 1 },
    experiments: [
      {
        metric: 'editor',
        id: 'editor',
        title: 'What the editor shows',
        question: 'Does the doc comment of a method reach the editor, and how does its signature read?',
        unit: 'count',
        better: 'neither',
        plot: 'table',
      },
    ],
  },
  {
    id: 'await',
    what: 'who notices a forgotten await',
    task: 'await',
    contenders: asyncDesigns,
    points: [{}],
    rounds: { quick: 1, full: 1 },
    experiments: [
      {
        metric: 'await',
        id: 'forgotten-await',
        title: 'A forgotten await',
        question: 'Who says so when an `await` is missing: the compiler, the linter, the program when it runs?',
        unit: 'count',
        better: 'neither',
        plot: 'table',
      },
    ],
  },
];
