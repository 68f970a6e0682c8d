/** Checks the names of objects and containers that a call is about. */
import { locationOf, type ObjectLocation } from '../arguments.ts';
import { conditionOf } from '../conditions.ts';
import type { ContainerReference, ObjectReference } from '../models.ts';
import type { ConditionOptions } from '../options.ts';
import type { StorageService, VersionedLocation } from '../service.ts';

/** How a service checks names. */
export type NameChecks = Pick<StorageService, 'containerName' | 'objectName'>;

/** An object's location, with both names checked. */
export function checkedLocation(service: NameChecks, object: ObjectReference, field = 'object'): ObjectLocation {
  const { container, name } = locationOf(object, field);
  return {
    container: service.containerName(container, `${field}.container`),
    name: service.objectName(name, `${field}.name`),
  };
}

/** An object's location from two arguments, both checked. */
export function locationAt(service: NameChecks, container: ContainerReference, objectName: string): ObjectLocation {
  return { container: service.containerName(container), name: service.objectName(objectName) };
}

const versionOnly = { conditions: ['version'] } as const;
const noConditions = { conditions: [] } as const;

/** The object, or version of it, that a call reads or deletes, checked. Only deletions have conditions. */
export function checkedTarget(
  service: Pick<StorageService, 'plan' | 'checkTarget' | 'containerName' | 'objectName'>,
  object: ObjectReference,
  options: object,
): VersionedLocation {
  const location = checkedLocation(service, object);
  const { ifAbsent, ifVersion } = options as ConditionOptions;
  const isConditional = ifAbsent !== undefined || ifVersion !== undefined;
  const kept = service.plan(location.container).deletions.conditions ? versionOnly : noConditions;
  const condition = isConditional ? conditionOf(options, kept) : undefined;
  return service.checkTarget(location, { options, condition, object });
}
