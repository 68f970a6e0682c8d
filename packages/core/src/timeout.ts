/** A timeout for a part of a call. */
import { CloudError } from './errors.ts';
import { type Operation, parallel, sleep } from './operation.ts';

/** Thrown to leave {@link parallel} when the operation has ended, which cancels the timer. Callers never see it. */
class Finished extends Error {
  override readonly name = 'Finished';
}

/**
 * Drives an operation and cancels it when the timeout expires; it may then clean up. The call's own timeout still applies.
 *
 * @throws {CloudError} `timeout`, or what the operation throws.
 */
export function* withTimeout<Result>(operation: Operation<Result>, milliseconds: number): Operation<Result> {
  const finished = new Finished('the operation has ended');
  let result: Result | undefined;
  function* finish(): Operation<void> {
    result = yield* operation;
    throw finished;
  }
  function* expire(): Operation<void> {
    yield* sleep(milliseconds);
    throw new CloudError('timeout', `there was no response within ${milliseconds} ms`);
  }
  try {
    yield* parallel([finish(), expire()], 2);
  } catch (failure) {
    if (failure !== finished) throw failure;
  }
  return result as Result;
}
