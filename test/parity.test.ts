/** The same operation makes the same exchanges in every design and kind, according to the emulator's log. */

import { testCompute } from '@isobar/compute-test';
import {
  computeParity,
  type EitherComputeDriver,
  type EitherStorageDriver,
  storageParity,
  testServerAt,
} from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { s3 } from '@isobar/storage-s3';
import { afterAll } from 'vitest';
import { testCloudScripts } from '../packages/compute-test/test/test-cloud-scripts.ts';
import { accessScripts } from '../packages/storage-google/test/access.ts';
import { sameInEachRun } from '../packages/storage-google/test/conform-storage.ts';
import { googleScripts } from '../packages/storage-google/test/google-suites.ts';
import { s3Scripts } from '../packages/storage-s3/testing/s3-suites.ts';
import { driversOf } from './drivers.ts';

const emulator = await startEmulator({ storagePort: 0, computePort: 0, bootMs: 0, stopMs: 0, volumeMs: 0 });
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

computeParity({
  provider: 'compute-test',
  drivers: driversOf<typeof testCompute, EitherComputeDriver>(testCompute, {
    key: emulator.user,
    secret: emulator.password,
    endpoint: emulator.compute,
  }),
  server: testServerAt(emulator.compute, 'compute'),
  extraScripts: testCloudScripts,
  normalise: (target) => target.replace(/\b(node|vol|snap|img|report)-\d+/g, '$1-…'),
});
