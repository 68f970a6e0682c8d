/** A time limit for a part of a call. */
import { CloudError } from './errors.ts';
import { type Operation, parallel, sleep } from './operation.ts';

/** Leaves {@link parallel} with a result, which cancels the rest. Never seen by callers. */
class Finished extends Error {
  override readonly name = 'Finished';
}

/**
 * Drives an operation for at most so long; then it is cancelled, and cleans up. The limit of the whole call still holds.
 *
 * @throws {CloudError} `timeout`, or what the operation throws.
 */
export function* withinTime<Result>(operation: Operation<Result>, milliseconds: number): Operation<Result> {
  const finished = new Finished('the operation has ended');
  let result: Result | undefined;
  function* finish(): Operation<void> {
    result = yield* operation;
    throw finished;
  }
  function* expire(): Operation<void> {
    yield* sleep(milliseconds);
    throw new CloudError('timeout', `there was no answer within ${milliseconds} ms`);
  }
  try {
    yield* parallel([finish(), expire()], 2);
  } catch (failure) {
    if (failure !== finished) throw failure;
  }
  return result as Result;
}
