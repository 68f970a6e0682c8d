/** Suites whose cases get the kit's driver with Google's own methods and options. */
import type { Case, StorageKit, Suite } from '@isobar/conformance';
import { type AnyGoogle, google } from './driver.ts';

/** The kit of a case about Google Storage. */
export interface GoogleKit extends Omit<StorageKit, 'driver'> {
  readonly driver: AnyGoogle;
  /** A driver that retries at once. */
  readonly retrying: () => AnyGoogle;
}

const fastRetry = { retry: { attempts: 4, baseDelayMs: 1, maxDelayMs: 20 } };

/** A suite for the storage kit whose cases get the driver as Google's. */
export function googleSuite(title: string, cases: readonly Case<GoogleKit>[]): Suite<StorageKit> {
  return {
    title,
    cases: cases.map((entry) => ({
      ...entry,
      run: (kit) => {
        const driver = google(kit.driver);
        return entry.run({ ...kit, driver, retrying: () => google(kit.open(fastRetry)) });
      },
    })),
  };
}
