/**
 * Conditional writes whose response was lost. If the first attempt was applied, the condition of the next one fails.
 * The stored object shows whether that attempt was our own.
 *
 * @see https://cloud.google.com/storage/docs/retry-strategy
 */
import { isCloudError, type ObjectLocation, type Operation } from '@isobar/core/provider';
import type { Preconditions } from '../call-options.ts';
import type { GoogleObject } from '../models.ts';
import { headObject } from '../objects.ts';
import type { Scope } from '../requests.ts';

/** The expected result of a write. */
export interface Written {
  readonly sizeBytes: number;
  /** CRC32C as Google writes it. */
  readonly checksum: string | undefined;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The stored object, if an earlier attempt of a failed write was applied. No exchange if that cannot be, else one.
 *
 * @param written Returns the expected result. Called only when needed, because it may read a file.
 * @throws The failure itself, unless the stored object is the expected one: with the same size, checksum, type and
 * metadata, and newer than the generation in the condition.
 */
export function* appliedWrite(
  scope: Scope,
  location: ObjectLocation,
  conditions: Preconditions,
  failure: unknown,
  written: () => Operation<Written>,
): Operation<GoogleObject> {
  const mayBeApplied = isCloudError(failure, 'precondition-failed') && (failure.details.attempts ?? 1) > 1;
  if (!mayBeApplied) throw failure;
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
