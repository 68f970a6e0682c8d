/** Drives a client with a number of calls in flight, and measures elapsed time and the CPU time of this process. */
import type { Client } from '../clients/client.ts';
import { openClient } from '../contenders.ts';
import { isContent } from '../origin/content.ts';
import { originStats } from '../origin/start.ts';
import type { CellInput, CellResult } from '../runner/cell.ts';

/** One call; returns a promise when its contender is async. */
export type Work = (index: number) => unknown;

/** Batches of a process: each is long compared with the clock's resolution. */
const maxBatches = 30;
const minBatches = 5;
const minWarmUpCalls = 2000;
const maxWarmUpMs = 1000;

/** The origin that a cell talks to: over TLS if its settings say so. */
export function originOf({ services, settings }: CellInput): string {
  return settings.tls === undefined ? services.origin : services.tlsOrigin;
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
  const batchMs = input.measureMs / maxBatches;
  let calls = inFlight;
  let warmed = 0;
  for (const started = performance.now(); ; ) {
    const elapsed = performance.now() - started;
    // On a busy machine few calls fit into the time, and too few leave code unoptimized.
    if (elapsed > (warmed < minWarmUpCalls ? Math.max(input.warmUpMs, maxWarmUpMs) : input.warmUpMs)) break;
    const tookMs = await batch(work, calls, inFlight);
    warmed += calls;
    calls = Math.max(inFlight, Math.min(calls * 4, Math.ceil((calls * batchMs) / Math.max(tookMs, 0.01))));
  }
  const time: number[] = [];
  const cpu: number[] = [];
  for (const started = performance.now(); ; ) {
    const elapsed = performance.now() - started;
    // A slow contender gets more time, so that there are enough samples for an interval.
    if (elapsed > input.measureMs * (time.length < minBatches ? 5 : 1)) break;
    const cpuBefore = cpuNow();
    const tookMs = await batch(work, calls, inFlight);
    cpu.push(((cpuNow() - cpuBefore) * 1000) / calls);
    time.push((tookMs * 1000) / calls);
  }
  return { kind: 'samples', samples: { time, cpu }, peakBytes: peakBytes() };
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
