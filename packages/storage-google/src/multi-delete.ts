/**
 * Removing many objects: a thousand with one request, or one by one where the service has no such request.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-multi-object-delete
 */
import { CloudError, isCloudError, type Operation, objectsOf, parallel } from '@isobar/core/provider';
import { type FailedDelete, type Removal, readFailedDeletes, writeDeletes } from './dialect/documents.ts';
import { codeOfReason } from './failures.ts';
import { maxConcurrentDeletes, singleDeletesAtOnce } from './limits.ts';
import type { GoogleDeletedObjects, GoogleVersionReference } from './models.ts';
import { checkedVersion, deleteObject, type VersionLocation } from './objects.ts';
import { type Scope, send } from './requests.ts';

interface Outcome {
  readonly location: VersionLocation;
  readonly error?: CloudError;
}

/** Removes objects, or generations of them, of any containers. All are checked before anything is sent. */
export function* deleteObjects(
  scope: Scope,
  objects: Iterable<GoogleVersionReference>,
): Operation<GoogleDeletedObjects> {
  const all = Array.from(objectsOf(objects), (object) => checkedVersion(object));
  const outcomes: Outcome[] = [];
  for (const locations of Map.groupBy(all, ({ container }) => container).values()) {
    for (let start = 0; start < locations.length; start += maxConcurrentDeletes) {
      outcomes.push(...(yield* deleteBatch(scope, locations.slice(start, start + maxConcurrentDeletes))));
    }
  }
  return {
    deleted: outcomes.flatMap(({ location, error }) => (error ? [] : [location])),
    failed: outcomes.flatMap(({ location, error }) => (error ? [{ ...location, error: error.toJSON() }] : [])),
  };
}

/** Removes objects of one container by one request, or by one each when the service does not know that request. */
function* deleteBatch(scope: Scope, locations: readonly VersionLocation[]): Operation<Outcome[]> {
  const container = locations[0]?.container ?? '';
  const isOfVersions = locations.some(({ generation }) => generation !== undefined);
  // In Amazon's spelling each removal of a generation asks first whether the service knows them.
  if (isOfVersions && scope.credentials.spelling) return yield* deleteSingly(scope, locations);
  let body: Uint8Array;
  try {
    const response = yield* send(scope, {
      method: 'POST',
      container,
      query: { delete: '' },
      headers: { 'content-type': 'application/xml' },
      body: writeDeletes(locations),
      idempotent: true,
    });
    body = response.body;
  } catch (failure) {
    // A container that is not there concerns its objects, not those of other containers.
    if (isCloudError(failure, 'not-found')) return locations.map((location) => ({ location, error: failure }));
    if (!isUnknownRequest(failure)) throw failure;
    return yield* deleteSingly(scope, locations);
  }
  const failures = failuresOf(readFailedDeletes(body), locations);
  return locations.map((location) => {
    const failed = failures(location);
    if (!failed) return { location };
    const { message, reason } = failed;
    const details = { container, object: location.name, reason };
    return outcomeOf(location, new CloudError(codeOfReason(reason), `${message} (${reason})`, details));
  });
}

function* deleteSingly(scope: Scope, locations: readonly VersionLocation[]): Operation<Outcome[]> {
  return yield* parallel(
    locations.map((location) => deleteOne(scope, location)),
    singleDeletesAtOnce,
  );
}

/**
 * Finds the failure of an object. One that tells no generation that was asked for stands for all of that name: what may
 * still be there is not told as removed.
 */
function failuresOf(
  failures: readonly FailedDelete[],
  asked: readonly Removal[],
): (removal: Removal) => FailedDelete | undefined {
  const keyOf = ({ name, generation = '' }: Removal): string => `${generation}/${name}`;
  const known = new Set(asked.map(keyOf));
  const exact = new Map(failures.map((failure) => [keyOf(failure), failure]));
  const vague = new Map(failures.filter((one) => !known.has(keyOf(one))).map((failure) => [failure.name, failure]));
  return (removal) => exact.get(keyOf(removal)) ?? vague.get(removal.name);
}

/** What older servers answer: some say that it is not implemented, some take it for an attempt to make a bucket. */
function isUnknownRequest(failure: unknown): boolean {
  if (isCloudError(failure, 'unsupported')) return true;
  return isCloudError(failure, 'invalid-argument') && failure.details.reason === 'InvalidArgument';
}

function* deleteOne(scope: Scope, location: VersionLocation): Operation<Outcome> {
  try {
    yield* deleteObject(scope, location);
    return { location };
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    return outcomeOf(location, failure);
  }
}

/** A missing object counts as removed, however the service says that it is missing. */
function outcomeOf(location: VersionLocation, error: CloudError): Outcome {
  const isGone = error.code === 'not-found' && error.details.reason !== 'NoSuchBucket';
  return isGone ? { location } : { location, error };
}
