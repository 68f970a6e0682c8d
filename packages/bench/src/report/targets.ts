/** The project's targets, beside what a run has seen. A target whose experiment did not run is left out. */
import { formatValue } from './format.ts';
import type { Experiment, Measured, Target } from './model.ts';

interface Seen {
  readonly value: number;
  /** In words. */
  readonly text: string;
  readonly note?: string;
}

interface Rule {
  readonly id: string;
  readonly what: string;
  readonly target: string;
  /** The largest value that meets it. */
  readonly most: number;
  see(find: Find): Seen | undefined;
}

type Find = (experiment: string, contender: string, at?: number, series?: string) => Measured | undefined;

const asyncIds = ['session-async', 'mixin-async', 'flag-async'];
const blockingIds = ['session-blocking', 'mixin-blocking', 'flag-blocking'];
const mebibyte = 1024 * 1024;

const rules: readonly Rule[] = [
  ratioRule('get-cpu', 'async GET of 1 KiB, 32 in flight, client CPU', 0.9, 'get-1k-cpu', asyncIds, 32),
  ratioRule('put-cpu', 'async PUT of 1 KiB, 32 in flight, client CPU', 1.1, 'put-1k-cpu', asyncIds, 32),
  ratioRule('list-page', 'a listing page of 1,000 objects, client CPU', 2, 'list-page-cpu', asyncIds),
  ratioRule('upload', '64 MiB from a file, checksummed, wall', 1.1, 'transfer-64m-up', asyncIds),
  ratioRule('download', '64 MiB into a file, checksummed, wall', 1.1, 'transfer-64m-down', asyncIds),
  {
    id: 'blocking-get',
    what: 'blocking GET of 1 KiB against the same call awaited, wall',
    target: '≤ 1.15 ×',
    most: 1.15,
    see: (find) =>
      worst(
        ['session', 'mixin', 'flag'],
        (design) => {
          const blocking = find('get-1k-wall', `${design}-blocking`, 1);
          const awaited = find('get-1k-wall', `${design}-async`, 1);
          return blocking && awaited && blocking.median / awaited.median;
        },
        'ratio',
      ),
  },
  {
    id: 'blocking-opendal',
    what: "blocking GET of 1 KiB against OpenDAL's, wall",
    target: '< 1 ×',
    most: 1,
    see: (find) =>
      worst(
        blockingIds,
        (id) => {
          const [ours, theirs] = [find('get-1k-wall', id, 1), find('get-1k-wall', 'opendal-blocking', 1)];
          return ours && theirs && ours.median / theirs.median;
        },
        'ratio',
      ),
  },
  ...(['async', 'blocking'] as const).map(
    (kind): Rule => ({
      id: `overhead-${kind}`,
      what: `a design's own cost over driving the bare operation, ${kind}`,
      target: '≤ 200 ns',
      most: 200,
      see: (find) =>
        worst(
          ['session', 'mixin', 'flag'],
          (design) => {
            const [design_, bare] = [
              find(`overhead-${kind}`, `${design}-${kind}`),
              find(`overhead-${kind}`, `bare-${kind}`),
            ];
            return design_ && bare && design_.median - bare.median;
          },
          'ns',
        ),
    }),
  ),
  {
    id: 'memory',
    what: 'memory that a transfer of 2 GiB adds (parts of 32 MiB, 4 at once)',
    target: '≤ 192 MiB',
    most: 192 * mebibyte,
    see: (find) =>
      worst(
        ['up', 'down'].flatMap((direction) => ['flag-async', 'flag-blocking'].map((id) => `${direction} ${id}`)),
        (which) => {
          const [direction, id = ''] = which.split(' ');
          const peak = find(`memory-2g-${direction}-memory`, id);
          // What the same process takes when it moves next to nothing.
          const idle = find('get-1k-cpu', id, 1)?.peakBytes;
          return peak && idle && peak.median - idle;
        },
        'bytes',
      ),
  },
  {
    id: 'small-objects',
    what: '1,000 small objects over a 20 ms link, 64 in flight, against 1000/64 × 20 ms',
    target: '≤ 1.15 ×',
    most: 1.15,
    see: (find) =>
      worst(
        ['up', 'down'].flatMap((direction) => asyncIds.map((id) => `${direction} ${id}`)),
        (which) => {
          const [direction, id = ''] = which.split(' ');
          const seen = find(`small-objects-${direction}`, id, 64, '20 ms link');
          return seen && seen.median / ((1000 / 64) * 0.02);
        },
        'ratio',
      ),
  },
  {
    id: 'install',
    what: 'installation of one design and one HTTP provider, on disk',
    target: '≤ 3.5 MB',
    most: 3.5e6,
    see: (find) => worst(asyncIds, (id) => find('install-size', id)?.median, 'bytes'),
  },
  {
    id: 'packages',
    what: 'packages of that installation',
    target: '≤ 5',
    most: 5,
    see: (find) => worst(asyncIds, (id) => find('install-packages', id)?.median, 'count'),
  },
  {
    id: 'import',
    what: 'cold import of a design and a provider',
    target: '≤ 25 ms',
    most: 25,
    see: (find) => worst(asyncIds, (id) => find('cold-import', id)?.median, 'ms'),
  },
  {
    id: 'first-response',
    what: "first response from a cold start, against Google's SDK",
    target: '≤ 0.5 ×',
    most: 0.5,
    see: (find) =>
      worst(
        [...asyncIds, ...blockingIds],
        (id) => {
          const [ours, theirs] = [find('cold-response', id), find('cold-response', 'gcs')];
          return ours && theirs && ours.median / theirs.median;
        },
        'ratio',
      ),
  },
];

/** What the experiments say of each target. */
export function targetsOf(experiments: readonly Experiment[]): Target[] {
  const find: Find = (experiment, contender, at, series) => {
    const cell = experiments
      .find(({ id }) => id === experiment)
      ?.cells.find(
        (one) =>
          one.contender === contender &&
          (at === undefined || one.at === at) &&
          (series === undefined || one.series === series),
      );
    return cell?.outcome.kind === 'measured' ? cell.outcome : undefined;
  };
  return rules.flatMap(({ id, what, target, most, see }): Target[] => {
    const seen = see(find);
    if (!seen) return [];
    const { text, value, note } = seen;
    return [{ id, what, target, seen: text, isMet: value <= most, ...(note !== undefined && { note }) }];
  });
}

function ratioRule(
  id: string,
  what: string,
  most: number,
  experiment: string,
  contenders: readonly string[],
  at?: number,
): Rule {
  return {
    id,
    what: `${what}, against bare undici`,
    target: `≤ ${most} ×`,
    most,
    see(find) {
      const seen = worst(contenders, (contender) => find(experiment, contender, at)?.ratio?.median, 'ratio');
      const isUnsure = contenders.some((contender) => find(experiment, contender, at)?.isWide === true);
      return seen && isUnsure ? { ...seen, note: 'wide interval' } : seen;
    },
  };
}

/** The worst of several counts: a target is met when all meet it. */
function worst(
  ids: readonly string[],
  count: (id: string) => number | undefined,
  unit: Experiment['unit'],
): Seen | undefined {
  const values = ids.map(count).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [from, to] = [formatValue(least, unit), formatValue(most, unit)];
  return { value: most, text: from === to ? to : `${from} to ${to}` };
}
