/** How fast a run goes: fewer objects at once while a service says that there are too many, and a limit of bytes a second. */
import { type CloudErrorCode, clock, sleep } from '@isobar/core/provider';
import type { Charge } from './contents.ts';

/** Failures that say that there were too many requests. */
const tooMany: readonly CloudErrorCode[] = ['rate-limited', 'unavailable'];
/** After so many successes in a row, one more object is in progress. */
const successesForOneMore = 20;
/** Refusals within this time, in milliseconds, have one cause. */
const sameRefusalMs = 1000;

/** How many objects may be in progress. */
export interface Concurrency {
  readonly allowed: number;
  succeeded(): void;
  /** @returns Whether the failure says that there were too many requests. */
  failed(code: CloudErrorCode, nowMs: number): boolean;
}

/** Halves what is allowed with each refusal, and raises it slowly. */
export function adaptiveConcurrency(max: number): Concurrency {
  let allowed = max;
  let successes = 0;
  let refusedMs = Number.NEGATIVE_INFINITY;
  return {
    get allowed() {
      return allowed;
    },
    succeeded() {
      successes += 1;
      if (successes < successesForOneMore || allowed === max) return;
      successes = 0;
      allowed += 1;
    },
    failed(code, nowMs) {
      if (!tooMany.includes(code)) return false;
      successes = 0;
      if (nowMs - refusedMs >= sameRefusalMs) {
        refusedMs = nowMs;
        allowed = Math.max(1, Math.floor(allowed / 2));
      }
      return true;
    },
  };
}

/** Waits so long before bytes are passed on that no more than so many pass in a second. */
export function byteLimit(limit: number | (() => number | undefined) | undefined): Charge {
  if (limit === undefined) return function* () {};
  let freeMs = 0;
  return function* (byteCount) {
    const maxBytesPerSecond = typeof limit === 'number' ? limit : limit();
    if (maxBytesPerSecond === undefined) return;
    const nowMs = yield* clock();
    const startMs = Math.max(nowMs, freeMs);
    freeMs = startMs + (byteCount / maxBytesPerSecond) * 1000;
    if (freeMs > nowMs) yield* sleep(freeMs - nowMs);
  };
}
