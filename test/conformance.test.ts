/** Every provider keeps its contract in every design and colour, against the emulator. */

import { testCompute } from '@isobar/compute-test';
import {
  type ComputeFace,
  computeConformance,
  type StorageFace,
  storageConformance,
  testServerAt,
} from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { facesOf } from './faces.ts';

const emulator = await startEmulator({ storagePort: 0, computePort: 0 });
afterAll(() => emulator.close());

storageConformance({
  provider: 'google-storage',
  faces: facesOf<typeof googleStorage, StorageFace>(googleStorage, {
    key: emulator.accessKey,
    secret: emulator.secret,
    endpoint: emulator.storage,
  }),
  server: testServerAt(emulator.storage, 'storage'),
  secrets: [emulator.secret],
  invalidContainerNames: ['ab', 'UPPER-CASE', 'has space', '-dash-first', 'dash-last-', 'a..b', 'ünïcödé', 'goog-name'],
});

computeConformance({
  provider: 'compute-test',
  faces: facesOf<typeof testCompute, ComputeFace>(testCompute, {
    key: emulator.user,
    secret: emulator.password,
    endpoint: emulator.compute,
  }),
  server: testServerAt(emulator.compute, 'compute'),
  leastNodes: 2,
});
