/**
 * The clouds for the examples in `npm start` and in the tests: an emulator for storage and compute, and three more with
 * different latencies as regions. All listen on free ports.
 */
import { startEmulator } from '@isobar/emulator';
import { type Outcome, run } from './steps.ts';

/** Latencies of the regions: the delay before each response, in milliseconds. */
export const regionLatencies: readonly number[] = [100, 200, 300];

/** The test cloud's regions for the examples: most are near, some far away, one is down. */
const regions: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    ['us-west', 'ca-central', 'sa-east', 'eu-west', 'eu-central', 'eu-north', 'ap-south', 'ap-northeast'].map((id) => [
      id,
      { latency_ms: 50 },
    ]),
  ),
  'ap-southeast': { latency_ms: 600 },
  'af-south': { down: true },
};

/** How long a report takes, in milliseconds. */
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
  const [near, ...farther] = await Promise.all([
    startEmulator({ ...ports, reportMs }),
    ...regionLatencies.map((latencyMs) => startEmulator({ ...ports, latencyMs })),
  ]);
  await Promise.all(Object.entries(regions).map(([id, state]) => changeRegion(near.compute, id, state)));
  const environment = {
    ISOBAR_STORAGE: near.storage,
    ISOBAR_KEY: near.accessKey,
    ISOBAR_SECRET: near.secret,
    ISOBAR_COMPUTE: near.compute,
    ISOBAR_REGIONS: farther.map((region) => region.compute).join(),
  };
  return {
    run: (name, args = []) => run('node', [`examples/${name}.ts`, ...args], { environment, ...(signal && { signal }) }),
    async exchanges() {
      const counts = await Promise.all([near, ...farther].map((emulator) => countRequests(emulator.compute)));
      return counts.reduce((total, count) => total + count);
    },
    async close() {
      await Promise.all([near, ...farther].map((emulator) => emulator.close()));
    },
  };
}

async function countRequests(endpoint: string): Promise<number> {
  const response = await fetch(new URL('/_emulator/requests', endpoint));
  return ((await response.json()) as unknown[]).length;
}

async function changeRegion(endpoint: string, id: string, state: object): Promise<void> {
  const url = new URL(`/_emulator/regions/${id}`, endpoint);
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify(state) });
  if (!response.ok) throw new Error(`the emulator answered ${response.status} to a change of region ${id}`);
  await response.arrayBuffer();
}
