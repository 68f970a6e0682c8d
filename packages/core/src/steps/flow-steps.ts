/** Steps that run other operations. The engine schedules them, in both kinds; see `engine/engine.ts`. */
import { invalidArgument } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { seal } from './step.ts';

/** The flow steps. */
export type FlowShape =
  | {
      readonly kind: 'parallel';
      readonly operations: Iterable<Operation<unknown>>;
      readonly limit: number;
      readonly isEnough?: (() => boolean) | undefined;
    }
  | { readonly kind: 'race'; readonly operations: readonly Operation<unknown>[] }
  | { readonly kind: 'on'; readonly driver: object; readonly operation: Operation<unknown> }
  | { readonly kind: 'share'; readonly owner: object; readonly operation: Operation<unknown> };

/**
 * Drives several operations concurrently, in both kinds.
 *
 * Takes an operation from the iterable only when fewer than `limit` run, so a generator can produce many operations with
 * few of them in memory. The first failure cancels the others (their `finally` blocks run) and is thrown when all have
 * ended.
 *
 * @param limit Maximum number of running operations, at least 1.
 * @param isEnough Asked after each operation that succeeds. Once it returns true, the others are cancelled and no more are
 * started; their results are `undefined` or missing.
 * @returns The results in the order of the operations.
 */
export function* parallel<Result>(
  operations: Iterable<Operation<Result>>,
  limit: number,
  isEnough?: () => boolean,
): Operation<Result[]> {
  return (yield seal({ kind: 'parallel', operations, limit, isEnough })) as Result[];
}

/**
 * Drives several operations concurrently until one has ended. The others are then cancelled and may clean up.
 *
 * @param operations At least one. When one ends without waiting, those after it are not started.
 * @returns The result of the first operation to end.
 * @throws What it throws, if it fails. `invalid-argument` without operations.
 */
export function* race<Result>(operations: readonly Operation<Result>[]): Operation<Result> {
  if (operations.length === 0) throw invalidArgument('operations', 'must have at least one operation to race');
  return (yield seal({ kind: 'race', operations })) as Result;
}

/**
 * Runs an operation on the connection of another driver: with its connection pool, limits and timeout, until it is closed.
 * For {@link operationsOf}, whose operations use it.
 *
 * @param driver What the package that makes drivers knows the other driver by.
 * @throws {CloudError} `session-closed` when the driver is closed; `unsupported` when it cannot run in this kind of call.
 */
export function* on<Result>(driver: object, operation: Operation<Result>): Operation<Result> {
  return (yield seal({ kind: 'on', driver, operation })) as Result;
}

/**
 * Runs one operation for all concurrent callers with the same owner (single flight). The first caller's operation is
 * driven. Callers that join before it has ended get its result or its failure, and their own operations never start.
 * Nothing is cached: the next caller after the end starts again.
 *
 * Cancelling one caller does not affect the others. Cancelling the last one cancels the operation.
 *
 * @param owner Any object, compared by identity. The operation must not share on the same owner, or it would wait for
 * itself.
 */
export function* share<Result>(owner: object, operation: Operation<Result>): Operation<Result> {
  return (yield seal({ kind: 'share', owner, operation })) as Result;
}
