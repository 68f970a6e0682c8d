/** The portable conditions of writes, copies, deletions and metadata changes: `ifAbsent` and `ifVersion`. */
import { describe } from '../arguments.ts';
import { CloudError, invalidArgument } from '../errors.ts';
import type { ConditionOptions } from './options.ts';
import type { Condition, StoragePlan } from './service.ts';

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
