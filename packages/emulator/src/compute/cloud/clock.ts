/**
 * The cloud's clock. It runs with the machine's until a test freezes or advances it; every state in the cloud is a
 * function of it. It survives a restart: a frozen one stays where it was, one that was advanced stays ahead.
 */
import type { Settings } from './settings.ts';

/** The clock of one cloud. Times are Unix milliseconds. */
export interface CloudClock {
  now(): number;
  readonly isFrozen: boolean;
  /** Stops the clock, or lets it go on from where it stands. */
  freeze(frozen: boolean): void;
  advance(milliseconds: number): void;
}

/** What is kept: where a frozen clock stands, or how far a running one is ahead of the machine's. */
type Kept = { readonly frozenMs: number } | { readonly aheadMs: number };

/** The clock of the cloud with these settings. */
export function createClock(settings: Settings): CloudClock {
  const kept = () => settings.get<Kept>('clock') ?? { aheadMs: 0 };
  const now = () => {
    const known = kept();
    return 'frozenMs' in known ? known.frozenMs : Date.now() + known.aheadMs;
  };
  const isFrozen = () => 'frozenMs' in kept();
  const set = (frozen: boolean, nowMs: number) =>
    settings.set('clock', frozen ? { frozenMs: nowMs } : { aheadMs: nowMs - Date.now() });
  return {
    now,
    get isFrozen() {
      return isFrozen();
    },
    freeze: (frozen) => set(frozen, now()),
    advance: (milliseconds) => set(isFrozen(), now() + milliseconds),
  };
}

/** A time as the cloud writes it (RFC 3339). */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000', '').replace('Z', '+00:00');
}
