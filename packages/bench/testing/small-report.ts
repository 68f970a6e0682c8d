/** A small report for tests of what is made from reports. */
import type { Cell, Report } from '../src/report/model.ts';

/** A measured cell with a ratio. */
export function measuredCell(contender: string, median: number, ratio?: { low: number; high: number }): Cell {
  const middle = ratio && { median: (ratio.low + ratio.high) / 2, ...ratio };
  return {
    contender,
    at: 32,
    outcome: {
      kind: 'measured',
      samples: [median],
      median,
      low: median * 0.9,
      high: median * 1.1,
      isWide: false,
      ...(middle && { ratio: middle }),
    },
  };
}

/** A report of one experiment. */
export function smallReport(cells: readonly Cell[]): Report {
  return {
    schemaVersion: 1,
    kind: 'quick',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 1000,
    machine: { cpu: 'Abacus', cores: 2, memoryBytes: 8 * 1024 ** 3, platform: 'linux x64', node: 'v24.0.0' },
    versions: { undici: '8.0.0' },
    method: ['With care.'],
    contenders: [],
    experiments: [
      {
        id: 'get-1k-cpu',
        title: 'GET',
        question: 'How much?',
        unit: 'µs',
        better: 'lower',
        floor: 'undici',
        plot: 'bars',
        cells,
      },
    ],
    targets: [],
    programs: [],
  };
}
