/**
 * Polling: the interval, jitter and deadline of every wait.
 *
 * A wait times out shortly before its call does, so that the error can say what it was waiting for.
 */
import type { CallOptions } from '../drivers/call-options.ts';
import { type CloudError, invalidArgument } from '../errors.ts';
import { clock, entropy } from '../steps/local-steps.ts';
import { sleep } from '../steps/system-steps.ts';
import type { Operation } from './operation.ts';

/** Options of a wait. */
export interface PollOptions extends CallOptions {
  /**
   * Maximum pause after the first poll, in milliseconds. Each pause is a random time between half the maximum and the
   * maximum. The maximum grows by half with each poll that finds no change, up to ten times this value. Default 1,000.
   */
  readonly pollIntervalMs?: number;
}

/** The result of one poll. */
export type PollResult<Result> =
  | { readonly done: true; readonly result: Result }
  /** `changed` resets the pause to its initial length, because further changes may follow soon. */
  | { readonly done: false; readonly changed: boolean };

const defaultTimeoutMs = 600_000;
const defaultIntervalMs = 1000;
const growth = 1.5;
const maxGrowth = 10;
/**
 * The last poll starts this long before the deadline, or a quarter of the timeout if that is less, so that its response
 * arrives in time.
 */
const maxLastPollMs = 1000;

/**
 * Polls immediately, then with pauses, until a poll is done. Never sleeps past the deadline.
 *
 * @param poll Receives the time since the wait began, in milliseconds.
 * @param timedOut Makes the error when the deadline passes.
 */
export function* pollUntil<Result>(
  poll: (elapsedMs: number) => Operation<PollResult<Result>>,
  options: PollOptions,
  timedOut: (timeoutMs: number) => CloudError,
): Operation<Result> {
  const { pollIntervalMs = defaultIntervalMs, timeoutMs = defaultTimeoutMs } = options;
  if (!Number.isFinite(pollIntervalMs) || pollIntervalMs <= 0) {
    throw invalidArgument('pollIntervalMs', 'must be a number of milliseconds above 0');
  }
  const lastPollMs = timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs - Math.min(timeoutMs / 4, maxLastPollMs);
  const startedMs = yield* clock();
  let elapsedMs = 0;
  for (let unchangedPolls = 0; ; unchangedPolls += 1) {
    const polled = yield* poll(elapsedMs);
    if (polled.done) return polled.result;
    elapsedMs = Math.max(elapsedMs, (yield* clock()) - startedMs);
    if (elapsedMs >= lastPollMs) throw timedOut(timeoutMs);
    if (polled.changed) unchangedPolls = 0;
    const pauseMs = yield* pauseAfter(unchangedPolls, pollIntervalMs);
    yield* sleep(Math.min(pauseMs, lastPollMs - elapsedMs));
    elapsedMs = Math.max(elapsedMs, (yield* clock()) - startedMs);
  }
}

function* pauseAfter(unchangedPolls: number, pollIntervalMs: number): Operation<number> {
  const maxMs = pollIntervalMs * Math.min(growth ** unchangedPolls, maxGrowth);
  const [high = 0, low = 0] = yield* entropy(2);
  return (maxMs * (1 + (high * 256 + low) / 65_535)) / 2;
}
