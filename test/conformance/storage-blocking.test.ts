/** Google Storage keeps its whole contract, blocking, against the emulator. */
import type { StorageFace } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { kindsOf } from '../faces.ts';
import { conformStorage, hmacAccount } from './storage.ts';

const emulator = await startEmulator();
afterAll(() => emulator.close());

const drivers = kindsOf<typeof googleStorage, StorageFace>(googleStorage, hmacAccount(emulator));
conformStorage(
  emulator,
  drivers.filter(({ colour }) => colour === 'blocking'),
);
