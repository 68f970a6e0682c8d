/** The end of `npm start`: what was seen in this run, which design to take, and what to do next. */
import { recommendations } from '../packages/bench/src/report/decision.ts';

/** What one example did in one design. */
export interface Seen {
  readonly lines: readonly string[];
  readonly exchanges: number;
}

/** What the examples did, by program and design. */
export type SeenByProgram = ReadonlyMap<string, readonly Seen[]>;

/** Summarises the runs. Numbers are ranges over the designs. */
export function summary(seen: SeenByProgram): string {
  const linesOf = (program: string): string[] => (seen.get(program) ?? []).flatMap(({ lines }) => lines);
  const ms = (program: string, label: string): string => `${range(numbers(linesOf(program), label, ' ms'))} ms`;
  const exchanges = (program: string): string =>
    `${range((seen.get(program) ?? []).map((one) => one.exchanges))} exchanges`;
  const ticks = (kind: string): string => range(numbers(linesOf('report'), `${kind}: `, ' ticks'));
  const rows = [
    [
      'three regions',
      `one after the other ${ms('regions', 'one after the other: ')}, together ${ms('regions', 'together: ')}`,
    ],
    [
      'eight regions',
      `blocking one by one ${ms('eight', 'blocking, one by one: ')}, in one blocking call ${ms('eight', 'blocking, in one call: ')}, awaited together ${ms('eight', 'awaited, together: ')}`,
    ],
    [
      'a region is down',
      `${range(numbers(linesOf('outage'), 'awaited: ', ' of 11 regions'))} of 11 regions answered, the failure names the other`,
    ],
    [
      'the first region',
      `answered after ${ms('first', 'awaited: eu-west answered first, after ')}; the others were ended`,
    ],
    [
      'a fleet',
      `${range(numbers(linesOf('fleet'), 'running: ', ' nodes'))} nodes awaited with ${range(numbers(linesOf('fleet'), ' ms, ', ' polls'))} exchanges`,
    ],
    [
      'many objects',
      `${range(numbers(linesOf('objects'), 'up: ', ' objects'))} up and down in parallel, ${exchanges('objects')}`,
    ],
    ['a long report', `ticks of a ticker meanwhile: awaited ${ticks('awaited')}, blocking ${ticks('blocking')}`],
  ];
  return [
    'What was seen',
    ...rows.map(([name = '', text]) => `  ${name.padEnd(18)}${text}`),
    '',
    'Which design to take (why: docs/designs.md)',
    ...recommendations.map(({ sentence }) => `  ${sentence}`),
    '',
    'What to do next',
    '  npm install @isobar/design-flag @isobar/storage-google   in your project; see README.md',
    '  npm run bench                                            speed, sizes and the comparison of the designs',
    '  npm test                                                 every check',
  ].join('\n');
}

/** The numbers between two texts, in all lines that have them. */
function numbers(lines: readonly string[], before: string, after: string): number[] {
  return lines.flatMap((line) => {
    const start = line.indexOf(before) + before.length;
    const digits = line.includes(before) ? /^\d+/.exec(line.slice(start))?.[0] : undefined;
    return digits !== undefined && line.startsWith(after, start + digits.length) ? Number(digits) : [];
  });
}

function range(values: readonly number[]): string {
  if (values.length === 0) throw new Error('an example did not print what the summary needs');
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return min === max ? String(max) : `${min} to ${max}`;
}
