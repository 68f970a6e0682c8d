/**
 * Measures the memory of blocking threads. Each thread reads and writes objects of mixed sizes with a blocking driver, as
 * fast as it can. Prints the median of the process's memory in each quarter of the time, and the heaps and buffers of the
 * threads and of their workers. With `--collect` all of them collect garbage over and over: what is left is in use.
 * `node blocking-memory.ts THREADS SECONDS [--collect]`
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, Worker, type WorkerOptions, workerData } from 'node:worker_threads';
import { contentOf } from '../src/origin/content.ts';
import { startOrigin } from '../src/origin/start.ts';

const MIB = 1024 * 1024;
const sizesBytes = [1, 16, 256, 1024, 4096].map((kib) => kib * 1024);
const sampleIntervalMs = 500;
/** With `--collect`: a collection takes long, and there are many heaps. */
const collectIntervalMs = 5_000;
/** The figures of each thread, then of its worker. */
const figures = ['heapTotal', 'heapUsed', 'external'] as const;

interface ThreadData {
  readonly url: string;
  readonly endMs: number;
  readonly isCollecting: boolean;
  /** The figures of this thread, those of its worker, and the number of calls. */
  readonly memory: Float64Array;
}

if (isMainThread) await measure();
else await work(workerData as ThreadData);

async function measure(): Promise<void> {
  const [, , threadCount = '12', seconds = '180', collect] = process.argv;
  const origin = await startOrigin(0);
  const endMs = Date.now() + Number(seconds) * 1000;
  const memories = Array.from({ length: Number(threadCount) }, () => {
    const memory = new Float64Array(new SharedArrayBuffer((2 * figures.length + 1) * 8));
    const data: ThreadData = { url: origin.url, endMs, isCollecting: collect === '--collect', memory };
    return { memory, ended: ended(new Worker(new URL(import.meta.url), { workerData: data })) };
  });
  const samples: number[][] = [];
  const sample = (): void => {
    const sums = [process.memoryUsage.rss()];
    for (const { memory } of memories) {
      for (const [at, value] of memory.entries()) sums[at + 1] = (sums[at + 1] ?? 0) + value;
    }
    samples.push(sums);
  };
  const timer = setInterval(sample, sampleIntervalMs);
  await Promise.all(memories.map((thread) => thread.ended));
  clearInterval(timer);
  await origin.close();
  const names = ['rss', ...figures.map((name) => `threads ${name}`), ...figures.map((name) => `workers ${name}`)];
  const rows = names.map((name, at) => [name, quarters(samples.map((sums) => (sums[at] ?? 0) / MIB))]);
  const calls = samples.at(-1)?.at(-1);
  console.log(
    JSON.stringify({ threads: Number(threadCount), seconds: Number(seconds), calls, ...Object.fromEntries(rows) }),
  );
}

function ended(thread: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.on('error', reject).on('exit', () => resolve());
  });
}

/** The median of each quarter. */
function quarters(values: readonly number[]): number[] {
  return [0, 1, 2, 3].map((quarter) => {
    const part = values.slice((quarter * values.length) / 4, ((quarter + 1) * values.length) / 4);
    return Math.round(part.sort((a, b) => a - b)[part.length >> 1] ?? 0);
  });
}

/** One user thread. */
async function work({ url, endMs, isCollecting, memory }: ThreadData): Promise<void> {
  watchWorker(isCollecting, memory);
  const { connect } = await import('@isobar/design-flag');
  const { googleStorage } = await import('@isobar/storage-google');
  const driver = connect(googleStorage, { key: 'key', secret: 'secret', endpoint: url });
  const collect = isCollecting ? collector() : undefined;
  const contents = new Map(sizesBytes.map((size) => [size, new Uint8Array(contentOf(size))]));
  for (let calls = 1; Date.now() < endMs; calls += 1) {
    const size = sizesBytes[(calls >> 1) % sizesBytes.length] ?? 0;
    if (calls % 2 === 0) driver.readObject({ container: 'bench', name: `s${size}/object` });
    else driver.writeObject(contents.get(size) ?? '', 'bench', `s${size}/object`);
    if (calls % 20 === 0) collect?.();
    const usage = process.memoryUsage();
    for (const [at, name] of figures.entries()) memory[at] = usage[name];
    memory[2 * figures.length] = calls;
  }
}

/** Makes the workers that this thread starts record their figures. */
function watchWorker(isCollecting: boolean, memory: Float64Array): void {
  const threads: typeof import('node:worker_threads') = createRequire(import.meta.url)('node:worker_threads');
  threads.Worker = class extends Worker {
    constructor(source: string | URL, options: WorkerOptions) {
      const { program } = options.workerData as { program: string };
      const watching = `import { workerData } from 'node:worker_threads';
        const { figures, memory, collect } = workerData.watch;
        if (collect) setInterval(() => globalThis.gc(), ${collectIntervalMs}).unref();
        setInterval(() => {
          const usage = process.memoryUsage();
          figures.forEach((name, at) => { memory[figures.length + at] = usage[name]; });
        }, ${sampleIntervalMs}).unref();
        await import(${JSON.stringify(program)});`;
      super(source, {
        ...options,
        workerData: {
          ...options.workerData,
          program: `data:text/javascript,${encodeURIComponent(watching)}`,
          watch: { figures, memory, collect: isCollecting },
        },
      });
    }
  };
  syncBuiltinESMExports();
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
