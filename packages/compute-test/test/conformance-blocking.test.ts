/** The test cloud passes the whole kit, blocking, against the emulator. */
import { testCompute } from '@isobar/compute-test';
import type { EitherComputeDriver } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { afterAll } from 'vitest';
import { flagDrivers } from '../../design-flag/testing/drivers.ts';
import { conformCompute, paced, userAccount } from './conform-compute.ts';

const emulator = await startEmulator(paced);
afterAll(() => emulator.close());

const drivers = flagDrivers<typeof testCompute, EitherComputeDriver>(testCompute, userAccount(emulator));
conformCompute(
  emulator,
  drivers.filter(({ kind }) => kind === 'blocking'),
);
