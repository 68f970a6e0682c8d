/**
 * What every transfer into a service ends with: looking up what is stored, comparing it with what was sent, and finding out
 * whether an attempt whose answer was lost was applied.
 */
import type { Checksums } from '../../checksums/checksums.ts';
import { CloudError, isCloudError } from '../../errors.ts';
import { cleanUp, type Operation } from '../../operations/operation.ts';
import type { ObjectLocation } from '../arguments.ts';
import type { StorageObject } from '../models.ts';
import type { ObjectHeaders } from '../options.ts';
import type { CheckedWrite, StorageService, Stored, VersionedLocation } from '../service.ts';

/** What was sent, in one request or several. */
export interface Sent {
  readonly sizeBytes: number;
  readonly checksums: Checksums;
}

/** The object that errors name. */
export function subjectOf({ container, name }: ObjectLocation): { container: string; object: string } {
  return { container, object: name };
}

/** An error for bytes that differ from what was sent or stored. */
export function integrityFailure(location: ObjectLocation, message: string): CloudError {
  const { container, name } = location;
  return new CloudError('integrity', `object ${JSON.stringify(name)} in ${container}: ${message}`, subjectOf(location));
}

/** The error for a range that starts after the end of an object, as services over HTTP answer it. */
export function rangeOutside(location: ObjectLocation): CloudError {
  const { container, name } = location;
  const message = `object ${JSON.stringify(name)} in ${container}: The range is outside the object.`;
  return new CloudError('invalid-argument', message, { status: 416, ...subjectOf(location) });
}

/**
 * Refuses an answer about another version than the requested one, which may come from a service without versions, or from a
 * cache.
 *
 * @throws {CloudError} `conflict`.
 */
export function checkVersion(
  location: ObjectLocation,
  requested: string | undefined,
  received: string | undefined,
): void {
  if (requested === undefined || requested === received) return;
  const message = `version ${requested} was requested, but the service sent ${received ?? 'no version'}`;
  throw new CloudError('conflict', message, subjectOf(location));
}

/**
 * Looks up an object that was just stored.
 *
 * @param version Its version, if the service told it.
 * @throws {CloudError} `conflict` when it was replaced before the look-up.
 */
export function* headStored<Item extends StorageObject>(
  service: StorageService<Item>,
  { container, name }: ObjectLocation,
  version: string | undefined,
): Operation<Stored<Item>> {
  const target = service.checkTarget({ container, name }, { options: {} });
  try {
    return yield* service.head(version === undefined ? target : { ...target, version });
  } catch (failure) {
    if (version === undefined || !isCloudError(failure, 'not-found')) throw failure;
    const message = 'the object was stored, but another write replaced it before it could be verified';
    throw new CloudError('conflict', message, failure.details, { cause: failure });
  }
}

/**
 * Compares what is stored with what was sent. If they differ, removes that version of the object.
 *
 * @param version The stored version, if another request told it.
 * @throws {CloudError} `integrity`.
 */
export function* verifyStored<Item extends StorageObject>(
  service: StorageService<Item>,
  location: ObjectLocation,
  stored: Stored<Item>,
  sent: Sent,
  version: string | undefined = stored.object.version,
): Operation<void> {
  const difference = differenceOf(stored, sent);
  if (difference === undefined) return;
  const failure = integrityFailure(
    location,
    `the stored object (${difference.stored}) differs from what was sent (${difference.sent})`,
  );
  if (version !== undefined) yield* cleanUp(removeWrong(service, { ...location, version }, failure));
  throw failure;
}

/** How a stored object differs from what was sent: sizes and checksums for an error; `undefined` when they agree. */
export function differenceOf(
  { checksums, object }: Stored,
  sent: Sent,
): { readonly stored: string; readonly sent: string } | undefined {
  const algorithms = Object.keys(sent.checksums) as (keyof Checksums)[];
  const isSame = algorithms.every(
    (algorithm) => (checksums[algorithm] ?? sent.checksums[algorithm]) === sent.checksums[algorithm],
  );
  if (object.sizeBytes === sent.sizeBytes && isSame) return undefined;
  const shown = (sizeBytes: number, known: Checksums): string =>
    [`${sizeBytes} bytes`, ...algorithms.map((algorithm) => `${algorithm.toUpperCase()} ${known[algorithm]}`)].join(
      ', ',
    );
  return { stored: shown(object.sizeBytes, checksums), sent: shown(sent.sizeBytes, sent.checksums) };
}

/** Removes a wrong object. If that fails too, the caller still gets the integrity error. */
function* removeWrong(
  service: StorageService,
  { version, ...location }: Required<VersionedLocation>,
  reason: CloudError,
): Operation<void> {
  try {
    yield* service.remove({ ...service.checkTarget(location, { options: {} }), version });
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    reason.cause ??= failure;
  }
}

/**
 * Verifies an object that several requests made.
 *
 * @throws {CloudError} `integrity`; `conflict` when the object was replaced before the look-up.
 */
export function* verifyWhole<Item extends StorageObject>(
  service: StorageService<Item>,
  location: ObjectLocation,
  sent: Sent,
  version: string | undefined,
): Operation<Item> {
  const found = yield* headStored(service, location, version);
  yield* verifyStored(service, location, found, sent, version);
  return found.object;
}

/** The expected result of a write. */
export interface Expected extends Sent {
  readonly headers: Pick<ObjectHeaders, 'contentType' | 'metadata'>;
}

/**
 * The stored object, if an earlier attempt of a failed conditional write was applied although its answer was lost: then the
 * condition of the next attempt fails. The stored object shows whether that attempt was our own. No exchange if that cannot
 * be, else one.
 *
 * @param expected Returns the expected result. Called only when needed, because it may read a file.
 * @throws The failure itself, unless the stored object is the expected one: of another version than the condition's, with
 * the same size, checksum, type and metadata.
 */
export function* appliedWrite<Item extends StorageObject>(
  service: StorageService<Item>,
  write: CheckedWrite,
  failure: unknown,
  expected: () => Operation<Expected>,
): Operation<Item> {
  const mayBeApplied =
    write.isConditional && isCloudError(failure, 'precondition-failed') && (failure.details.attempts ?? 1) > 1;
  if (!mayBeApplied) throw failure;
  const { checksums, headers, sizeBytes } = yield* expected();
  let found: Stored<Item>;
  try {
    found = yield* service.head(service.checkTarget(write.location, { options: {} }));
  } catch (reason) {
    throw isCloudError(reason, 'not-found') ? failure : reason;
  }
  const { object } = found;
  const known = Object.entries(checksums) as [keyof Checksums, string][];
  const isOwn =
    known.length > 0 &&
    known.every(([algorithm, checksum]) => found.checksums[algorithm] === checksum) &&
    object.sizeBytes === sizeBytes &&
    object.contentType === headers.contentType &&
    object.version !== undefined &&
    object.version !== write.ifVersion &&
    sameEntries(object.metadata, headers.metadata ?? {});
  if (!isOwn) throw failure;
  return object;
}

function sameEntries(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
