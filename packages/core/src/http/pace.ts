/**
 * One budget of requests for all calls that share a limit of a service, such as those about one bucket. It costs nothing until the
 * service says that there are too many: then requests are spread out, at half the rate that was too much, and come closer with each
 * success. Without it, every call would back off for itself and all would meet again.
 */

/** The pace of requests that share a limit. */
export interface Pace {
  /** Takes a place. @returns How long to wait for it, in milliseconds. */
  reserve(nowMs: number): number;
  /** The service has refused a request because there were too many. */
  slowDown(nowMs: number): void;
  /** The service has answered a request. */
  speedUp(): void;
}

/** The pace after the first refusal is never faster than this, in milliseconds between requests. */
const minSlowIntervalMs = 2;
/** The slowest pace, in milliseconds between requests. */
const maxIntervalMs = 1000;
/** Refusals within this time, in milliseconds, have one cause: the requests that were under way. */
const sameRefusalMs = 1000;
/** What a success does to the interval: a pace is twice as fast after 35 of them. */
const recovery = 0.98;
/** From this interval on there is no pace, in milliseconds. */
const noIntervalMs = 1;

/** Makes the pace of requests that share a limit. */
export function makePace(): Pace {
  let intervalMs = 0;
  let nextMs = 0;
  let refusedMs = Number.NEGATIVE_INFINITY;
  let lastMs: number | undefined;
  /** A moving average of the time between requests. */
  let usualMs = 0;
  return {
    reserve(nowMs) {
      usualMs = 0.9 * usualMs + 0.1 * Math.min(maxIntervalMs, nowMs - (lastMs ?? nowMs));
      lastMs = nowMs;
      if (intervalMs === 0) return 0;
      const placeMs = Math.max(nowMs, nextMs);
      nextMs = placeMs + intervalMs;
      return placeMs - nowMs;
    },
    slowDown(nowMs) {
      if (nowMs - refusedMs < sameRefusalMs) return;
      refusedMs = nowMs;
      intervalMs = Math.min(maxIntervalMs, Math.max(minSlowIntervalMs, 2 * (intervalMs || usualMs)));
      nextMs = nowMs + intervalMs;
    },
    speedUp() {
      if (intervalMs === 0) return;
      intervalMs *= recovery;
      if (intervalMs < noIntervalMs) intervalMs = 0;
    },
  };
}
