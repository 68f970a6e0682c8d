/**
 * Counters of a thread, read through V8's inspector protocol: those of this thread, and of the worker of blocking
 * calls.
 */
import { readFileSync } from 'node:fs';
import type { Profiler, Runtime } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { attachToWorker, type Post, post } from '../../packages/bench/src/inspector.ts';
import type { Figures, Input } from './program.ts';

/** Reads counters, which only grow, once their thread is idle. */
export type ReadCounters = () => Promise<Figures>;

/** The counters of this thread. */
export function ownCounters(input: Input): Promise<ReadCounters> {
  return input.pass === 'memory' ? allocationsOf(post) : callsOf(post, input);
}

/** The counters of the worker. A blocking call must have started it. */
export async function workerCounters(input: Input): Promise<ReadCounters> {
  const postToWorker = await attachToWorker();
  return input.pass === 'memory' ? allocationsOf(postToWorker) : callsOf(postToWorker, input);
}

async function evaluate(post: Post, expression: string): Promise<number> {
  const parameters = { expression, returnByValue: true, awaitPromise: true };
  const reply = (await post('Runtime.evaluate', parameters)) as Runtime.EvaluateReturnType;
  if (reply.exceptionDetails) throw new Error(reply.exceptionDetails.exception?.description);
  return reply.result.value;
}

const settle = 'new Promise((settled) => setImmediate(settled))';

/** Bytes allocated on the heap and in buffers: the used bytes, as long as no garbage is collected. */
async function allocationsOf(post: Post): Promise<ReadCounters> {
  await evaluate(post, 'gc(); var { GCProfiler } = process.getBuiltinModule("node:v8"), profiler, collections');
  return async () => {
    await evaluate(post, settle);
    await evaluate(post, 'collections = profiler?.stop().statistics.length; (profiler = new GCProfiler()).start()');
    if ((await evaluate(post, 'collections')) > 0) throw new Error('garbage was collected during the measurement');
    const used = 'var { heapUsed, arrayBuffers } = process.memoryUsage(); heapUsed + arrayBuffers';
    return { 'bytes allocated': await evaluate(post, used) };
  };
}

/** Promises and calls, where each resumption of a generator or an async function counts as a call. */
async function callsOf(post: Post, { names }: Input): Promise<ReadCounters> {
  const counters = { functions: 0, calls: 0, promises: 0, 'calls in zod': 0, 'calls in undici': 0, files: 0 };
  const hook = 'process.getBuiltinModule("node:v8").promiseHooks.onInit(() => { promises += 1; })';
  await evaluate(post, `var promises = 0; ${hook}`);
  await post('Profiler.enable', {});
  await post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return async () => {
    await evaluate(post, settle);
    counters.promises = await evaluate(post, 'promises');
    const { result } = (await post('Profiler.takePreciseCoverage', {})) as Profiler.TakePreciseCoverageReturnType;
    for (const { url, functions } of result) {
      const called = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
      const isOurs = /\/packages\/[^/]+\/dist\//.test(url);
      if (called.length === 0 || !(isOurs || url.includes('/undici/'))) continue;
      counters.files += 1;
      const bundle = isOurs ? `\n${readFileSync(fileURLToPath(url), 'utf8')}` : '';
      for (const { functionName, ranges } of called) {
        const [{ count, startOffset } = { count: 0, startOffset: 0 }] = ranges;
        const source = isOurs ? sourceIn(bundle, startOffset) : url;
        // Minified entries hold libraries only, and have no such comments.
        const isOwn = !source.includes('node_modules/') && !url.endsWith('.min.js');
        if (isOwn) counters.functions += 1;
        counters[isOwn ? 'calls' : isOurs ? 'calls in zod' : 'calls in undici'] += count;
        if (names) console.error(`${count} ${functionName} ${/(?<=\/packages\/)[^/]+/.exec(url) ?? ''} ${source}`);
      }
    }
    return { ...counters };
  };
}

/** The source file of a part of a bundle, from the comments in the bundle. Libraries are in `node_modules`. */
function sourceIn(bundle: string, offset: number): string {
  const start = Math.max(...['src/', '../'].map((folder) => bundle.lastIndexOf(`\n// ${folder}`, offset)));
  // The bundle's own first lines have no such comment.
  return start < 0 ? 'src/' : bundle.slice(start + '\n// '.length, bundle.indexOf('\n', start + 1));
}
