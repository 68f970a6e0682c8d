/**
 * The kit against one bucket of your own, in both kinds; `npm run test:live` runs it. See `docs/tested-against.md`.
 * Without `ISOBAR_LIVE_GOOGLE_BUCKET` nothing is sent.
 */
import { type EitherStorageDriver, storageConformance } from '@isobar/conformance';
import { googleStorage } from '@isobar/storage-google';
import { test } from 'vitest';
import { flagDrivers } from '../../design-flag/testing/drivers.ts';

const {
  ISOBAR_LIVE_GOOGLE_BUCKET: bucket,
  ISOBAR_LIVE_GOOGLE_KEY: key,
  ISOBAR_LIVE_GOOGLE_SECRET: secret,
  ISOBAR_LIVE_GOOGLE_ENDPOINT: endpoint,
} = process.env;

if (bucket) {
  const credentials = key && secret ? { key, secret } : ({ credentials: 'application-default' } as const);
  storageConformance({
    provider: 'google-storage',
    drivers: flagDrivers<typeof googleStorage, EitherStorageDriver>(googleStorage, {
      ...credentials,
      ...(endpoint && { endpoint }),
    }),
    onlyContainer: bucket,
    secrets: secret ? [secret] : [],
    wrongCredentials: key
      ? { secret: 'not-the-right-secret-0123456789' }
      : { credentials: undefined, accessToken: 'no' },
  });
} else {
  test.skip('name your empty bucket: ISOBAR_LIVE_GOOGLE_BUCKET=… npm run test:live');
}
