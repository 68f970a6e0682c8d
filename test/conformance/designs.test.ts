/** Each further design passes the design part of the kit, in both kinds, against the emulator. */
import { testCompute } from '@isobar/compute-test';
import type { EitherComputeDriver, EitherStorageDriver } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { furtherDesignsOf } from '../drivers.ts';
import { conformCompute, paced, userAccount } from './compute.ts';
import { conformStorage, hmacAccount } from './storage.ts';

const emulator = await startEmulator(paced);
afterAll(() => emulator.close());

conformStorage(
  emulator,
  furtherDesignsOf<typeof googleStorage, EitherStorageDriver>(googleStorage, hmacAccount(emulator)),
  'design',
);
conformCompute(
  emulator,
  furtherDesignsOf<typeof testCompute, EitherComputeDriver>(testCompute, userAccount(emulator)),
  'design',
);
