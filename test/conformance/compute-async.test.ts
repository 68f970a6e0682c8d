/** The test cloud keeps its whole contract, async, against the emulator. */
import { testCompute } from '@isobar/compute-test';
import type { ComputeFace } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { afterAll } from 'vitest';
import { kindsOf } from '../faces.ts';
import { conformCompute, paced, userAccount } from './compute.ts';

const emulator = await startEmulator(paced);
afterAll(() => emulator.close());

const drivers = kindsOf<typeof testCompute, ComputeFace>(testCompute, userAccount(emulator));
conformCompute(
  emulator,
  drivers.filter(({ colour }) => colour === 'async'),
);
