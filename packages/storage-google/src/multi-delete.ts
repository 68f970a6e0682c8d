/**
 * Removing many objects: a thousand with one request, or one by one where the service has no such request.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-multi-object-delete
 */
import {
  CloudError,
  type DeletedObjects,
  describe,
  invalidArgument,
  isCloudError,
  type ObjectLocation,
  type ObjectReference,
  type Operation,
  parallel,
} from '@isobar/core/provider';
import { readFailedDeletes, writeDeletes } from './dialect/documents.ts';
import { codeOfReason } from './failures.ts';
import { mostDeletesAtOnce, singleDeletesAtOnce } from './limits.ts';
import { checkedLocation } from './names.ts';
import { deleteObject } from './objects.ts';
import { type Scope, send } from './requests.ts';

interface Outcome extends ObjectLocation {
  readonly error?: CloudError;
}

/** Removes objects of any containers. All names are checked before anything is sent. */
export function* deleteObjects(scope: Scope, objects: Iterable<ObjectReference>): Operation<DeletedObjects> {
  if (typeof objects !== 'object' || objects === null || !(Symbol.iterator in objects)) {
    throw invalidArgument('objects', `must be an iterable of objects, not ${describe(objects)}`);
  }
  const byContainer = Map.groupBy([...objects].map(checkedLocation), ({ container }) => container);
  const outcomes: Outcome[] = [];
  for (const locations of byContainer.values()) {
    for (let start = 0; start < locations.length; start += mostDeletesAtOnce) {
      outcomes.push(...(yield* deleteBatch(scope, locations.slice(start, start + mostDeletesAtOnce))));
    }
  }
  return {
    deleted: outcomes.filter(({ error }) => error === undefined).map(({ container, name }) => ({ container, name })),
    failed: outcomes.flatMap(({ container, name, error }) => (error ? [{ container, name, error }] : [])),
  };
}

/** Removes objects of one container by one request, or by one each when the service does not know that request. */
function* deleteBatch(scope: Scope, locations: readonly ObjectLocation[]): Operation<Outcome[]> {
  const container = locations[0]?.container ?? '';
  let body: Uint8Array;
  try {
    const response = yield* send(scope, {
      method: 'POST',
      container,
      query: { delete: '' },
      headers: { 'content-type': 'application/xml' },
      body: writeDeletes(locations.map(({ name }) => name)),
      idempotent: true,
    });
    body = response.body;
  } catch (failure) {
    // A container that is not there concerns its objects, not those of other containers.
    if (isCloudError(failure, 'not-found')) return locations.map((location) => ({ ...location, error: failure }));
    if (!isUnknownRequest(failure)) throw failure;
    return yield* parallel(
      locations.map((location) => deleteOne(scope, location)),
      singleDeletesAtOnce,
    );
  }
  const failures = new Map(readFailedDeletes(body).map((failed) => [failed.name, failed]));
  return locations.map((location) => {
    const failed = failures.get(location.name);
    if (!failed) return location;
    const { message, reason } = failed;
    const details = { container, object: location.name, reason };
    return { ...location, error: new CloudError(codeOfReason(reason), `${message} (${reason})`, details) };
  });
}

/** What older servers answer: some say that it is not implemented, some take it for an attempt to make a bucket. */
function isUnknownRequest(failure: unknown): boolean {
  if (isCloudError(failure, 'unsupported')) return true;
  return isCloudError(failure, 'invalid-argument') && failure.details.reason === 'InvalidArgument';
}

/** A missing object counts as removed, as it does in the request for many. */
function* deleteOne(scope: Scope, location: ObjectLocation): Operation<Outcome> {
  try {
    yield* deleteObject(scope, location);
    return location;
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    const isGone = failure.code === 'not-found' && failure.details.reason !== 'NoSuchBucket';
    return isGone ? location : { ...location, error: failure };
  }
}
