/**
 * Google Storage does the same with an access token as with an HMAC key: every operation makes the same exchanges, those
 * that are retried and those that fail among them, and has the same outcome. Only what is signed differs, so signatures
 * are left out of the comparison. What depends on a token alone is in `authentication.test.ts`.
 */
import {
  type EitherStorageDriver,
  type StorageDriverUnderTest,
  storageParity,
  testServerAt,
} from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { kindsOf } from '../drivers.ts';
import { googleScripts } from '../google/index.ts';
import { hmacAccount, sameInEachRun } from './storage.ts';

const accessToken = 'ya29.token-of-the-conformance-kit';
const emulator = await startEmulator({ accessTokens: [accessToken] });
afterAll(() => emulator.close());

const server = testServerAt(emulator.storage, 'storage');
const byKey = kindsOf<typeof googleStorage, EitherStorageDriver>(googleStorage, hmacAccount(emulator));
// A token signs nothing: scripts that sign URLs are left out.
const capabilities = { ...googleStorage.capabilities, presignedUrls: false };
const byToken = kindsOf<typeof googleStorage, EitherStorageDriver>(
  { ...googleStorage, capabilities },
  { accessToken, endpoint: emulator.storage },
).map((driver, index): StorageDriverUnderTest => {
  // Scripts about wrong credentials replace the secret, which a driver with a token does not have.
  const open: StorageDriverUnderTest['open'] = (options = {}) =>
    ('secret' in options ? (byKey[index] ?? driver) : driver).open(options);
  return { ...driver, design: 'flag with a token', open };
});

storageParity({
  provider: 'google-storage',
  drivers: [...byKey.slice(0, 1), ...byToken],
  server: {
    faults: server.faults,
    requests: {
      clear: server.requests.clear,
      read: async () => (await server.requests.read()).map(({ signedHeaders: _, ...request }) => request),
    },
  },
  extraScripts: googleScripts,
  normalise: sameInEachRun,
});
