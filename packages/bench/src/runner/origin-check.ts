/**
 * Whether the origin is the limit: how busy it is while the floor, the lightest client there is, does small GETs as fast as
 * it can. A server that is less than busy has waited for its client.
 */
import { originStats } from '../origin/start.ts';
import type { Context } from './run.ts';

/** Measures, and says so in a sentence. */
export async function checkOrigin({ kind, services, perform }: Context): Promise<string> {
  const measureMs = kind === 'full' ? 1500 : 500;
  const shares: string[] = [];
  for (const at of [1, 32]) {
    const before = await originStats(services.origin);
    const input = { task: 'get', contender: 'undici', at, settings: {}, warmUpMs: 200, measureMs, services };
    const result = await perform(input, 30_000);
    const after = await originStats(services.origin);
    if (result.kind !== 'samples') return `It could not be checked whether the origin is the limit: ${result.kind}.`;
    // The client's process is longer than its load; requests tell how long the load lasted.
    const wall = result.samples.wall ?? [];
    const perCall = wall.reduce((sum, sample) => sum + sample, 0) / wall.length / 1000;
    const cpuPerCall = (after.cpuMs - before.cpuMs) / (after.requests - before.requests);
    shares.push(
      `${Math.round((cpuPerCall / perCall) * 100)} % of the time with ${at} in flight ` +
        `(${Math.round(cpuPerCall * 1000)} µs of CPU a request)`,
    );
  }
  return `The origin was busy ${shares.join(' and ')} while bare undici got objects of 1 KiB; near 100 %, times by the wall are the origin's, and CPU times are what to compare.`;
}
