import { expect, test } from 'vitest';
import type { Cell } from '../report/model.ts';
import { seededRandom } from '../statistics.ts';
import type { CellInput, CellResult, Services } from './cell.ts';
import type { Measurement } from './measurement.ts';
import { type Context, runMeasurement } from './run.ts';

const services = {} as Services;

const measurement: Measurement = {
  id: 'fake',
  what: 'a fake measurement',
  task: 'fake',
  contenders: ['undici', 'flag-async', 'flag-blocking'],
  points: [{ at: 1 }],
  rounds: { quick: 3, full: 5 },
  experiments: [
    {
      metric: 'wall',
      id: 'fake-wall',
      title: 'Fake',
      question: 'How fake is it?',
      unit: 'µs',
      better: 'lower',
      floor: 'undici',
      plot: 'bars',
    },
  ],
};

const samples = (...wall: number[]): CellResult => ({ kind: 'samples', samples: { wall } });

interface Observed {
  readonly asked: CellInput[];
  readonly cells: Record<string, Cell['outcome']>;
}

/** Runs a measurement whose cells answer as they are told. */
async function observe(
  perform: (input: CellInput, turn: number) => CellResult,
  more: Partial<Context> = {},
  plan: Measurement = measurement,
): Promise<Observed> {
  const asked: CellInput[] = [];
  const [experiment] = await runMeasurement(plan, {
    kind: 'quick',
    random: seededRandom(5),
    services,
    signal: new AbortController().signal,
    async perform(input) {
      asked.push(input);
      return perform(input, asked.filter(({ contender }) => contender === input.contender).length);
    },
    progress() {},
    ...more,
  });
  return {
    asked,
    cells: Object.fromEntries((experiment?.cells ?? []).map(({ contender, outcome }) => [contender, outcome])),
  };
}

test('each cell runs once a round; samples are kept raw, with their ratio to the floor', async () => {
  const { asked, cells } = await observe(({ contender }) =>
    contender === 'undici' ? samples(10, 10) : samples(20, 20),
  );
  expect(asked).toHaveLength(9);
  for (let round = 0; round < 3; round += 1) {
    const names = asked.slice(round * 3, round * 3 + 3).map(({ contender }) => contender);
    expect(new Set(names).size).toBe(3);
  }
  expect(cells.undici).not.toHaveProperty('ratio');
  expect(cells['flag-async']).toMatchObject({
    kind: 'measured',
    samples: [20, 20, 20, 20, 20, 20],
    median: 20,
    ratio: { median: 2, low: 2, high: 2 },
    isWide: false,
  });
});

test('rounds differ in their order', async () => {
  const { asked } = await observe(() => samples(1), { kind: 'full' });
  const orders = [0, 1, 2, 3, 4].map((round) =>
    asked
      .slice(round * 3, round * 3 + 3)
      .map(({ contender }) => contender)
      .join(),
  );
  expect(new Set(orders).size).toBeGreaterThan(1);
});

test('a cell that fails once is not run again, and costs the others nothing', async () => {
  const { asked, cells } = await observe(({ contender }, turn) =>
    contender === 'flag-async' && turn === 2 ? { kind: 'failed', why: 'wrong result: 3 bytes' } : samples(1),
  );
  expect(cells['flag-async']).toEqual({ kind: 'failed', why: 'wrong result: 3 bytes' });
  expect(cells['flag-blocking']).toMatchObject({ kind: 'measured', samples: [1, 1, 1] });
  expect(asked.filter(({ contender }) => contender === 'flag-async')).toHaveLength(2);
});

test('an unsupported cell says why', async () => {
  const { cells } = await observe(({ contender }) =>
    contender === 'flag-blocking' ? { kind: 'unsupported', why: 'it cannot' } : samples(1),
  );
  expect(cells['flag-blocking']).toEqual({ kind: 'unsupported', why: 'it cannot' });
});

test('without a floor there is no ratio', async () => {
  const { cells } = await observe(({ contender }) =>
    contender === 'undici' ? { kind: 'failed', why: 'crashed' } : samples(1),
  );
  expect(cells['flag-async']).toMatchObject({ kind: 'measured' });
  expect(cells['flag-async']).not.toHaveProperty('ratio');
});

test('a point that gives other metrics is in none but their experiments', async () => {
  const points = [{ at: 1, metrics: ['other'] }];
  const { cells } = await observe(() => ({ kind: 'failed', why: 'crashed' }), {}, { ...measurement, points });
  expect(cells).toEqual({});
});

test('a blocking contender is not asked for several calls in flight', async () => {
  const { asked, cells } = await observe(() => samples(1), {}, { ...measurement, points: [{ at: 32 }] });
  expect(cells['flag-blocking']).toMatchObject({ kind: 'unsupported' });
  expect(asked.map(({ contender }) => contender)).not.toContain('flag-blocking');
});

test('one or two times are called wide, whatever they are', async () => {
  const { cells } = await observe(() => samples(1), {}, { ...measurement, rounds: { quick: 2, full: 2 } });
  expect(cells.undici).toMatchObject({ isWide: true, low: 1, high: 1 });
});

test('samples far apart are called wide', async () => {
  const { cells } = await observe((_, turn) => samples(turn * 10));
  expect(cells.undici).toMatchObject({ isWide: true });
});

test('ready-made outcomes go to their metric, the rest of their key is their series', async () => {
  const { cells, asked } = await observe(() => ({
    kind: 'outcomes',
    outcomes: { 'wall/compiler': { kind: 'text', text: 'nothing' }, other: { kind: 'text', text: 'elsewhere' } },
  }));
  expect(cells['flag-async']).toEqual({ kind: 'text', text: 'nothing' });
  expect(asked).toHaveLength(3);
});

test('rivals may have fewer rounds, and points may be of one kind of run only', async () => {
  const plan: Measurement = {
    ...measurement,
    points: [{ at: 1 }, { at: 128, only: 'full' }],
    contenders: ['undici', 'libcloud'],
    rivalRounds: { quick: 1, full: 2 },
  };
  const { asked } = await observe(() => samples(1), {}, plan);
  expect(asked.map(({ contender }) => contender).sort()).toEqual(['libcloud', 'undici', 'undici', 'undici']);
});

test('an interrupted run stops', async () => {
  const interrupt = new AbortController();
  const running = observe(
    () => {
      interrupt.abort();
      return samples(1);
    },
    { signal: interrupt.signal },
  );
  await expect(running).rejects.toThrow('aborted');
});
