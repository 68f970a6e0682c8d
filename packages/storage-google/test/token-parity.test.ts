/**
 * Google Storage does the same with an access token as with an HMAC key: every operation makes the same exchanges,
 * retried and failing ones included, and has the same outcome. Only signatures differ, so the comparison leaves them
 * out. Tests about tokens themselves are in `authentication.test.ts`.
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
import { flagDrivers } from '../../design-flag/testing/drivers.ts';
import { hmacAccount, sameInEachRun } from './conform-storage.ts';
import { googleScripts } from './google-suites.ts';

const accessToken = 'ya29.token-of-the-conformance-kit';
const emulator = await startEmulator({ accessTokens: [accessToken] });
afterAll(() => emulator.close());

const server = testServerAt(emulator.storage, 'storage');
const byKey = flagDrivers<typeof googleStorage, EitherStorageDriver>(googleStorage, hmacAccount(emulator));
// A token cannot sign, so scripts that sign URLs are skipped.
const capabilities = { ...googleStorage.capabilities, presignedUrls: false };
const byToken = flagDrivers<typeof googleStorage, EitherStorageDriver>(
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
