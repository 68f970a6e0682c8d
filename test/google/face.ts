/** A driver of Google Storage as cases and parity scripts see it that concern what only Google has. */
import type { AnyStorage, EitherColour, FaceMembers } from '@isobar/conformance';
import type { GoogleStorageOperations } from '@isobar/storage-google';

/** The methods of Google Storage, in whatever colour. */
export type AnyGoogle = EitherColour<GoogleStorageOperations> & FaceMembers;

/** Shows the kit's driver with the methods that only Google Storage has. */
export function google(face: AnyStorage): AnyGoogle {
  return face as unknown as AnyGoogle;
}
