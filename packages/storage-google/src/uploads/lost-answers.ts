/**
 * Conditional writes whose answer was lost. The first try may have stored the object, and then the next one is told that
 * the condition no longer holds: whether that is one's own doing, the stored object tells.
 *
 * @see https://cloud.google.com/storage/docs/retry-strategy
 */
import { isCloudError, type ObjectLocation, type Operation } from '@isobar/core/provider';
import type { Preconditions } from '../call-options.ts';
import type { GoogleObject } from '../models.ts';
import { headObject } from '../objects.ts';
import type { Scope } from '../requests.ts';

/** What a write was to leave behind. */
export interface Written {
  readonly sizeBytes: number;
  /** CRC32C as Google writes it. */
  readonly checksum: string | undefined;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The object that a failed write has stored all the same. No exchange for failures that leave no doubt, else one.
 *
 * @param written What was to be stored; asked for only in doubt, since it may take reading a file.
 * @throws The failure itself, unless the stored object is the one that was to be written: as large, with the same
 * checksum, type and metadata, and newer than the generation that the condition names.
 */
export function* landedBefore(
  scope: Scope,
  location: ObjectLocation,
  conditions: Preconditions,
  failure: unknown,
  written: () => Operation<Written>,
): Operation<GoogleObject> {
  const isInDoubt = isCloudError(failure, 'precondition-failed') && (failure.details.attempts ?? 1) > 1;
  if (!isInDoubt) throw failure;
  const { checksum, contentType, metadata, sizeBytes } = yield* written();
  let found: GoogleObject;
  try {
    found = yield* headObject(scope, location);
  } catch (reason) {
    throw isCloudError(reason, 'not-found') ? failure : reason;
  }
  const isOwn =
    checksum !== undefined &&
    found.extra.crc32c === checksum &&
    found.sizeBytes === sizeBytes &&
    found.contentType === contentType &&
    isNewer(found.extra.generation, conditions.ifGenerationMatch) &&
    sameEntries(found.metadata, metadata);
  if (!isOwn) throw failure;
  return found;
}

function isNewer(generation: string | undefined, before: string | number | undefined): boolean {
  return generation !== undefined && BigInt(generation) > BigInt(before ?? 0);
}

function sameEntries(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
