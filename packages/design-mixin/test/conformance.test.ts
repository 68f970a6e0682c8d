/** The design passes the design part of the kit for each provider, in both kinds, against the emulator. */
import { testCompute } from '@isobar/compute-test';
import type { EitherComputeDriver, EitherStorageDriver } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { conformCompute, paced, userAccount } from '../../compute-test/test/conform-compute.ts';
import { conformStorage, hmacAccount } from '../../storage-google/test/conform-storage.ts';
import { mixinDrivers } from '../testing/drivers.ts';

const emulator = await startEmulator(paced);
afterAll(() => emulator.close());

const storage = mixinDrivers<typeof googleStorage, EitherStorageDriver>(googleStorage, hmacAccount(emulator));
conformStorage(emulator, storage, 'design');

const compute = mixinDrivers<typeof testCompute, EitherComputeDriver>(testCompute, userAccount(emulator));
conformCompute(emulator, compute, 'design');
