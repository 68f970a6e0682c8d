/** Drives a client with a number of calls in flight, and measures elapsed time and the CPU time of this process. */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Client } from '../clients/client.ts';
import { openClient } from '../contenders.ts';
import { isContent } from '../origin/content.ts';
import { originStats } from '../origin/start.ts';
import type { CellInput, CellResult } from '../runner/cell.ts';

/** One call; returns a promise when its contender is async. */
export type Work = (index: number) => unknown;

/** Batches of a process: each is long compared with the clock's resolution. */
const maxBatches = 30;
/** How long each half of a turn takes, when cells take turns. The first half is not measured: what has been idle is slow. */
const halfTurnMs = 300;
const minBatches = 5;
const minWarmUpCalls = 2000;
const maxWarmUpMs = 1000;

/** The origin that a cell talks to: over TLS, or over a slow link, if its settings say so. */
export function originOf({ services, settings: { delayMs = 0, tls } }: CellInput): string {
  if (tls !== undefined) return services.tlsOrigin;
  return services.slowOrigins[Number(delayMs)] ?? services.origin;
}

/** Opens the cell's contender. */
export async function clientOf(input: CellInput, url: string = originOf(input)): Promise<Client> {
  const { authority, key, secret } = input.services;
  const connections = Math.max(input.at ?? 1, 16);
  return openClient(input.contender, {
    url,
    key,
    secret,
    connections,
    authority: url.startsWith('https:') ? authority : undefined,
  });
}

/** CPU time of this process, all threads, in milliseconds. */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Highest resident memory of this process so far. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Repeats work, with as many calls in flight as the cell asks for, and gives times of one call in microseconds. */
export async function measureCalls(input: CellInput, work: Work): Promise<CellResult> {
  const inFlight = input.at ?? 1;
  const batchMs = input.turns === undefined ? input.measureMs / maxBatches : halfTurnMs;
  let calls = inFlight;
  const warmUp = async (): Promise<void> => {
    let warmed = 0;
    for (const started = performance.now(); ; ) {
      const elapsed = performance.now() - started;
      // On a busy machine few calls fit into the time, and too few leave code unoptimized.
      if (elapsed > (warmed < minWarmUpCalls ? Math.max(input.warmUpMs, maxWarmUpMs) : input.warmUpMs)) break;
      const tookMs = await batch(work, calls, inFlight);
      warmed += calls;
      calls = Math.max(inFlight, Math.min(calls * 4, Math.ceil((calls * batchMs) / Math.max(tookMs, 0.01))));
    }
  };
  const measure = async (): Promise<{ cpu: number; time: number }> => {
    const { cpu, time } = await costOf(() => batch(work, calls, inFlight));
    return { cpu: cpu / calls, time: time / calls };
  };
  if (input.turns !== undefined) {
    return measureTimes(input, 0, warmUp, async () => {
      await batch(work, calls, inFlight);
      return measure();
    });
  }
  await warmUp();
  const [time, cpu]: [number[], number[]] = [[], []];
  for (const started = performance.now(); ; ) {
    const elapsed = performance.now() - started;
    // A slow contender gets more time, so that there are enough samples for an interval.
    if (elapsed > input.measureMs * (time.length < minBatches ? 5 : 1)) break;
    const measured = await measure();
    cpu.push(measured.cpu);
    time.push(measured.time);
  }
  return { kind: 'samples', samples: { time, cpu }, peakBytes: peakBytes() };
}

/**
 * Measures a number of times after a warm-up. When cells take turns, once a turn: the runner writes a line to standard input when it
 * is this process's turn, and waits for a line on descriptor 3. The first turn warms up.
 *
 * @param times How often to measure when cells do not take turns.
 */
export async function measureTimes(
  { turns }: CellInput,
  times: number,
  warmUp: () => Promise<unknown>,
  measure: () => Promise<Readonly<Record<string, number>>>,
): Promise<CellResult> {
  const samples: Record<string, number[]> = {};
  for (let turn = 0; turn <= (turns ?? times); turn += 1) {
    if (turns !== undefined) await once(process.stdin, 'data');
    if (turn === 0) {
      await warmUp();
    } else {
      for (const [metric, value] of Object.entries(await measure())) {
        samples[metric] = [...(samples[metric] ?? []), value];
      }
    }
    if (turns !== undefined && turn < turns) writeSync(3, '\n');
  }
  return { kind: 'samples', samples, peakBytes: peakBytes() };
}

/** Elapsed time and the CPU time of this process that work takes, both in microseconds. */
export async function costOf(work: () => unknown): Promise<{ time: number; cpu: number }> {
  const [started, cpuBefore] = [performance.now(), cpuNow()];
  await work();
  return { time: (performance.now() - started) * 1000, cpu: (cpuNow() - cpuBefore) * 1000 };
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

/** Throws unless bytes are an object's whole content. */
export function checkContent(bytes: Uint8Array, sizeBytes: number): void {
  if (bytes.length === sizeBytes && isContent(bytes, 0)) return;
  throw new Error(`wrong result: ${bytes.length} bytes instead of ${sizeBytes}, or other ones`);
}

/** Runs something that uploads, and throws unless the origin received the right bytes. */
export async function withCheckedUploads<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const before = await originStats(url);
  const result = await work();
  const after = await originStats(url);
  const [wrong] = after.wrong.slice(before.wrong.length);
  if (wrong !== undefined) throw new Error(`wrong result: ${wrong}`);
  if (after.rightUploads === before.rightUploads) throw new Error('wrong result: nothing arrived');
  return result;
}
