/** Every measurement, in the order in which they run. */
import type { Measurement } from '../runner/measurement.ts';
import { calls } from './calls.ts';
import { code } from './code.ts';
import { transfers } from './transfers.ts';

/** Every measurement. */
export const measurements: readonly Measurement[] = [...calls, ...transfers, ...code];
