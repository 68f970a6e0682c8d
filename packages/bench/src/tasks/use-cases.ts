/** Two of the RFC's use cases: several regions at once, and a long call while other code must run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { testCompute } from '@isobar/compute-test';
import { connect } from '@isobar/design-flag';
import type { Task } from '../runner/cell.ts';
import { reportMs } from '../runner/services.ts';

const tickMs = 10;

/** Times the nodes of all regions, and the longest stall of a ticker while a report is made, both in milliseconds. */
export const run: Task = async ({ services, contender }) => {
  if (contender === 'ticker') {
    return { kind: 'samples', samples: { stall: [await maxStallMs(() => sleep(reportMs))] } };
  }
  const isAsync = contender === 'isobar-async';
  const open = (endpoint: string) =>
    connect(testCompute, { key: services.user, secret: services.password, endpoint, async: isAsync });

  const drivers = services.regions.map(open);
  const started = performance.now();
  // A blocking driver has done each call when the next one begins.
  const nodes = await Promise.all(drivers.map((driver) => driver.listNodes()));
  const regions = performance.now() - started;
  if (nodes.some(({ length }) => length < 1)) throw new Error('wrong result: no nodes');

  const driver = open(services.compute);
  const stall = await maxStallMs(async () => {
    const report = await driver.exReportData();
    if (report.length < 1) throw new Error('wrong result: an empty report');
  });
  return { kind: 'samples', samples: { regions: [regions], stall: [stall] } };
};

/** The longest time between two ticks of a timer while work is done. */
async function maxStallMs(work: () => Promise<unknown>): Promise<number> {
  let [last, longest] = [performance.now(), 0];
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const ticker = setInterval(tick, tickMs);
  await work();
  tick();
  clearInterval(ticker);
  return longest;
}
