/** Google Storage passes the whole kit, blocking, against the emulator. */
import type { EitherStorageDriver } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { kindsOf } from '../drivers.ts';
import { conformStorage, hmacAccount } from './storage.ts';

const emulator = await startEmulator();
afterAll(() => emulator.close());

const drivers = kindsOf<typeof googleStorage, EitherStorageDriver>(googleStorage, hmacAccount(emulator));
conformStorage(
  emulator,
  drivers.filter(({ kind }) => kind === 'blocking'),
);
