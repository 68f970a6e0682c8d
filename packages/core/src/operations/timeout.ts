/** A timeout for a part of a call. */
import { CloudError } from '../errors.ts';
import { race } from '../steps/flow-steps.ts';
import { sleep } from '../steps/system-steps.ts';
import type { Operation } from './operation.ts';

/**
 * Drives an operation and cancels it when the timeout expires; it may then clean up. The call's own timeout still applies.
 *
 * @throws {CloudError} `timeout`, or what the operation throws.
 */
export function withTimeout<Result>(operation: Operation<Result>, milliseconds: number): Operation<Result> {
  return race([operation, expire(milliseconds)]);
}

function* expire(milliseconds: number): Operation<never> {
  yield* sleep(milliseconds);
  throw new CloudError('timeout', `there was no response within ${milliseconds} ms`);
}
