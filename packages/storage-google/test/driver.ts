/** A driver of Google Storage, for cases and parity scripts about Google's own methods. */
import type { AnyStorage, DriverMembers, EitherKind } from '@isobar/conformance';
import type { GoogleStorageOperations } from '@isobar/storage-google';

/** The methods of Google Storage, in either kind. */
export type AnyGoogle = EitherKind<GoogleStorageOperations> & DriverMembers;

/** The kit's driver with Google's own methods. */
export function google(driver: AnyStorage): AnyGoogle {
  return driver as unknown as AnyGoogle;
}
