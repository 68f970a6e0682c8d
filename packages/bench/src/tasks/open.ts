/** Opens 1,000 drivers and keeps them: the time, and the memory that is left after a collection of garbage. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openClient } from '../contenders.ts';
import type { Task } from '../runner/cell.ts';

const drivers = 1000;

/** Times the opening of 1,000 drivers, and takes the memory that they keep. */
export const run: Task = async ({ contender, services }) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const service = { url: services.origin, key: services.key, secret: services.secret, connections: 16 };
  // Loads and compiles.
  for (let index = 0; index < 50; index += 1) await openClient(contender, service);
  collect();
  const before = process.memoryUsage();
  const started = performance.now();
  const opened = [];
  for (let index = 0; index < drivers; index += 1) opened.push(await openClient(contender, service));
  const time = performance.now() - started;
  collect();
  const after = process.memoryUsage();
  const heap = after.heapUsed + after.external - before.heapUsed - before.external;
  if (opened.length !== drivers) throw new Error('wrong result');
  const note = `resident memory grew by ${Math.round((after.rss - before.rss) / 1024)} KiB`;
  return { kind: 'samples', samples: { time: [time], memory: [heap] }, note };
};
