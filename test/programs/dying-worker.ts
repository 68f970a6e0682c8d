/**
 * Makes blocking calls over a worker that ends in the way that its first argument names, and prints the outcomes.
 * `node dying-worker.ts exit|throw|memory|hang|load|missing|none ENDPOINT KEY SECRET`
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { WorkerOptions } from 'node:worker_threads';

const [, , way = '', endpoint = '', key = '', secret = ''] = process.argv;

const threads: typeof import('node:worker_threads') = createRequire(import.meta.url)('node:worker_threads');
const { Worker } = threads;
let startedCount = 0;

/** What the first worker does once it is asked to perform a step. */
const ends: Readonly<Record<string, string>> = {
  exit: 'process.exit(3)',
  throw: 'setImmediate(() => { throw new RangeError("crashed"); })',
  memory: 'const kept = []; for (;;) kept.push({ length: kept.length })',
  hang: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
};

/** A program that runs the real one, and ends. */
function dying(program: string): string {
  if (way === 'load') return 'data:text/javascript,throw new RangeError("not loaded")';
  if (way === 'missing') return new URL('no-such-file.js', program).href;
  const end = ends[way];
  if (!end) return program;
  const source = `import { workerData } from 'node:worker_threads';
    await import(${JSON.stringify(program)});
    workerData.port.on('message', ({ kind }) => { if (kind === 'perform') { ${end} } });`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** The first worker ends; later ones work. */
class DyingWorker extends Worker {
  constructor(source: string, options: WorkerOptions) {
    startedCount += 1;
    const { program } = options.workerData as { program: string };
    const first = { workerData: { ...options.workerData, program: dying(program) } };
    const limits = way === 'memory' ? { resourceLimits: { maxOldGenerationSizeMb: 16 } } : {};
    super(source, startedCount === 1 ? { ...options, ...first, ...limits } : options);
  }
}
Object.assign(threads, { Worker: DyingWorker });
syncBuiltinESMExports();

const { connect } = await import('@isobar/design-flag');
const { googleStorage } = await import('@isobar/storage-google');
const driver = connect(googleStorage, { key, secret, endpoint, retry: false });

interface Failure {
  readonly code: string;
  readonly cause?: { readonly name: string; readonly code?: string };
}

const outcome = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (failure) {
    const { code, cause } = failure as Failure;
    return cause ? [code, cause.code ?? cause.name] : [code];
  }
};
// Only a call that hangs needs a time limit; all others end without one.
const first = outcome(() => driver.getContainer('stalled', way === 'hang' ? { timeoutMs: 300 } : {}));
const second = outcome(() => driver.listContainers().length);
console.log(JSON.stringify({ first, second, started: startedCount }));
