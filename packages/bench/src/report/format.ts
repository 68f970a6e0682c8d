/** Numbers as people read them. */
import type { Experiment, Outcome } from './model.ts';

/** A value with its unit: `1.2 ms`, `3.3 MB`. */
export function formatValue(value: number, unit: Experiment['unit']): string {
  if (unit === 'ratio') return `${round(value)} ×`;
  if (unit === 'count') return String(Math.round(value));
  if (unit === 'bytes') return scaled(value, ['B', 'kB', 'MB', 'GB']);
  const inNanoseconds = value * { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[unit];
  return scaled(inNanoseconds, ['ns', 'µs', 'ms', 's']);
}

/** An outcome in a few words. */
export function formatOutcome(outcome: Outcome, unit: Experiment['unit']): string {
  switch (outcome.kind) {
    case 'measured':
      return formatValue(outcome.median, unit);
    case 'timeline':
      return `longest stall ${formatValue(outcome.longestStallMs, 'ms')}`;
    case 'text':
      return outcome.text;
    case 'unsupported':
      return `unsupported: ${outcome.why}`;
    case 'failed':
      return `FAILED: ${outcome.why}`;
  }
}

function scaled(value: number, units: readonly string[]): string {
  let step = 0;
  let shown = value;
  while (Math.abs(shown) >= 1000 && step < units.length - 1) {
    shown /= 1000;
    step += 1;
  }
  return `${round(shown)} ${units[step]}`;
}

function round(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
