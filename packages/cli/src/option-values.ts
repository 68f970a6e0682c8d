/** Reads the values of options. */
import { InvalidArgumentError } from 'commander';
import { parseSize } from './sizes.ts';

/** A whole number. */
export function whole(min: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) >= min) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`);
  };
}

/** A size, such as 10K. */
export function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError('It must be a size, such as 500, 10K, 1.5M or 2G.');
}

/** A date, or an age. */
export function time(text: string): Date {
  const ago = /^(\d+)(m|h|d|w)$/.exec(text);
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  const date = ago ? new Date(Date.now() - Number(ago[1]) * unitMs[ago[2] as 'm']) : new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('It must be a date (2026-11-28, 2026-11-28T12:00Z) or an age (30m, 12h, 7d, 2w).');
}

/** A time in seconds. */
export function lifetime(text: string): number {
  const match = /^(\d+)([smhd]?)$/.exec(text);
  const seconds = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
  if (match && Number(match[1]) > 0) return Number(match[1]) * seconds[match[2] as 's'];
  throw new InvalidArgumentError('It must be a time, such as 90s, 15m, 1h or 7d.');
}

/** An option that can be repeated. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Two positions of bytes. @returns The first, and the one after the last. */
export function range(text: string): readonly [number, number | undefined] {
  const match = /^(\d+)-(\d*)$/.exec(text);
  if (match) return [Number(match[1]), match[2] ? Number(match[2]) + 1 : undefined];
  throw new InvalidArgumentError('It must be two positions of bytes, such as 0-99, or 100- for the rest.');
}

/** A share, such as 3/16. */
export function share(text: string): { readonly number: number; readonly of: number } {
  const [, number = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (number >= 1 && number <= of) return { number, of };
  throw new InvalidArgumentError('It must be a share, such as 3/16 for the third of sixteen.');
}
