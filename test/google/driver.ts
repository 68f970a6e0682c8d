/** A driver of Google Storage as cases and parity scripts see it that concern what only Google has. */
import type { AnyStorage, DriverMembers, EitherKind } from '@isobar/conformance';
import type { GoogleStorageOperations } from '@isobar/storage-google';

/** The methods of Google Storage, in whatever kind. */
export type AnyGoogle = EitherKind<GoogleStorageOperations> & DriverMembers;

/** Shows the kit's driver with the methods that only Google Storage has. */
export function google(driver: AnyStorage): AnyGoogle {
  return driver as unknown as AnyGoogle;
}
