/**
 * The limits of the cloud: how many nodes and volumes a region may hold, and its rate of requests.
 */
import { Problem } from '../routing/problem.ts';
import type { Settings } from './settings.ts';

/** How many of each a region may hold; `null` means any number. */
export interface Quotas {
  readonly nodes: number | null;
  readonly volumes: number | null;
}

/** A token bucket for the requests of a region: holds `burst`, refilled by the cloud's clock. */
export interface RateLimit {
  readonly requests_per_second: number;
  readonly burst: number;
}

/** The limits of one cloud. */
export interface Limits {
  quotas(): Quotas;
  setQuotas(change: Partial<Quotas>): void;
  /** @throws {Problem} `quota-exceeded` when the quota is used up. */
  allow(kind: keyof Quotas, held: number): void;
  rateLimit(): RateLimit | null;
  setRateLimit(limit: RateLimit | null): void;
  /** Counts a request. @throws {Problem} `rate-limited`. */
  count(region: string, nowMs: number): void;
  /** Clears the count of requests. */
  reset(): void;
}

const defaultQuotas: Quotas = { nodes: 1000, volumes: 1000 };

/** The limits from the settings. The count of requests is not stored. */
export function createLimits(settings: Settings): Limits {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const quotas = () => settings.get<Quotas>('quotas') ?? defaultQuotas;
  const rateLimit = () => settings.get<RateLimit>('rate-limit') ?? null;
  return {
    quotas,
    setQuotas: (change) => settings.set('quotas', { ...quotas(), ...change }),
    allow(kind, held) {
      const max = quotas()[kind];
      if (max !== null && held >= max) {
        throw new Problem('quota-exceeded', `The quota of ${max} ${kind} in this region is used up.`);
      }
    },
    rateLimit,
    setRateLimit(limit) {
      settings.set('rate-limit', limit ?? undefined);
      buckets.clear();
    },
    count(region, nowMs) {
      const limit = rateLimit();
      if (limit === null) return;
      const { requests_per_second: perSecond, burst } = limit;
      const { tokens, atMs } = buckets.get(region) ?? { tokens: burst, atMs: nowMs };
      const left = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond);
      buckets.set(region, { tokens: left < 1 ? left : left - 1, atMs: nowMs });
      if (left >= 1) return;
      const seconds = Math.max(1, Math.ceil((1 - left) / perSecond));
      throw new Problem('rate-limited', `More than ${perSecond} requests per second. Try again in ${seconds} s.`, {
        headers: { 'Retry-After': seconds },
      });
    },
    reset: () => buckets.clear(),
  };
}
