/** Drives a client with a number of calls in flight and takes the time, by the wall and of this process's CPU. */
import { isContent } from '../origin/content.ts';
import { originStats } from '../origin/start.ts';
import type { CellInput, CellResult } from '../runner/cell.ts';

/** One call; returns a promise when its contender is asynchronous. */
export type Work = (index: number) => unknown;

/** Batches of a process, so that each is long enough for clocks to be fine and for garbage to be collected. */
const samples = 30;
const fewest = 5;
const warmCalls = 2000;
const maxWarmUpMs = 1000;

/** CPU time of this process, all threads, in milliseconds. */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Repeats work, in flight as often as the cell says, and gives times of one call in microseconds. */
export async function measureCalls(input: CellInput, work: Work): Promise<CellResult> {
  const inFlight = input.at ?? 1;
  const batchMs = input.measureMs / samples;
  let calls = inFlight;
  let warmed = 0;
  for (const warm = performance.now(); ; ) {
    const elapsed = performance.now() - warm;
    // On a busy machine time alone warms little: what counts is how often code has run.
    if (elapsed > (warmed < warmCalls ? Math.max(input.warmUpMs, maxWarmUpMs) : input.warmUpMs)) break;
    const took = await batch(work, calls, inFlight);
    warmed += calls;
    calls = Math.max(inFlight, Math.min(calls * 4, Math.ceil((calls * batchMs) / Math.max(took, 0.01))));
  }
  const wall: number[] = [];
  const cpu: number[] = [];
  for (const started = performance.now(); ; ) {
    const elapsed = performance.now() - started;
    // A slow one gets more time, so that there is something to make an interval of.
    if (elapsed > input.measureMs * (wall.length < fewest ? 5 : 1)) break;
    const cpuBefore = cpuNow();
    const took = await batch(work, calls, inFlight);
    cpu.push(((cpuNow() - cpuBefore) * 1000) / calls);
    wall.push((took * 1000) / calls);
  }
  return { kind: 'samples', samples: { wall, cpu }, peakBytes: peakBytes() };
}

/** Highest resident memory of this process so far. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Does work `count` times, some at once. @returns Milliseconds. */
export async function batch(work: Work, count: number, inFlight: number): Promise<number> {
  const started = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      const result = work(index);
      if (result instanceof Promise) await result;
    }
  };
  if (inFlight === 1) await lane();
  else await Promise.all(Array.from({ length: inFlight }, lane));
  return performance.now() - started;
}

/** Throws unless bytes are an object's content, whole. */
export function checkContent(bytes: Uint8Array, sizeBytes: number): void {
  if (bytes.length !== sizeBytes || !isContent(bytes, 0)) {
    throw new Error(`wrong result: ${bytes.length} bytes instead of ${sizeBytes}, or other ones`);
  }
}

/** Runs something that uploads, and throws unless the origin got all of it right. */
export async function withCheckedUploads<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const before = await originStats(url);
  const result = await work();
  const after = await originStats(url);
  const [wrong] = after.wrong.slice(before.wrong.length);
  if (wrong !== undefined) throw new Error(`wrong result: ${wrong}`);
  if (after.rightUploads === before.rightUploads) throw new Error('wrong result: nothing arrived');
  return result;
}
