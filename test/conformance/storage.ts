/** The conformance of Google Storage in the faces of one colour. Each colour has a file, so that they can run side by side. */
import {
  type Colour,
  type StorageConformance,
  type StorageFace,
  type StorageFaceUnderTest,
  storageConformance,
  testServerAt,
} from '@isobar/conformance';
import type { Emulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { facesOf } from '../faces.ts';
import { access } from '../google/access.ts';
import { googleSuites } from '../google/index.ts';

/** Registers every test of the storage contract for the faces of a colour, against an emulator of their own. */
export function conformStorage(emulator: Emulator, colour: Colour): void {
  const faces = facesOf<typeof googleStorage, StorageFace>(googleStorage, hmacAccount(emulator));
  conformFaces(
    emulator,
    faces.filter((face) => face.colour === colour),
  );
}

/** The options of an emulator's owner. */
export function hmacAccount({ accessKey: key, secret, storage: endpoint }: Emulator) {
  return { key, secret, endpoint };
}

/** Registers every test of the storage contract for some faces, and those of what only Google has unless told otherwise. */
export function conformFaces(
  emulator: Emulator,
  faces: readonly StorageFaceUnderTest[],
  extraSuites: StorageConformance['extraSuites'] = [...googleSuites, access(emulator.guest)],
): void {
  storageConformance({
    provider: 'google-storage',
    faces,
    server: testServerAt(emulator.storage, 'storage'),
    secrets: [emulator.secret],
    extraSuites,
    invalidContainerNames: [
      'ab',
      'UPPER-CASE',
      'has space',
      '-dash-first',
      'dash-last-',
      'a..b',
      'ünïcödé',
      'goog-name',
    ],
  });
}
