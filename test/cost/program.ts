/**
 * Measures one row in this process, which its argument describes in JSON, and prints the figures as JSON. It imports
 * nothing beforehand, so that everything that an import of Isobar loads is counted.
 */
import type { ReadCounters } from './counters.ts';

/** What to measure. */
export interface Input {
  /** What to count. Counting one of them disturbs the others. */
  readonly pass: 'modules' | 'calls' | 'memory';
  readonly subject: 'import' | 'first GET' | 'GET' | 'PUT' | 'page';
  readonly isAsync: boolean;
  readonly design: string;
  readonly provider: string;
  /** Makes each call cost a little more, which the test must notice. */
  readonly isHeavier?: boolean;
  /** Also prints the called functions and loaded modules. */
  readonly names?: boolean;
  readonly endpoint: string;
}

/** Figures by name. */
export type Figures = Record<string, number>;

const input: Input = JSON.parse(process.argv[2] ?? '');
const { endpoint, isAsync, names, pass, subject } = input;
const isOnce = subject === 'import' || subject === 'first GET';
let callsMade = 0;

async function importBoth(): Promise<void> {
  await import(`@isobar/design-${input.design}`);
  await import(`@isobar/${input.provider}`);
}

async function openCall(): Promise<() => unknown> {
  const { connect } = await import('@isobar/design-flag');
  const { googleStorage } = await import('@isobar/storage-google');
  const driver = connect(googleStorage, { key: 'GOOG1', secret: 'c2VjcmV0', endpoint, async: isAsync });
  if (subject === 'page') {
    return () => {
      const pages = driver.iterateContainerObjects('list-1000').pages();
      return Symbol.iterator in pages ? pages[Symbol.iterator]().next() : pages[Symbol.asyncIterator]().next();
    };
  }
  if (subject !== 'PUT') return () => driver.readObject({ container: 'box', name: 'object' });
  const { contentOf } = await import('../../packages/bench/src/origin/content.ts');
  const content = contentOf(1024);
  return () => driver.writeObject(content, 'box', 'object');
}

async function measuredCall(): Promise<() => unknown> {
  const opened = await openCall();
  const { isCloudError } = await import('@isobar/core');
  return () => {
    callsMade += 1;
    return input.isHeavier ? [isCloudError(0), Promise.resolve(), new Array(512).fill(0), opened()].at(-1) : opened();
  };
}

/** Counts modules of Node's own. Internal ones are left out: they differ between its versions. */
async function countModules(work: () => unknown): Promise<Figures> {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  // Loads what any dynamic import needs.
  const nothing = 'data:text/javascript,';
  await import(nothing);
  const before = new Set(moduleLoadList);
  await work();
  const loaded = moduleLoadList.filter((name) => !before.has(name) && /^NativeModule (?!internal)/.test(name));
  if (names) console.error(loaded.join('\n'));
  return { 'modules of Node': loaded.length };
}

/** The cost of some work: the median of several samples, minus that of no work. */
async function costOf(read: ReadCounters, work: () => unknown): Promise<Figures> {
  const ready = isAsync ? Promise.resolve() : undefined;
  const nothing = await medianOf(read, () => ready);
  return mapped(await medianOf(read, work), (value, name) => Math.round(value - (nothing[name] ?? 0)));
}

/** What some work adds to counters. */
async function medianOf(read: ReadCounters, work: () => unknown): Promise<Figures> {
  const times = isOnce || pass === 'calls' ? 1 : subject === 'page' ? 2 : 10;
  const samples: Figures[] = [];
  while (samples.length < (isOnce || names ? 1 : 5)) {
    const before = await read();
    for (let time = 0; time < times; time += 1) {
      const outcome = work();
      if (outcome instanceof Promise) await outcome;
    }
    samples.push(mapped(await read(), (value, name) => (value - (before[name] ?? 0)) / times));
  }
  return mapped(samples[0] ?? {}, (_, name) => {
    const sorted = samples.map((sample) => sample[name] ?? 0).sort((one, other) => one - other);
    return sorted[sorted.length >> 1] ?? 0;
  });
}

function mapped(figures: Figures, change: (value: number, name: string) => number): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, change(value, name)]));
}

async function measure(): Promise<Figures> {
  const once = subject === 'import' ? importBoth : async () => (await openCall())();
  if (pass === 'modules') return countModules(once);
  // With more processors, a blocked thread spins for a while and allocates.
  process.getBuiltinModule('node:os').availableParallelism = () => 2;
  const { ownCounters, workerCounters } = await import('./counters.ts');
  if (isOnce) {
    callsMade = 1;
    const figures = await costOf(await ownCounters(input), once);
    if (subject === 'import') return figures;
    // How often a first blocking call polls for its worker depends on how fast the worker starts.
    const { calls: _, promises: __, ...steady } = figures;
    return steady;
  }
  const call = await measuredCall();
  // Enough to finish loading, compiling and connecting.
  for (let turn = 0; turn < (subject === 'page' ? 4 : 30); turn += 1) await call();
  const { files: _, ...own } = await costOf(await ownCounters(input), call);
  if (isAsync) return own;
  const { files: __, ...worker } = await costOf(await workerCounters(input), call);
  return { ...own, ...Object.fromEntries(Object.entries(worker).map(([name, value]) => [`${name}, worker`, value])) };
}

// Neither a driver nor the inspector keeps a process alive.
const alive = setInterval(() => {}, 60_000);
const figures = await measure();
clearInterval(alive);
console.log(JSON.stringify({ figures, callsMade }));
