/** Measurements of calls: what one costs, in CPU time and by the wall. */
import { designIds, rivalIds, storageIds } from '../contenders.ts';
import type { Measurement, Point } from '../runner/measurement.ts';

const inFlight = { name: 'calls in flight', unit: 'calls' };

function smallCall(id: 'get' | 'put', verb: string, quick: number, quickRivals: number, alone: Point): Measurement {
  return {
    id,
    what: `${verb} of 1 KiB, 1 and 32 in flight`,
    task: id,
    contenders: storageIds,
    points: [alone, { at: 32 }],
    rounds: { quick, full: 4 },
    rivalRounds: { quick: quickRivals, full: 3 },
    experiments: [
      {
        metric: 'cpu',
        id: `${id}-1k-cpu`,
        title: `${verb} of 1 KiB: client CPU`,
        question: `How much of the client's CPU does one ${verb} of 1 KiB take, signed and checked?`,
        unit: 'µs',
        better: 'lower',
        floor: 'undici',
        plot: 'distribution',
        parameter: inFlight,
      },
      {
        metric: 'wall',
        id: `${id}-1k-wall`,
        title: `${verb} of 1 KiB: time`,
        question: `How long does one ${verb} of 1 KiB take? With several in flight: time divided by calls.`,
        unit: 'µs',
        better: 'lower',
        floor: 'undici',
        plot: 'distribution',
        parameter: inFlight,
      },
    ],
  };
}

/** Costs of calls. */
export const calls: readonly Measurement[] = [
  {
    id: 'overhead',
    what: "a call's own cost, without network",
    task: 'overhead',
    contenders: ['bare-async', 'bare-blocking', ...designIds],
    points: [{}],
    rounds: { quick: 2, full: 5 },
    experiments: (['async', 'blocking'] as const).map((kind) => ({
      metric: kind,
      id: `overhead-${kind}`,
      title: `Cost of a call without steps, ${kind}`,
      question: 'What does a call cost when its operation has nothing to wait for, beside a bare loop that drives it?',
      unit: 'ns',
      better: 'lower',
      floor: `bare-${kind}`,
      plot: 'bars',
    })),
  },
  smallCall('get', 'GET', 2, 1, { at: 1, rivalsOnly: 'full' }),
  smallCall('put', 'PUT', 1, 0, { at: 1, only: 'full' }),
  {
    id: 'list-page',
    what: 'one listing page of 1,000 objects',
    task: 'list',
    contenders: storageIds,
    points: [{ settings: { objects: 1000 }, warmUpMs: 700 }],
    rounds: { quick: 1, full: 4 },
    rivalRounds: { quick: 0, full: 2 },
    experiments: [
      {
        metric: 'cpu',
        id: 'list-page-cpu',
        title: 'A listing page of 1,000 objects: client CPU',
        question:
          'How much CPU does it take to fetch and read a page of 1,000 objects, beside fetching its bytes alone?',
        unit: 'µs',
        better: 'lower',
        floor: 'undici',
        plot: 'distribution',
      },
      {
        metric: 'wall',
        id: 'list-page-wall',
        title: 'A listing page of 1,000 objects: time',
        question: 'How long does a page of 1,000 objects take?',
        unit: 'µs',
        better: 'lower',
        floor: 'undici',
        plot: 'distribution',
      },
    ],
  },
  {
    id: 'list-100k',
    what: 'listing 100,000 objects',
    task: 'list',
    contenders: storageIds,
    points: [{ settings: { objects: 100_000 } }],
    rounds: { quick: 0, full: 3 },
    rivalRounds: { quick: 0, full: 1 },
    experiments: [
      {
        metric: 'wall',
        id: 'list-100k-wall',
        title: 'Listing 100,000 objects: time',
        question: 'How long does it take to go through 100,000 objects, page after page?',
        unit: 'µs',
        better: 'lower',
        floor: 'undici',
        plot: 'bars',
      },
      {
        metric: 'cpu',
        id: 'list-100k-cpu',
        title: 'Listing 100,000 objects: client CPU',
        question: 'And how much CPU?',
        unit: 'µs',
        better: 'lower',
        floor: 'undici',
        plot: 'bars',
      },
    ],
  },
  {
    id: 'bridge',
    what: 'what blocking costs: an empty call, and 64 MiB handed over',
    task: 'bridge',
    contenders: designIds,
    points: [{}],
    rounds: { quick: 1, full: 4 },
    experiments: [
      {
        metric: 'empty',
        id: 'bridge-empty',
        title: 'An empty call',
        question:
          'What does it cost to have the least of steps performed: in this thread, or in a worker that it waits for?',
        unit: 'µs',
        better: 'lower',
        floor: 'flag-async',
        plot: 'distribution',
      },
      {
        metric: 'handover',
        id: 'bridge-handover',
        title: '64 MiB into memory',
        question: 'What does handing a big body from thread to thread add?',
        unit: 'ms',
        better: 'lower',
        floor: 'flag-async',
        plot: 'distribution',
      },
    ],
  },
  {
    id: 'open',
    what: 'opening 1,000 drivers',
    task: 'open',
    contenders: ['undici', ...designIds, ...rivalIds.filter((id) => id !== 'libcloud')],
    points: [{}],
    rounds: { quick: 1, full: 5 },
    rivalRounds: { quick: 0, full: 3 },
    experiments: [
      {
        metric: 'time',
        id: 'open-time',
        title: 'Opening 1,000 drivers: time',
        question: 'How long does it take to open 1,000 drivers?',
        unit: 'ms',
        better: 'lower',
        plot: 'bars',
      },
      {
        metric: 'memory',
        id: 'open-memory',
        title: 'Opening 1,000 drivers: memory',
        question: 'How much memory do 1,000 open drivers take, after a collection of garbage?',
        unit: 'bytes',
        better: 'lower',
        plot: 'bars',
      },
    ],
  },
];
