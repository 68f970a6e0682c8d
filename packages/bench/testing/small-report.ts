/** A small report for tests of what is made from reports. */
import type { Cell, Experiment, Measured, Report } from '../src/report/model.ts';

/** Numbers around a median, with a tenth to each side. */
export function measured(median: number, more: Partial<Measured> = {}): Measured {
  const samples = [median * 0.9, median, median * 1.1];
  return { kind: 'measured', samples, median, low: median * 0.9, high: median * 1.1, isWide: false, ...more };
}

/** A measured cell with 32 calls in flight, and perhaps a ratio to the floor. */
export function cell(contender: string, median: number, ratio?: { low: number; high: number }): Cell {
  const middle = ratio && { median: (ratio.low + ratio.high) / 2, ...ratio };
  return { contender, at: 32, outcome: measured(median, middle && { ratio: middle }) };
}

/** An experiment. */
export function experiment(id: string, cells: readonly Cell[], more: Partial<Experiment> = {}): Experiment {
  return { id, title: `Title of ${id}`, question: 'How much?', unit: 'µs', plot: 'intervals', cells, ...more };
}

/** A report of the cells as GETs. */
export function smallReport(cells: readonly Cell[], more: Partial<Report> = {}): Report {
  return {
    schemaVersion: 2,
    mode: 'full',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 1000,
    machine: { cpu: 'Abacus', cores: 2, memoryBytes: 8 * 1024 ** 3, platform: 'linux x64', node: 'v24.0.0' },
    versions: { undici: '8.0.0' },
    method: ['With care.'],
    experiments: [experiment('get-1k-cpu', cells, { floor: 'undici' })],
    targets: [],
    decisions: [],
    calledFunctions: [],
    programs: [],
    ...more,
  };
}
