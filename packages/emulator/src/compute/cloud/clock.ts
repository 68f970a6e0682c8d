/**
 * The cloud's clock. It follows the machine's clock until a test freezes or advances it. Every state in the cloud is a
 * function of it. It survives a restart: a frozen clock keeps its time, an advanced clock stays ahead.
 */
import type { Settings } from './settings.ts';

/** The clock of one cloud. Times are Unix milliseconds. */
export interface CloudClock {
  now(): number;
  readonly isFrozen: boolean;
  /** Stops the clock, or lets it continue from its current time. */
  freeze(frozen: boolean): void;
  advance(milliseconds: number): void;
}

/** What is stored: the time of a frozen clock, or how far a running clock is ahead of the machine's. */
type Stored = { readonly frozenMs: number } | { readonly aheadMs: number };

/** The clock of the cloud with these settings. */
export function createClock(settings: Settings): CloudClock {
  const stored = () => settings.get<Stored>('clock') ?? { aheadMs: 0 };
  const now = () => {
    const current = stored();
    return 'frozenMs' in current ? current.frozenMs : Date.now() + current.aheadMs;
  };
  const isFrozen = () => 'frozenMs' in stored();
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

/** Formats a time as the cloud does (RFC 3339). */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000', '').replace('Z', '+00:00');
}
