import { expect, test } from 'vitest';
import type { Cell } from '../report/model.ts';
import { seededRandom } from '../statistics.ts';
import type { CellInput, CellResult, Measurement, Services } from './cell.ts';
import { type Context, runMeasurement } from './run.ts';

const services = {} as Services;

const measurement: Measurement = {
  id: 'fake',
  task: 'fake',
  contenders: ['undici', 'isobar-async', 'isobar-blocking'],
  points: [{ at: 1 }],
  rounds: { quick: 3, full: 5, rivals: 2 },
  experiments: [
    {
      metric: 'time',
      id: 'fake-time',
      title: 'Fake',
      question: 'How fake is it?',
      unit: 'µs',
      floor: 'undici',
      plot: 'intervals',
    },
  ],
};

const samples = (...time: number[]): CellResult => ({ kind: 'samples', samples: { time } });

interface Observed {
  readonly asked: CellInput[];
  readonly cells: Record<string, Cell['outcome']>;
}

/** Runs a measurement with given results. */
async function observe(
  perform: (input: CellInput, turn: number) => CellResult,
  more: Partial<Context> = {},
  plan: Measurement = measurement,
): Promise<Observed> {
  const asked: CellInput[] = [];
  const [experiment] = await runMeasurement(plan, {
    mode: 'quick',
    random: seededRandom(5),
    services,
    signal: new AbortController().signal,
    async perform(input) {
      asked.push(input);
      return perform(input, asked.filter(({ contender }) => contender === input.contender).length);
    },
    start: () => {
      throw new Error('not in turns');
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
  expect(cells['isobar-async']).toMatchObject({
    kind: 'measured',
    samples: [20, 20, 20, 20, 20, 20],
    median: 20,
    ratio: { median: 2, low: 2, high: 2 },
    isWide: false,
  });
});

test('rounds differ in their order', async () => {
  const { asked } = await observe(() => samples(1), { mode: 'full' });
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
    contender === 'isobar-async' && turn === 2 ? { kind: 'failed', why: 'wrong result: 3 bytes' } : samples(1),
  );
  expect(cells['isobar-async']).toEqual({ kind: 'failed', why: 'wrong result: 3 bytes' });
  expect(cells['isobar-blocking']).toMatchObject({ kind: 'measured', samples: [1, 1, 1] });
  expect(asked.filter(({ contender }) => contender === 'isobar-async')).toHaveLength(2);
});

test('in turns, all cells of a round measure in each turn, and a ratio compares the same turn', async () => {
  const order: string[] = [];
  const start: Context['start'] = ({ contender, turns = 0 }) => {
    const time = Array.from({ length: turns }, (_, turn) => (contender === 'undici' ? 1 : 3) * 10 ** turn);
    return {
      async turn() {
        order.push(contender);
      },
      result: Promise.resolve(samples(...time)),
    };
  };
  const plan = { ...measurement, turns: 3, rounds: { quick: 2, full: 2, rivals: 0 } };
  const { cells } = await observe(() => samples(1), { start }, plan);
  // The first turn of each round warms up.
  expect(order).toHaveLength(2 * 4 * 3);
  for (let turn = 0; turn < 8; turn += 1) expect(new Set(order.slice(turn * 3, turn * 3 + 3)).size).toBe(3);
  expect(cells['isobar-async']).toMatchObject({
    samples: [3, 30, 300, 3, 30, 300],
    ratio: { median: 3, low: 3, high: 3 },
  });
});

test('an unsupported cell says why', async () => {
  const { cells } = await observe(({ contender }) =>
    contender === 'isobar-blocking' ? { kind: 'unsupported', why: 'it cannot' } : samples(1),
  );
  expect(cells['isobar-blocking']).toEqual({ kind: 'unsupported', why: 'it cannot' });
});

test('without a floor there is no ratio', async () => {
  const { cells } = await observe(({ contender }) =>
    contender === 'undici' ? { kind: 'failed', why: 'crashed' } : samples(1),
  );
  expect(cells['isobar-async']).toMatchObject({ kind: 'measured' });
  expect(cells['isobar-async']).not.toHaveProperty('ratio');
});

test('a point that gives other metrics is in none but their experiments', async () => {
  const points = [{ at: 1, metrics: ['other'] }];
  const { cells } = await observe(() => ({ kind: 'failed', why: 'crashed' }), {}, { ...measurement, points });
  expect(cells).toEqual({});
});

test('a blocking contender is not asked for several calls in flight', async () => {
  const { asked, cells } = await observe(() => samples(1), {}, { ...measurement, points: [{ at: 32 }] });
  expect(cells['isobar-blocking']).toMatchObject({ kind: 'unsupported' });
  expect(asked.map(({ contender }) => contender)).not.toContain('isobar-blocking');
});

test('one or two times are called wide, whatever they are', async () => {
  const { cells } = await observe(() => samples(1), {}, { ...measurement, rounds: { quick: 2, full: 2, rivals: 2 } });
  expect(cells.undici).toMatchObject({ isWide: true, low: 1, high: 1 });
});

test('samples far apart are called wide', async () => {
  const { cells } = await observe((_, turn) => samples(turn * 10));
  expect(cells.undici).toMatchObject({ isWide: true });
});

test('in a full run rivals have rounds of their own; a quick run leaves out points of full runs', async () => {
  const plan: Measurement = {
    ...measurement,
    points: [{ at: 1 }, { at: 128, isFullOnly: true }],
    contenders: ['undici', 'libcloud'],
  };
  const points = (asked: readonly CellInput[], id: string) =>
    asked.filter(({ contender }) => contender === id).map(({ at }) => at);
  const quick = await observe(() => samples(1), {}, plan);
  expect(points(quick.asked, 'undici')).toEqual([1, 1, 1]);
  const full = await observe(() => samples(1), { mode: 'full' }, plan);
  expect(points(full.asked, 'undici')).toHaveLength(10);
  expect(points(full.asked, 'libcloud')).toEqual([1, 1]);
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
