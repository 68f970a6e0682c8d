/**
 * The clouds that the examples talk to when they are run by `npm start` and by the tests: an emulator for storage and
 * compute, and three more that stand for regions at different distances. All listen on free ports.
 */
import { startEmulator } from '@isobar/emulator';
import { type Outcome, run } from './steps.ts';

/** How far away the regions are: the time that a server waits before it answers. */
export const regionLatencies: readonly number[] = [100, 200, 300];

/** How long a report takes to make. */
export const reportMs = 1000;

/** Running clouds. */
export interface ExampleClouds {
  /** Runs `examples/<name>.ts` against the clouds. */
  run(name: string, args?: readonly string[]): Promise<Outcome>;
  /** How many requests the clouds have received so far. */
  exchanges(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the clouds. `signal` ends the example that is running. */
export async function startClouds(signal?: AbortSignal): Promise<ExampleClouds> {
  const ports = { storagePort: 0, computePort: 0 };
  const [near, ...regions] = await Promise.all([
    startEmulator({ ...ports, reportMs }),
    ...regionLatencies.map((latencyMs) => startEmulator({ ...ports, latencyMs })),
  ]);
  const environment = {
    ISOBAR_STORAGE: near.storage,
    ISOBAR_KEY: near.accessKey,
    ISOBAR_SECRET: near.secret,
    ISOBAR_COMPUTE: near.compute,
    ISOBAR_REGIONS: regions.map((region) => region.compute).join(),
  };
  return {
    run: (name, args = []) => run('node', [`examples/${name}.ts`, ...args], { environment, ...(signal && { signal }) }),
    async exchanges() {
      const counts = await Promise.all([near, ...regions].map((emulator) => countRequests(emulator.compute)));
      return counts.reduce((total, count) => total + count);
    },
    async close() {
      await Promise.all([near, ...regions].map((emulator) => emulator.close()));
    },
  };
}

async function countRequests(endpoint: string): Promise<number> {
  const response = await fetch(new URL('/_emulator/requests', endpoint));
  return ((await response.json()) as unknown[]).length;
}
