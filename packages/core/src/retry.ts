/**
 * Retrying, as an operation around an operation: what may be repeated, how long to wait, when to give up.
 *
 * The wait is "full jitter": a random share of an exponentially growing limit. Each attempt runs the operation anew, so
 * it is signed anew.
 */
import { CloudError, causeOf, isCloudError } from './errors.ts';
import { clock, entropy, type Operation, sleep } from './operation.ts';

/** How failed exchanges are repeated. */
export interface RetryPolicy {
  /** Most tries of one exchange, the first included. 1 turns retrying off. Default 5. */
  readonly attempts: number;
  /** Limit of the first wait, in milliseconds; doubled for each further one. Default 250. */
  readonly baseDelayMs: number;
  /** Limit of any wait that the server did not ask for, in milliseconds. Default 32 000. */
  readonly maxDelayMs: number;
  /** No new try starts later than this after the first failure, in milliseconds. Default 120 000. */
  readonly budgetMs: number;
}

/** What {@link retry} does unless told otherwise. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 5,
  baseDelayMs: 250,
  maxDelayMs: 32_000,
  budgetMs: 120_000,
};

/**
 * Runs an attempt until it succeeds, fails for good, or the policy is used up.
 *
 * @param idempotent Whether repeating is harmless. When not, only failures are repeated of which it is certain that the
 * server did nothing: a rate limit, or a request that never left.
 * @param attempt Is told which try it is, from 1.
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
      // One that has been counted was tried again by an operation inside, such as that for a token.
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

/** The wait before the next try: full jitter, and never less than the server asked for. */
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
 * Reads a `Retry-After` header: seconds, or a date.
 *
 * @returns Milliseconds to wait, at least 0; `undefined` when the header is absent or makes no sense.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  // Every form of HTTP date begins with a weekday; `Date.parse` alone would also take "-5" and "1.5" for dates.
  const dateMs = /^\s*[A-Za-z]/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
