/** Deletes one object, or many: in batches where the service has such a request, else one by one. */
import { CloudError, type CloudFailure, isCloudError } from '../../errors.ts';
import type { Operation } from '../../operations/operation.ts';
import { parallel } from '../../steps/flow-steps.ts';
import { objectsOf } from '../arguments.ts';
import type { DeletedObjects, ObjectReference } from '../models.ts';
import type { DeleteOptions } from '../options.ts';
import type { StorageService, VersionedLocation } from '../service.ts';
import { type Items, openItems } from './many.ts';
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

/** How many objects of an asynchronous iterable are deleted together. */
const windowObjects = 1000;

/**
 * Deletes objects, or versions of them, of any containers. All objects of a plain iterable are checked before anything is
 * sent; those of an asynchronous one are deleted as they are taken.
 */
export function* deleteObjects(service: StorageService, objects: Items<ObjectReference>): Operation<DeletedObjects> {
  const outcomes: Outcome[] = [];
  if (Symbol.iterator in objectsOf(objects)) {
    const all = Array.from(objects as Iterable<ObjectReference>, (object) => checkedTarget(service, object, {}));
    yield* deleteAll(service, all, outcomes);
  } else {
    const reader = yield* openItems(objects, 'objects');
    try {
      for (let hasEnded = false; !hasEnded; ) {
        const window: VersionedLocation[] = [];
        while (!hasEnded && window.length < windowObjects) {
          const taken = yield* reader.next();
          if (taken) window.push(checkedTarget(service, taken.item, {}));
          else hasEnded = true;
        }
        yield* deleteAll(service, window, outcomes);
      }
    } finally {
      yield* reader.close();
    }
  }
  return {
    deleted: outcomes.flatMap(({ target, error }) => (error ? [] : [namesOf(target)])),
    failed: outcomes.flatMap(({ target, error }) => (error ? [{ ...namesOf(target), error }] : [])),
  };
}

function* deleteAll(service: StorageService, all: readonly VersionedLocation[], outcomes: Outcome[]): Operation<void> {
  for (const [container, targets] of Map.groupBy(all, (target) => target.container)) {
    const { batch, concurrency } = service.plan(container).deletions;
    for (let start = 0; start < targets.length; start += batch) {
      const some = targets.slice(start, start + batch);
      const together = service.removeMany?.(container, some);
      const batched = together && (yield* deleteBatch(together, some));
      const done =
        batched ??
        (yield* parallel(
          some.map((target) => deleteOne(service, target)),
          concurrency,
        ));
      outcomes.push(...done);
    }
  }
}

function namesOf({ container, name, version }: VersionedLocation): DeletedObjects['deleted'][number] {
  return { container, name, ...(version !== undefined && { version }) };
}

/** Deletes objects with one request. @returns `undefined` when the service has no such request after all. */
function* deleteBatch(
  together: Operation<readonly (CloudFailure | undefined)[]>,
  targets: readonly VersionedLocation[],
): Operation<readonly Outcome[] | undefined> {
  try {
    const failures = yield* together;
    return targets.map((target, index) => outcomeOf(target, failures[index]));
  } catch (failure) {
    // A missing container affects only its own objects.
    if (isCloudError(failure, 'not-found')) return targets.map((target) => ({ target, error: failure.toJSON() }));
    if (isCloudError(failure, 'unsupported')) return undefined;
    throw failure;
  }
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
