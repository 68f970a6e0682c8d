/** The kit's settings for Google Storage. */
import {
  type StorageConformance,
  type StorageDriverUnderTest,
  storageConformance,
  testServerAt,
} from '@isobar/conformance';
import type { Emulator } from '@isobar/emulator';
import { access } from './access.ts';
import { googleSuites } from './google-suites.ts';

/** The options of an emulator's owner. */
export function hmacAccount({ accessKey: key, secret, storage: endpoint }: Emulator) {
  return { key, secret, endpoint };
}

/** Registers the tests of the storage contract and of Google's own methods. */
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

const randomName = /(write-check-)[0-9a-f]+/;
const generatedId = /([?&](?:uploadId|upload_id|generation|generation-marker|continuation-token)=)[^&]*/gi;

/** A request's target without the parts that differ between runs: ids, versions and random names. */
export function sameInEachRun(target: string): string {
  return target.replace(generatedId, '$1…').replace(randomName, '$1…');
}
