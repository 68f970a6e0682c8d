/**
 * Operations. Providers write an operation as a generator that yields *steps* and receives *replies*. The steps are in
 * `steps/`, a file for each family; nothing there performs them.
 */
import type { Step } from '../steps/step.ts';

/**
 * A provider's operation. It has no I/O, clock or randomness of its own, and does not know whether its caller blocks or
 * awaits. It does nothing until it is driven, and must be driven only once.
 */
export type Operation<Result> = Generator<Step, Result, unknown>;

/**
 * Runs a cleanup operation in a `finally` block. After a cancellation all other steps are refused; steps inside `cleanUp`
 * are still performed, with a timeout of ten seconds of their own.
 */
export function* cleanUp<Result>(operation: Operation<Result>): Operation<Result> {
  let next = operation.next();
  while (!next.done) {
    let reply: unknown;
    try {
      reply = yield { ...next.value, isCleanup: true };
    } catch (failure) {
      next = operation.throw(failure);
      continue;
    }
    next = operation.next(reply);
  }
  return next.value;
}
