/** Every method of the provider for Google Storage makes the same exchanges in every design and kind, by the emulator's log. */
import { type EitherStorageDriver, storageParity, testServerAt } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { accessScripts } from '../../packages/storage-google/test/access.ts';
import { sameInEachRun } from '../../packages/storage-google/test/conform-storage.ts';
import { googleScripts } from '../../packages/storage-google/test/google-suites.ts';
import { driversOf } from '../drivers.ts';

const emulator = await startEmulator();
afterAll(() => emulator.close());

storageParity({
  provider: 'google-storage',
  drivers: driversOf<typeof googleStorage, EitherStorageDriver>(googleStorage, {
    key: emulator.accessKey,
    secret: emulator.secret,
    endpoint: emulator.storage,
  }),
  server: testServerAt(emulator.storage, 'storage'),
  extraScripts: [...googleScripts, ...accessScripts(emulator.guest)],
  normalise: sameInEachRun,
});
