/**
 * What the cloud gives out at most: how many nodes and volumes a region may hold, and how many requests it takes.
 */
import { Problem } from '../routing/problem.ts';
import type { Settings } from './settings.ts';

/** How many of each a region may hold; `null` is any number. */
export interface Quotas {
  readonly nodes: number | null;
  readonly volumes: number | null;
}

/** How many requests a region takes: so many at once, refilled at so many a second of the cloud's clock. */
export interface RateLimit {
  readonly requests_per_second: number;
  readonly burst: number;
}

/** The limits of one cloud. */
export interface Limits {
  quotas(): Quotas;
  setQuotas(change: Partial<Quotas>): void;
  /** @throws {Problem} `quota-exceeded` when there is no room for one more. */
  allow(kind: keyof Quotas, held: number): void;
  rateLimit(): RateLimit | null;
  setRateLimit(limit: RateLimit | null): void;
  /** Counts a request. @throws {Problem} `rate-limited`. */
  count(region: string, nowMs: number): void;
  /** Forgets the requests counted. */
  reset(): void;
}

const defaultQuotas: Quotas = { nodes: 1000, volumes: 1000 };

/** The limits as the settings have them. The requests counted are not kept. */
export function createLimits(settings: Settings): Limits {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const quotas = () => settings.get<Quotas>('quotas') ?? defaultQuotas;
  const rateLimit = () => settings.get<RateLimit>('rate-limit') ?? null;
  return {
    quotas,
    setQuotas: (change) => settings.set('quotas', { ...quotas(), ...change }),
    allow(kind, held) {
      const most = quotas()[kind];
      if (most !== null && held >= most) {
        throw new Problem('quota-exceeded', `The quota of ${most} ${kind} in this region is used up.`);
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
      throw new Problem('rate-limited', `More than ${perSecond} requests a second. Try again in ${seconds} s.`, {
        headers: { 'Retry-After': seconds },
      });
    },
    reset: () => buckets.clear(),
  };
}
