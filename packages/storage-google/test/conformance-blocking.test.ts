/** Google Storage passes the whole kit, blocking, against the emulator. */
import type { EitherStorageDriver } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { flagDrivers } from '../../design-flag/testing/drivers.ts';
import { conformStorage, hmacAccount } from './conform-storage.ts';

const emulator = await startEmulator();
afterAll(() => emulator.close());

const drivers = flagDrivers<typeof googleStorage, EitherStorageDriver>(googleStorage, hmacAccount(emulator));
conformStorage(
  emulator,
  drivers.filter(({ kind }) => kind === 'blocking'),
);
