/** The kit's settings for the test cloud. */
import {
  type ComputeConformance,
  type ComputeDriverUnderTest,
  computeConformance,
  testServerAt,
} from '@isobar/conformance';
import type { Emulator, EmulatorOptions } from '@isobar/emulator';
import { regionSuite } from './regions.ts';
import { reports } from './reports.ts';

/** Options of an emulator whose nodes stop soon, and whose reports take long enough to be observed while they run. */
export const paced: EmulatorOptions = { stopMs: 50, reportMs: 1000 };

/** The options of an emulator's user. */
export function userAccount({ user: key, password: secret, compute: endpoint }: Emulator) {
  return { key, secret, endpoint };
}

/** Registers the tests of the compute contract and of the test cloud's own methods. */
export function conformCompute(
  emulator: Emulator,
  drivers: readonly ComputeDriverUnderTest[],
  part: NonNullable<ComputeConformance['part']> = 'whole',
): void {
  computeConformance({
    provider: 'compute-test',
    drivers,
    part,
    server: { ...testServerAt(emulator.compute, 'compute'), lives: (life) => ({ exSimulate: life }) },
    secrets: [emulator.password],
    minNodes: 2,
    extraSuites: [regionSuite(emulator.compute), reports],
  });
}
