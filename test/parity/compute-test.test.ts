/** Every method of the provider for the test cloud makes the same exchanges in every design and kind, by the emulator's log. */
import { testCompute } from '@isobar/compute-test';
import { computeParity, type EitherComputeDriver, testServerAt } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { afterAll } from 'vitest';
import { testCloudScripts } from '../../packages/compute-test/test/test-cloud-scripts.ts';
import { driversOf } from '../drivers.ts';

const emulator = await startEmulator({ bootMs: 0, stopMs: 0, volumeMs: 0 });
afterAll(() => emulator.close());

computeParity({
  provider: 'compute-test',
  drivers: driversOf<typeof testCompute, EitherComputeDriver>(testCompute, {
    key: emulator.user,
    secret: emulator.password,
    endpoint: emulator.compute,
  }),
  server: testServerAt(emulator.compute, 'compute'),
  extraScripts: testCloudScripts,
  normalise: (target) => target.replace(/\b(node|vol|snap|img|report)-\d+/g, '$1-…'),
});
