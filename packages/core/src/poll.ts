/**
 * Looking again and again until something has come true: the pace, the jitter and the deadline of every wait.
 *
 * A wait ends by itself before its call is cut off, so that its error can say what it was waiting for.
 */
import type { CallOptions } from './call-options.ts';
import { type CloudError, invalidArgument } from './errors.ts';
import { clock, entropy, type Operation, sleep } from './operation.ts';

/** How to wait for something that takes its time. */
export interface PollOptions extends CallOptions {
  /**
   * Longest pause after the first look, in milliseconds; each pause is a random time from half of it up. It grows by half
   * for each look that finds nothing new, up to ten times. Default 1,000.
   */
  readonly pollIntervalMs?: number;
}

/** What a look has found. */
export type Look<Result> =
  | { readonly done: true; readonly result: Result }
  /** `changed`: the next pause is short again, as more may follow soon. */
  | { readonly done: false; readonly changed: boolean };

const defaultTimeoutMs = 600_000;
const defaultIntervalMs = 1000;
const growth = 1.5;
const maxGrowth = 10;
/** The last look starts a quarter of the time before the deadline, at most this much, so that its answer arrives. */
const maxLastCheckMs = 1000;

/**
 * Looks at once, then with pauses, until a look says that it is done. Never sleeps past the deadline.
 *
 * @param look Is told how long the wait has lasted, in milliseconds.
 * @param late Makes the error for a wait that has run out of time.
 */
export function* pollUntil<Result>(
  look: (elapsedMs: number) => Operation<Look<Result>>,
  options: PollOptions,
  late: (timeoutMs: number) => CloudError,
): Operation<Result> {
  const { pollIntervalMs = defaultIntervalMs, timeoutMs = defaultTimeoutMs } = options;
  if (!Number.isFinite(pollIntervalMs) || pollIntervalMs <= 0) {
    throw invalidArgument('pollIntervalMs', 'must be a number of milliseconds above 0');
  }
  const lastLookMs = timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs - Math.min(timeoutMs / 4, maxLastCheckMs);
  const startedMs = yield* clock();
  let elapsedMs = 0;
  for (let quietLooks = 0; ; quietLooks += 1) {
    const seen = yield* look(elapsedMs);
    if (seen.done) return seen.result;
    elapsedMs = Math.max(elapsedMs, (yield* clock()) - startedMs);
    if (elapsedMs >= lastLookMs) throw late(timeoutMs);
    if (seen.changed) quietLooks = 0;
    const pauseMs = yield* pauseAfter(quietLooks, pollIntervalMs);
    yield* sleep(Math.min(pauseMs, lastLookMs - elapsedMs));
    elapsedMs = Math.max(elapsedMs, (yield* clock()) - startedMs);
  }
}

function* pauseAfter(quietLooks: number, pollIntervalMs: number): Operation<number> {
  const longestMs = pollIntervalMs * Math.min(growth ** quietLooks, maxGrowth);
  const [high = 0, low = 0] = yield* entropy(2);
  return (longestMs * (1 + (high * 256 + low) / 65_535)) / 2;
}
