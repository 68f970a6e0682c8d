/** Suites whose cases see the kit's face with Google's own methods and options. */
import type { Case, StorageKit, Suite } from '@isobar/conformance';
import { type AnyGoogle, google } from './face.ts';

/** What a case about Google Storage works with. */
export interface GoogleKit extends Omit<StorageKit, 'face'> {
  readonly face: AnyGoogle;
  /** A face that retries at once. */
  readonly retrying: () => AnyGoogle;
}

const fastRetry = { retry: { attempts: 4, baseDelayMs: 1, maxDelayMs: 20 } };

/** A suite for the storage kit, whose cases see the face as Google's. */
export function googleSuite(title: string, cases: readonly Case<GoogleKit>[]): Suite<StorageKit> {
  return {
    title,
    cases: cases.map((entry) => ({
      ...entry,
      run: (kit) => {
        const face = google(kit.face);
        return entry.run({ ...kit, face, retrying: () => google(kit.open(fastRetry)) });
      },
    })),
  };
}
