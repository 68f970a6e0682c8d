/** What the kit is told about Google Storage, and its options. */
import {
  type StorageConformance,
  type StorageDriverUnderTest,
  storageConformance,
  testServerAt,
} from '@isobar/conformance';
import type { Emulator } from '@isobar/emulator';
import { access } from '../google/access.ts';
import { googleSuites } from '../google/index.ts';

/** The options of an emulator's owner. */
export function hmacAccount({ accessKey: key, secret, storage: endpoint }: Emulator) {
  return { key, secret, endpoint };
}

/** Registers the tests of the storage contract, and those of what only Google has. */
export function conformStorage(
  emulator: Emulator,
  drivers: readonly StorageDriverUnderTest[],
  part: NonNullable<StorageConformance['part']> = 'whole',
): void {
  storageConformance({
    provider: 'google-storage',
    drivers,
    part,
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

const chosenByChance = /(write-check-)[0-9a-f]+/;
const madeUp = /([?&](?:uploadId|upload_id|generation|generation-marker|continuation-token)=)[^&]*/gi;

/** A request's target without the ids that the server makes up, and the versions that it counts. */
export function sameInEachRun(target: string): string {
  return target.replace(madeUp, '$1…').replace(chosenByChance, '$1…');
}
