/**
 * Counts which functions run during a call, and how often, by V8's precise coverage of this thread and, for blocking
 * calls, of the worker. The contender is a design and a kind, such as `mixin-blocking`.
 */
import type { Profiler } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectFlag } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { googleStorage } from '@isobar/storage-google';
import { attachToWorker, type Post, post } from '../inspector.ts';
import { contentOf } from '../origin/content.ts';
import type { Services, Task } from '../runner/cell.ts';
import { median } from '../statistics.ts';

type Counts = Record<string, number>;
/** A listing of either kind. */
interface Listing {
  pages(): Iterable<unknown> | AsyncIterable<unknown>;
}

const warmUpCalls = 20;
const samples = 9;
/** How long threads have to finish what a call leaves behind, such as resuming a connection. */
const restMs = 20;
const body: Uint8Array = new Uint8Array(contentOf(1024));

/** Counts functions for a GET, a listing page and a PUT. */
export const run: Task = async ({ contender, services }) => {
  // Neither a driver nor the inspector keeps a process alive.
  setInterval(() => {}, 60_000);
  const calls = callsOf(contender, services);
  // The first calls load, compile and connect.
  for (const call of Object.values(calls)) for (let turn = 0; turn < warmUpCalls; turn += 1) await call();
  const threads = contender.endsWith('-blocking') ? [post, await attachToWorker()] : [post];
  for (const thread of threads) {
    await thread('Profiler.enable');
    await thread('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  }
  const functions: Record<string, Counts> = {};
  for (const [name, call] of Object.entries(calls)) {
    const taken: Counts[] = [];
    for (let sample = 0; sample < samples; sample += 1) {
      await sleep(restMs);
      for (const thread of threads) await thread('Profiler.takePreciseCoverage');
      await call();
      await sleep(restMs);
      const [own = {}, worker = {}] = await Promise.all(threads.map(countsOf));
      const ofWorker = Object.entries(worker).map(([id, count]) => [`worker: ${id}`, count]);
      taken.push({ ...own, ...Object.fromEntries(ofWorker) });
    }
    const names = new Set(taken.flatMap((counts) => Object.keys(counts)));
    // The median leaves out what timers do now and then.
    const medians = [...names].map((id): [string, number] => [id, median(taken.map((counts) => counts[id] ?? 0))]);
    functions[name] = Object.fromEntries(medians.filter(([, count]) => count > 0));
  }
  return { kind: 'found', found: functions };
};

/** The same three calls in each design and kind. */
function callsOf(contender: string, services: Services): Record<string, () => unknown> {
  const [design = '', kind] = contender.split('-');
  // A slow server, so that a caller always waits for its reply. With a fast one that would differ from call to call.
  const options = { key: services.key, secret: services.secret, endpoint: services.slowOrigins[20] ?? services.origin };
  const async = kind === 'async';
  const open: Record<string, () => unknown> = {
    session: () =>
      async ? new AsyncSession(connectSession(googleStorage, options)) : connectSession(googleStorage, options),
    mixin: () => connectMixin(googleStorage, options),
    flag: () => connectFlag(googleStorage, { ...options, async }),
  };
  const driver = open[design]?.() as Record<string, (...args: unknown[]) => unknown>;
  const call = (method: string, ...args: unknown[]): unknown =>
    driver[design === 'mixin' && async ? `${method}Async` : method]?.(...args);
  return {
    'GET of 1 KiB': () => call('readObject', { container: 'bench', name: 's1024/object' }),
    'listing page': () => {
      const pages = (call('iterateContainerObjects', 'list-1000') as Listing).pages();
      return Symbol.iterator in pages ? pages[Symbol.iterator]().next() : pages[Symbol.asyncIterator]().next();
    },
    'PUT of 1 KiB': () => call('writeObject', body, 'bench', 's1024/object'),
  };
}

/** How often each function of Isobar and of undici ran since the last time. */
async function countsOf(post: Post): Promise<Counts> {
  const { result } = (await post('Profiler.takePreciseCoverage')) as Profiler.TakePreciseCoverageReturnType;
  const counts: Counts = {};
  for (const { url, functions } of result) {
    const file = /\/packages\/([^/]+\/dist\/.*)$/.exec(url)?.[1] ?? /\/(undici\/.*)$/.exec(url)?.[1];
    if (file === undefined) continue;
    for (const { functionName, ranges } of functions) {
      const [{ count, startOffset } = { count: 0, startOffset: 0 }] = ranges;
      if (count > 0) counts[`${file} ${functionName || '(anonymous)'} ${startOffset}`] = count;
    }
  }
  return counts;
}
