/** Deletes one object, or many: in batches where the service has such a request, else one by one. */
import { CloudError, type CloudFailure, isCloudError } from '../../errors.ts';
import type { Operation } from '../../operation.ts';
import { parallel } from '../../steps/flow-steps.ts';
import { objectsOf } from '../arguments.ts';
import type { DeletedObjects, ObjectReference } from '../models.ts';
import type { DeleteOptions } from '../options.ts';
import type { StorageService, VersionedLocation } from '../service.ts';
import { checkedTarget } from './targets.ts';

/** Deletes an object. Finds out whether an earlier attempt deleted it, so that a later condition failed. */
export function* deleteObject(
  service: StorageService,
  object: ObjectReference,
  options: DeleteOptions,
): Operation<void> {
  const target = checkedTarget(service, object, options);
  try {
    yield* service.remove(target);
  } catch (failure) {
    if (!(yield* isDeleteApplied(service, target, failure))) throw failure;
  }
}

/** Whether an earlier attempt deleted the object although its answer was lost. */
function* isDeleteApplied(
  service: StorageService,
  { container, name }: VersionedLocation,
  failure: unknown,
): Operation<boolean> {
  if (!isCloudError(failure, 'precondition-failed') || (failure.details.attempts ?? 1) === 1) return false;
  try {
    yield* service.head(service.checkTarget({ container, name }, { options: {} }));
    return false;
  } catch (reason) {
    if (isCloudError(reason, 'not-found')) return true;
    throw reason;
  }
}

interface Outcome {
  readonly target: VersionedLocation;
  readonly error?: CloudFailure;
}

/** Deletes objects, or versions of them, of any containers. Checks all of them before it sends anything. */
export function* deleteObjects(service: StorageService, objects: Iterable<ObjectReference>): Operation<DeletedObjects> {
  const all = Array.from(objectsOf(objects), (object) => checkedTarget(service, object, {}));
  const outcomes: Outcome[] = [];
  for (const [container, targets] of Map.groupBy(all, (target) => target.container)) {
    const { batch } = service.plan(container).deletions;
    for (let start = 0; start < targets.length; start += batch) {
      outcomes.push(...(yield* deleteBatch(service, container, targets.slice(start, start + batch))));
    }
  }
  return {
    deleted: outcomes.flatMap(({ target, error }) => (error ? [] : [namesOf(target)])),
    failed: outcomes.flatMap(({ target, error }) => (error ? [{ ...namesOf(target), error }] : [])),
  };
}

function namesOf({ container, name, version }: VersionedLocation): DeletedObjects['deleted'][number] {
  return { container, name, ...(version !== undefined && { version }) };
}

function* deleteBatch(
  service: StorageService,
  container: string,
  targets: readonly VersionedLocation[],
): Operation<readonly Outcome[]> {
  try {
    if (service.removeMany) {
      const failures = yield* service.removeMany(container, targets);
      return targets.map((target, index) => outcomeOf(target, failures[index]));
    }
  } catch (failure) {
    // A missing container affects only its own objects.
    if (isCloudError(failure, 'not-found')) return targets.map((target) => ({ target, error: failure.toJSON() }));
    if (!isCloudError(failure, 'unsupported')) throw failure;
  }
  return yield* parallel(
    targets.map((target) => deleteOne(service, target)),
    service.plan(container).deletions.concurrency,
  );
}

function* deleteOne(service: StorageService, target: VersionedLocation): Operation<Outcome> {
  try {
    yield* service.remove(target);
    return { target };
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    return outcomeOf(target, new CloudError(failure.code, failure.message, failure.details).toJSON());
  }
}

/** A missing object counts as deleted. A missing container has no `object` in its details. */
function outcomeOf(target: VersionedLocation, error: CloudFailure | undefined): Outcome {
  return error && !isMissingObject(error) ? { target, error } : { target };
}

function isMissingObject({ code, details }: CloudFailure): boolean {
  return code === 'not-found' && details.object !== undefined;
}
