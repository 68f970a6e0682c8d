/**
 * Deletes many objects: up to 1,000 with one request, or one by one where the service has no batch request.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-multi-object-delete
 */
import { CloudError, isCloudError, type Operation, objectsOf, parallel } from '@isobar/core/provider';
import { codeOfReason, type Deletion, type FailedDelete, readFailedDeletes, writeDeletes } from '@isobar/s3-dialect';
import { byReason } from './failures.ts';
import { maxConcurrentDeletes, maxDeletesPerRequest } from './limits.ts';
import type { GoogleDeletedObjects, GoogleVersionReference } from './models.ts';
import { checkedVersion, deleteObject, type VersionLocation } from './objects.ts';
import { type Scope, send } from './requests.ts';

interface Outcome {
  readonly location: VersionLocation;
  readonly error?: CloudError;
}

/** Deletes objects, or generations of them, of any containers. Checks all of them before it sends anything. */
export function* deleteObjects(
  scope: Scope,
  objects: Iterable<GoogleVersionReference>,
): Operation<GoogleDeletedObjects> {
  const all = Array.from(objectsOf(objects), (object) => checkedVersion(object));
  const outcomes: Outcome[] = [];
  for (const locations of Map.groupBy(all, ({ container }) => container).values()) {
    for (let start = 0; start < locations.length; start += maxDeletesPerRequest) {
      outcomes.push(...(yield* deleteBatch(scope, locations.slice(start, start + maxDeletesPerRequest))));
    }
  }
  return {
    deleted: outcomes.flatMap(({ location, error }) => (error ? [] : [location])),
    failed: outcomes.flatMap(({ location, error }) => (error ? [{ ...location, error: error.toJSON() }] : [])),
  };
}

/** Deletes objects of one container with one request, or one by one when the service does not support that request. */
function* deleteBatch(scope: Scope, locations: readonly VersionLocation[]): Operation<Outcome[]> {
  const container = locations[0]?.container ?? '';
  const isOfVersions = locations.some(({ generation }) => generation !== undefined);
  // In Amazon's dialect each deletion of a generation first checks that the service supports generations.
  if (isOfVersions && scope.credentials.dialect) return yield* deleteOneByOne(scope, locations);
  const deletions = locations.map(
    ({ generation, name }): Deletion => (generation === undefined ? { name } : { name, versionId: generation }),
  );
  let body: Uint8Array;
  try {
    const response = yield* send(scope, {
      method: 'POST',
      container,
      query: { delete: '' },
      headers: { 'content-type': 'application/xml' },
      body: writeDeletes(deletions),
      idempotent: true,
    });
    body = response.body;
  } catch (failure) {
    // A missing container affects only its own objects.
    if (isCloudError(failure, 'not-found')) return locations.map((location) => ({ location, error: failure }));
    if (!isUnknownRequest(failure)) throw failure;
    return yield* deleteOneByOne(scope, locations);
  }
  const failures = failuresOf(readFailedDeletes(body), deletions);
  return locations.map((location, index) => {
    const failed = failures(deletions[index] as Deletion);
    if (!failed) return { location };
    const { message, reason } = failed;
    const details = { container, object: location.name, reason };
    return outcomeOf(location, new CloudError(codeOfReason(reason, byReason), `${message} (${reason})`, details));
  });
}

function* deleteOneByOne(scope: Scope, locations: readonly VersionLocation[]): Operation<Outcome[]> {
  return yield* parallel(
    locations.map((location) => deleteOne(scope, location)),
    maxConcurrentDeletes,
  );
}

/**
 * Finds the failure of an object. A failure without a requested generation counts for all of that name, so that no
 * object which may still exist is reported as deleted.
 */
function failuresOf(
  failures: readonly FailedDelete[],
  requested: readonly Deletion[],
): (deletion: Deletion) => FailedDelete | undefined {
  const keyOf = ({ name, versionId = '' }: Deletion): string => `${versionId}/${name}`;
  const known = new Set(requested.map(keyOf));
  const exact = new Map(failures.map((failure) => [keyOf(failure), failure]));
  const byName = new Map(failures.filter((one) => !known.has(keyOf(one))).map((failure) => [failure.name, failure]));
  return (deletion) => exact.get(keyOf(deletion)) ?? byName.get(deletion.name);
}

/** Whether the server does not support the request. Older ones report that, or treat it as the creation of a bucket. */
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

/** A missing object counts as deleted, whatever code the service reports for it. */
function outcomeOf(location: VersionLocation, error: CloudError): Outcome {
  const isGone = error.code === 'not-found' && error.details.reason !== 'NoSuchBucket';
  return isGone ? { location } : { location, error };
}
