/** Keeps a value that expires, such as a token, and renews it before it does. Concurrent callers share one renewal. */

import { isCloudError } from './errors.ts';
import type { Operation } from './operations/operation.ts';
import { share } from './steps/flow-steps.ts';
import { clock } from './steps/local-steps.ts';

/** A value with its expiry. */
export interface Expiring {
  /** In milliseconds since 1970 UTC; absent when the source must be called each time. */
  readonly expiresMs?: number;
}

/** The last value of a source. */
export interface ExpiringValue<Value extends Expiring> {
  /** The value; `undefined` when there is none, or it expires soon. */
  fresh(nowMs: number): Value | undefined;
  /** Gets a new value from the source, unless another caller has done so meanwhile. */
  renew(): Operation<Value>;
  /** Drops the value if the service has refused it. Keeps it if another call has renewed it meanwhile. */
  drop(isRefused: (value: Value) => boolean): void;
}

/**
 * How long before its expiry a value is renewed, in milliseconds. Less than the last five minutes, during which Google's
 * and other metadata servers issue a new token; more than a slow upload of one part takes.
 *
 * @see https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
 */
const maxRefreshAheadMs = 225_000;

/** How long after a failed renewal the next one is tried, in milliseconds, while the last value still holds. */
const retryRenewalMs = 30_000;

/** Keeps the last value of a source. */
export function keepFresh<Value extends Expiring>(source: () => Operation<Value>): ExpiringValue<Value> {
  const owner = {};
  let held: { readonly value: Value; readonly freshUntilMs: number } | undefined;

  const fresh = (nowMs: number): Value | undefined => (held && nowMs < held.freshUntilMs ? held.value : undefined);

  function* refresh(): Operation<Value> {
    const present = fresh(yield* clock());
    if (present !== undefined) return present;
    let value: Value;
    try {
      value = yield* source();
    } catch (failure) {
      // The present value still holds: it is used while the source is out of order, which is asked again after a while.
      const nowMs = yield* clock();
      const expiresMs = held?.value.expiresMs ?? 0;
      if (!held || !isCloudError(failure) || nowMs >= expiresMs) throw failure;
      held = { value: held.value, freshUntilMs: Math.min(nowMs + retryRenewalMs, expiresMs) };
      return held.value;
    }
    if (value.expiresMs === undefined) return value;
    // A value with a short lifetime is used for the first half of it.
    const aheadMs = Math.min(maxRefreshAheadMs, (value.expiresMs - (yield* clock())) / 2);
    held = { value, freshUntilMs: value.expiresMs - aheadMs };
    return value;
  }

  return {
    fresh,
    renew: () => share(owner, refresh()),
    drop(isRefused) {
      if (held && isRefused(held.value)) held = undefined;
    },
  };
}
