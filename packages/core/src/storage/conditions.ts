/**
 * The portable conditions of writes, copies, deletions and metadata changes: `ifAbsent` and `ifVersion`. Services that keep
 * objects themselves, in memory or on a disk, also check them here.
 */
import { describe } from '../arguments.ts';
import { CloudError, invalidArgument } from '../errors.ts';
import type { ObjectLocation } from './arguments.ts';
import type { ConditionOptions } from './options.ts';
import type { CheckedWrite, Condition, StoragePlan, WriteDetails } from './service.ts';

/**
 * The condition in a call's options.
 *
 * @throws {CloudError} `invalid-argument`; `unsupported` when the service does not keep it.
 */
export function conditionOf(options: ConditionOptions, plan: Pick<StoragePlan, 'conditions'>): Condition | undefined {
  const { ifAbsent, ifVersion } = options;
  if (ifAbsent === undefined && ifVersion === undefined) return undefined;
  if (ifAbsent !== undefined && ifAbsent !== true) {
    throw invalidArgument('ifAbsent', `must be true, or left out, not ${describe(ifAbsent)}`);
  }
  if (ifVersion === undefined) return supported({ kind: 'absent' }, 'ifAbsent', plan);
  if (ifAbsent)
    throw invalidArgument('ifVersion', 'cannot be combined with `ifAbsent`: an absent object has no version');
  if (typeof ifVersion !== 'string' || ifVersion === '') {
    throw invalidArgument('ifVersion', `must be the \`version\` of an object, not ${describe(ifVersion)}`);
  }
  return supported({ kind: 'version', version: ifVersion }, 'ifVersion', plan);
}

function supported(condition: Condition, field: string, { conditions }: Pick<StoragePlan, 'conditions'>): Condition {
  if (conditions.includes(condition.kind)) return condition;
  throw new CloudError('unsupported', `\`${field}\`: this service cannot keep that condition`, { field });
}

/** A write as it was given, for services without options of their own. */
export function plainWrite(location: ObjectLocation, details: WriteDetails): CheckedWrite {
  const { condition } = details;
  return {
    ...details,
    location,
    isConditional: condition !== undefined,
    ...(condition?.kind === 'version' && { ifVersion: condition.version }),
  };
}

/**
 * Checks a condition against the object as it is.
 *
 * @param version Its version; `undefined` when it does not exist.
 * @throws {CloudError} `precondition-failed`.
 */
export function checkCondition(
  location: ObjectLocation,
  condition: Condition | undefined,
  version: string | undefined,
): void {
  if (!condition) return;
  if (condition.kind === 'absent' ? version === undefined : version === condition.version) return;
  throw conditionFailed(location, version === undefined ? 'it does not exist' : `it has the version ${version}`);
}

/** The error for a condition that does not hold. @param state What the object is instead. */
export function conditionFailed({ container, name }: ObjectLocation, state: string): CloudError {
  const message = `object ${JSON.stringify(name)} in ${container}: a condition did not hold: ${state}`;
  return new CloudError('precondition-failed', message, { container, object: name });
}
