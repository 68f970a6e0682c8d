/** The RFC's three use cases, each as a timeline: who was busy when, and whether a ticker could tick meanwhile. */
import { testCompute } from '@isobar/compute-test';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { contentOf } from '../origin/content.ts';
import type { Outcome, Span } from '../report/model.ts';
import type { CellInput, Task } from '../runner/cell.ts';
import { batch, checkContent, withCheckedUploads } from './load.ts';
import { clientOf } from './service.ts';

/** What the use cases ask of a compute driver. */
interface Compute {
  nodes(): number | Promise<number>;
  report(): number | Promise<number>;
}

type Watch = <Result>(label: string, work: () => Result | Promise<Result>) => Promise<Result>;

const objects = 24;
const sizeBytes = 1024;
const tickMs = 10;

/** Draws the timelines of the three use cases, and counts the ticks that a timer got in meanwhile. */
export const run: Task = async (input) => {
  const { services, contender } = input;
  const isAsync = contender.endsWith('-async');
  const together = async (works: readonly (() => Promise<unknown>)[]): Promise<void> => {
    if (isAsync) await Promise.all(works.map((work) => work()));
    else for (const work of works) await work();
  };

  const regions = services.regions.map((endpoint) => computeOf(input, endpoint));
  const regionsTimeline = await timeline((watch) =>
    together(
      regions.map((region, index) => async () => {
        const nodes = await watch(`region ${index + 1}`, () => region.nodes());
        if (nodes < 1) throw new Error('wrong result: no nodes');
      }),
    ),
  );

  const client = await clientOf(input, services.slowOrigin);
  const bytes = new Uint8Array(contentOf(sizeBytes));
  const indices = Array.from({ length: objects }, (_, index) => index);
  await batch(() => client.get('bench', `s${sizeBytes}/warm`), isAsync ? objects : 1, isAsync ? objects : 1);
  const objectsTimeline = await withCheckedUploads(services.slowOrigin, () =>
    timeline(async (watch) => {
      const name = (index: number): string => `s${sizeBytes}/${index}`;
      await together(indices.map((index) => () => watch(`up ${index}`, () => client.put('bench', name(index), bytes))));
      await together(
        indices.map((index) => async () => {
          checkContent(await watch(`down ${index}`, () => client.get('bench', name(index))), sizeBytes);
        }),
      );
    }),
  );

  const compute = computeOf(input, services.compute);
  const reportTimeline = await timeline(async (watch) => {
    const length = await watch('report', () => compute.report());
    if (length < 1) throw new Error('wrong result: an empty report');
  });
  return {
    kind: 'outcomes',
    outcomes: { regions: regionsTimeline, objects: objectsTimeline, report: reportTimeline },
  };
};

/** Watches spans of work and a ticker beside them. */
async function timeline(work: (watch: Watch) => Promise<void>): Promise<Outcome> {
  const spans: Span[] = [];
  const ticksMs: number[] = [];
  const began = performance.now();
  const now = (): number => Math.round((performance.now() - began) * 100) / 100;
  const ticker = setInterval(() => ticksMs.push(now()), tickMs);
  await work(async (label, task) => {
    const startMs = now();
    const result = await task();
    spans.push({ label, startMs, endMs: now() });
    return result;
  });
  const moments = [0, ...ticksMs, now()];
  clearInterval(ticker);
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
  return { kind: 'timeline', spans, ticksMs, longestStallMs: Math.round(Math.max(...gaps) * 100) / 100 };
}

function computeOf({ contender, services }: CellInput, endpoint: string): Compute {
  const options = { key: services.user, secret: services.password, endpoint };
  switch (contender) {
    case 'session-async': {
      const session = new AsyncSession(connectSession(testCompute, options));
      return {
        nodes: async () => (await session.listNodes()).length,
        report: async () => (await session.exReportData()).length,
      };
    }
    case 'mixin-async': {
      const driver = connectMixin(testCompute, options);
      return {
        nodes: async () => (await driver.listNodesAsync()).length,
        report: async () => (await driver.exReportDataAsync()).length,
      };
    }
    case 'flag-async': {
      const driver = connectFlag(testCompute, { ...options, async: true });
      return {
        nodes: async () => (await driver.listNodes()).length,
        report: async () => (await driver.exReportData()).length,
      };
    }
    default: {
      const connect = { session: connectSession, mixin: connectMixin, flag: connectFlag }[
        contender.split('-')[0] ?? ''
      ];
      const driver = (connect ?? connectFlag)(testCompute, options);
      return { nodes: () => driver.listNodes().length, report: () => driver.exReportData().length };
    }
  }
}
