/** Every method of the provider for S3 makes the same exchanges in every design and kind, by the emulator's log. */
import { type EitherStorageDriver, storageParity, testServerAt } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { s3 } from '@isobar/storage-s3';
import { afterAll } from 'vitest';
import { sameInEachRun } from '../../packages/storage-google/test/conform-storage.ts';
import { s3Scripts } from '../../packages/storage-s3/testing/s3-suites.ts';
import { driversOf } from '../drivers.ts';

const emulator = await startEmulator();
afterAll(() => emulator.close());

storageParity({
  provider: 's3',
  drivers: driversOf<typeof s3, EitherStorageDriver>(s3, {
    key: emulator.accessKey,
    secret: emulator.secret,
    endpoint: emulator.storage,
    // Tags and access are sent, although the emulator has none.
    dialect: { name: 'google', acl: true, tags: true },
  }),
  server: testServerAt(emulator.storage, 'storage'),
  extraScripts: s3Scripts,
  normalise: sameInEachRun,
});
