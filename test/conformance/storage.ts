/** The conformance of Google Storage in the faces of one colour. Each colour has a file, so that they can run side by side. */
import { type Colour, type StorageFace, storageConformance, testServerAt } from '@isobar/conformance';
import type { Emulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { facesOf } from '../faces.ts';
import { access } from '../google/access.ts';
import { googleSuites } from '../google/index.ts';

/** Registers every test of the storage contract for the faces of a colour, against an emulator of their own. */
export function conformStorage(emulator: Emulator, colour: Colour): void {
  const faces = facesOf<typeof googleStorage, StorageFace>(googleStorage, {
    key: emulator.accessKey,
    secret: emulator.secret,
    endpoint: emulator.storage,
  });
  storageConformance({
    provider: 'google-storage',
    faces: faces.filter((face) => face.colour === colour),
    server: testServerAt(emulator.storage, 'storage'),
    secrets: [emulator.secret],
    extraSuites: [...googleSuites, access(emulator.guest)],
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
