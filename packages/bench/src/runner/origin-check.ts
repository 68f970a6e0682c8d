/** Measures how busy the origin is while the floor gets small objects as fast as it can: whether the origin is the limit. */
import { originStats } from '../origin/start.ts';
import { median } from '../statistics.ts';
import type { Context } from './run.ts';

/** Measures, and gives a sentence for the report. */
export async function checkOrigin({ mode, services, perform }: Context): Promise<string> {
  const measureMs = mode === 'full' ? 1500 : 500;
  const shares: string[] = [];
  for (const at of [1, 32]) {
    const before = await originStats(services.origin);
    const input = {
      task: 'call',
      contender: 'undici',
      at,
      settings: { verb: 'GET' },
      warmUpMs: 200,
      measureMs,
      services,
    };
    const result = await perform(input, 30_000);
    const after = await originStats(services.origin);
    if (result.kind !== 'samples') return `How busy the origin is could not be measured: ${result.kind}.`;
    const timePerCall = median(result.samples.time ?? []);
    const cpuPerCall = ((after.cpuMs - before.cpuMs) * 1000) / (after.requests - before.requests);
    const share = Math.round((cpuPerCall / timePerCall) * 100);
    shares.push(`${share} % of the time with ${at} in flight (${Math.round(cpuPerCall)} µs of CPU a request)`);
  }
  return `The origin was busy ${shares.join(' and ')} while bare undici got objects of 1 KiB. Near 100 %, elapsed times are the origin's; compare CPU times then.`;
}
