/**
 * Google Storage keeps its contract with an access token in place of an HMAC key. How requests are authorised has
 * nothing to do with the design, so one design is enough. Cases about keys and secrets open drivers that have these.
 */
import type { StorageFace } from '@isobar/conformance';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll } from 'vitest';
import { facesOf } from '../faces.ts';
import { conformFaces, hmacAccount } from './storage.ts';

const accessToken = 'ya29.token-of-the-conformance-kit';
const emulator = await startEmulator({ accessTokens: [accessToken] });
afterAll(() => emulator.close());

// A token signs nothing, and the kit fails should it do so.
const withoutKey = { ...googleStorage, capabilities: { ...googleStorage.capabilities, presignedUrls: false } };
const byKey = facesOf<typeof googleStorage, StorageFace>(googleStorage, hmacAccount(emulator));
const byToken = facesOf<typeof googleStorage, StorageFace>(withoutKey, { accessToken, endpoint: emulator.storage });

conformFaces(
  emulator,
  byToken.flatMap((face, index) => {
    const keyed = byKey[index];
    if (face.design !== 'flag' || !keyed) return [];
    const isAboutKeys = (options: object): boolean => 'key' in options || 'secret' in options;
    return [{ ...face, open: (options = {}) => (isAboutKeys(options) ? keyed : face).open(options) }];
  }),
  // Those of Google's own extensions sign URLs to see what they have done.
  [],
);
