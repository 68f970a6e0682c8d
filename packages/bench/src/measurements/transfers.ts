/** Measurements of many objects, of large ones, and of what else can run meanwhile. */
import { designIds, rivalIds, storageIds } from '../contenders.ts';
import type { ExperimentPlan, Measurement, Point } from '../runner/measurement.ts';

const mebibyte = 1024 * 1024;
const directions = ['up', 'down'] as const;

function transfer(
  id: string,
  what: string,
  sizeBytes: number,
  more: Pick<Measurement, 'rounds'> & Partial<Measurement>,
): Measurement {
  const label = sizeBytes < 1024 * mebibyte ? `${sizeBytes / mebibyte} MiB` : `${sizeBytes / 1024 / mebibyte} GiB`;
  const experiments = directions.flatMap((direction): ExperimentPlan[] => {
    const title = direction === 'up' ? `${label} from a file` : `${label} into a file`;
    return [
      {
        metric: direction,
        id: `${id}-${direction}`,
        title: `${title}: time`,
        question: `How long do ${label} take ${direction}, with the checks that each makes by default?`,
        unit: 'ms',
        better: 'lower',
        floor: 'undici',
        plot: 'bars',
      },
      {
        metric: `${direction}-peak`,
        id: `${id}-${direction}-memory`,
        title: `${title}: peak memory`,
        question: "How much resident memory does the client's process reach, Node itself included?",
        unit: 'bytes',
        better: 'lower',
        floor: 'undici',
        plot: 'bars',
      },
    ];
  });
  return {
    id,
    what,
    task: 'transfer',
    contenders: storageIds,
    points: directions.map((direction) => ({
      settings: { sizeBytes, direction },
      metrics: [direction, `${direction}-peak`],
    })),
    experiments,
    limitMs: 120_000,
    ...more,
  };
}

const slowLink = '20 ms link';
const curve = (series: string, delayMs: number, ats: readonly number[], only?: 'full'): Point[] =>
  ats.map((at) => ({ series, at, settings: { delayMs }, ...(only && { only }) }));

/** Transfers and use cases. */
export const transfers: readonly Measurement[] = [
  {
    id: 'small-objects',
    what: '1,000 small objects up and down, 1 to 128 in flight',
    task: 'small-objects',
    contenders: storageIds,
    points: [
      ...curve(slowLink, 20, [1, 64]),
      ...curve(slowLink, 20, [4, 16, 128], 'full'),
      ...curve('no delay', 0, [1, 16, 128], 'full'),
    ],
    rounds: { quick: 1, full: 2 },
    rivalRounds: { quick: 0, full: 1 },
    experiments: directions.map((direction) => ({
      metric: direction,
      id: `small-objects-${direction}`,
      title: `1,000 small objects ${direction}`,
      question: `How long do 1,000 objects of 1 KiB take ${direction}, by how many are in flight?`,
      unit: 's',
      better: 'lower',
      floor: 'undici',
      plot: 'curve',
      parameter: { name: 'calls in flight', unit: 'calls' },
    })),
  },
  transfer('transfer-64m', '64 MiB to and from a file', 64 * mebibyte, {
    rounds: { quick: 1, full: 4 },
    rivalRounds: { quick: 0, full: 2 },
  }),
  transfer('transfer-1g', '1 GiB to and from a file', 1024 * mebibyte, {
    rounds: { quick: 0, full: 1 },
    limitMs: 180_000,
  }),
  transfer('memory-2g', 'memory while 2 GiB move', 2048 * mebibyte, {
    contenders: ['undici', 'flag-async', 'flag-blocking'],
    rounds: { quick: 0, full: 1 },
    limitMs: 180_000,
  }),
  {
    id: 'use-cases',
    what: "the RFC's three use cases as timelines",
    task: 'use-cases',
    contenders: designIds,
    points: [{}],
    rounds: { quick: 1, full: 1 },
    experiments: [
      {
        metric: 'regions',
        id: 'use-case-regions',
        title: 'Nodes of three regions',
        question: 'Do three regions at different distances answer one after the other or at once?',
        unit: 'ms',
        better: 'neither',
        plot: 'timeline',
      },
      {
        metric: 'objects',
        id: 'use-case-objects',
        title: 'Many objects up and down',
        question: 'How do 24 uploads and downloads over a slow link overlap?',
        unit: 'ms',
        better: 'neither',
        plot: 'timeline',
      },
      {
        metric: 'report',
        id: 'use-case-report',
        title: 'A long report while a ticker runs',
        question: 'Does other code run while a report is made? The longest stall is how long it did not.',
        unit: 'ms',
        better: 'neither',
        plot: 'timeline',
      },
    ],
  },
  {
    id: 'accepted',
    what: 'each contender once against a server that verifies signatures',
    task: 'accepted',
    contenders: [...designIds, ...rivalIds],
    points: [{}],
    rounds: { quick: 1, full: 1 },
    experiments: [
      {
        metric: 'accepted',
        id: 'accepted',
        title: 'What a verifying server accepted',
        question: 'Which of the measured operations did the emulator, which verifies signatures and digests, accept?',
        unit: 'count',
        better: 'neither',
        plot: 'table',
      },
    ],
  },
];
