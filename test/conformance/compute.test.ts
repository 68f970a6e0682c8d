/** The test cloud keeps its contract in every design and colour, against the emulator. */
import { testCompute } from '@isobar/compute-test';
import { type ComputeFace, computeConformance, testServerAt } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { afterAll } from 'vitest';
import { facesOf } from '../faces.ts';
import { regionSuite } from './compute-regions.ts';
import { reports } from './compute-reports.ts';

const emulator = await startEmulator({ storagePort: 0, computePort: 0, stopMs: 50, reportMs: 400 });
afterAll(() => emulator.close());

computeConformance({
  provider: 'compute-test',
  faces: facesOf<typeof testCompute, ComputeFace>(testCompute, {
    key: emulator.user,
    secret: emulator.password,
    endpoint: emulator.compute,
  }),
  server: { ...testServerAt(emulator.compute, 'compute'), lives: (life) => ({ exSimulate: life }) },
  secrets: [emulator.password],
  leastNodes: 2,
  extraSuites: [regionSuite(emulator.compute), reports],
});
