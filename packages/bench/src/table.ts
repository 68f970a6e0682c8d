/** Prints measurements as a table; ratios are to the first row, which is the floor. */
import type { Measured } from './measure.ts';

/** A table of one title. */
export function table(title: string, rows: readonly Measured[]): string {
  const floor = rows[0]?.median ?? Number.NaN;
  const line = (name: string, ...cells: readonly string[]): string =>
    [name.padEnd(34), ...cells.map((cell) => cell.padStart(9))].join('');
  return [
    line(title, 'median', 'p10', 'p90', 'ratio'),
    ...rows.map(({ name, median, p10, p90 }) =>
      line(`  ${name}`, median.toFixed(0), p10.toFixed(0), p90.toFixed(0), `${(median / floor).toFixed(2)} ×`),
    ),
    '',
  ].join('\n');
}
