/**
 * Retries an operation: decides what may be repeated, how long to wait, and when to give up.
 *
 * The backoff is exponential with full jitter: a random time between 0 and a limit that doubles. Each attempt runs the
 * operation again, so the request is signed again.
 */
import { CloudError, causeOf, isCloudError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { clock, entropy } from '../steps/local-steps.ts';
import { sleep } from '../steps/system-steps.ts';

/** How failed exchanges are repeated. */
export interface RetryPolicy {
  /** Maximum number of attempts of one exchange, including the first. 1 turns retries off. Default 5. */
  readonly attempts: number;
  /** Maximum of the first delay, in milliseconds; doubled for each further one. Default 250. */
  readonly baseDelayMs: number;
  /** Maximum of any delay that the server did not ask for, in milliseconds. Default 32 000. */
  readonly maxDelayMs: number;
  /** No attempt starts later than this after the first failure, in milliseconds. Default 120 000. */
  readonly budgetMs: number;
}

/** The default retry policy. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 5,
  baseDelayMs: 250,
  maxDelayMs: 32_000,
  budgetMs: 120_000,
};

/**
 * Runs an attempt until it succeeds, fails with an error that is not retried, or the policy is exhausted.
 *
 * @param idempotent Whether repeating is safe. If not, it retries only failures after which the server certainly did
 * nothing: a rate limit, or a request that was never sent.
 * @param attempt Receives the number of the attempt, from 1.
 * @throws {CloudError} The last failure, with `details.attempts`.
 */
export function* retry<Result>(
  policy: RetryPolicy,
  idempotent: boolean,
  attempt: (attempts: number) => Operation<Result>,
): Operation<Result> {
  let firstFailureMs: number | undefined;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return yield* attempt(attempts);
    } catch (failure) {
      if (!isCloudError(failure)) throw failure;
      // An inner operation, such as the request for a token, has already retried this failure.
      if (failure.details.attempts !== undefined) throw failure;
      if (attempts >= policy.attempts || !isTransient(failure, idempotent)) throw counted(failure, attempts);
      const nowMs = yield* clock();
      firstFailureMs ??= nowMs;
      const delayMs = yield* delayBefore(attempts, policy, failure);
      if (nowMs + delayMs - firstFailureMs > policy.budgetMs) throw counted(failure, attempts);
      yield* sleep(delayMs);
    }
  }
}

/** The delay before the next attempt: full jitter, but at least what the server asked for. */
function* delayBefore(attempts: number, policy: RetryPolicy, failure: CloudError): Operation<number> {
  const limitMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempts - 1));
  const [high = 0, low = 0] = yield* entropy(2);
  const share = (high * 256 + low) / 65_535;
  return Math.max(share * limitMs, failure.details.retryAfterMs ?? 0);
}

function isTransient(failure: CloudError, idempotent: boolean): boolean {
  if (failure.details.permanent) return false;
  if (failure.code === 'rate-limited' || failure.details.unsent) return true;
  return idempotent && (failure.code === 'unavailable' || failure.code === 'network' || failure.code === 'timeout');
}

function counted(failure: CloudError, attempts: number): CloudError {
  if (attempts === 1) return failure;
  const message = `${failure.message} (after ${attempts} attempts)`;
  return new CloudError(failure.code, message, { ...failure.details, attempts }, causeOf(failure));
}

/**
 * Parses a `Retry-After` header: seconds, or a date.
 *
 * @returns Milliseconds to wait, at least 0; `undefined` when the header is absent or invalid.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  // Every HTTP date format begins with a weekday. `Date.parse` alone would also accept "-5" and "1.5" as dates.
  const dateMs = /^\s*[A-Za-z]/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
