/** An experiment as lines for a terminal. */
import { contenderOf } from '../contenders.ts';
import { formatOutcome, formatValue } from './format.ts';
import type { Cell, Experiment } from './model.ts';

const width = 44;

/** A table: one row for each cell. */
export function terminalTable(experiment: Experiment): string {
  const { unit, cells, title, floor } = experiment;
  const hasNumbers = cells.some(({ outcome }) => outcome.kind === 'measured');
  const headline = hasNumbers ? row(title, ['median', '95 % interval', floor === undefined ? '' : 'ratio']) : title;
  return [headline, ...cells.map((cell) => line(cell, unit)), ''].join('\n');
}

function line(cell: Cell, unit: Experiment['unit']): string {
  const { contender, series, at, outcome } = cell;
  const parts = [contenderOf(contender).name, series, at === undefined ? undefined : `${at} in flight`];
  const name = `  ${parts.filter((part) => part !== undefined).join(', ')}`;
  if (outcome.kind !== 'measured') {
    const text = formatOutcome(outcome, unit).replaceAll('\n', `\n${' '.repeat(width)}`);
    return name.length < width ? `${name.padEnd(width)}${text}` : `${name}\n${' '.repeat(width)}${text}`;
  }
  const { low, high, ratio, isWide } = outcome;
  const interval = low === high ? '' : `${formatValue(low, unit)} – ${formatValue(high, unit)}`;
  const ratioText = ratio === undefined ? '' : formatValue(ratio.median, 'ratio');
  return row(name, [formatValue(outcome.median, unit), interval, ratioText, isWide ? '  wide' : '']);
}

function row(name: string, [median = '', interval = '', ratio = '', remark = '']: readonly string[]): string {
  return `${name.padEnd(width)}${median.padStart(10)}${interval.padStart(24)}${ratio.padStart(10)}${remark}`.trimEnd();
}
