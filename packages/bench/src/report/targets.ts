/** The project's targets, beside what a run has seen. A target whose experiment did not run is left out. */
import { formatValue, table } from './format.ts';
import type { Experiment, Measured, Report, Target } from './model.ts';

type Find = (experiment: string, contender: string, at?: number) => Measured | undefined;
/** Gives the values seen; all must meet the target. */
type See = (find: Find) => readonly (number | undefined)[];

/** The targets: id, largest value that meets it, its unit, what is measured, the floor, what limits it. */
const rules = `
get-cpu        | 1         | ratio | async GET of 1 KiB, signed and verified, 32 in flight, client CPU | undici, same request      | signature and checksum
get-connection | 0.75      | ratio | of it, the connection with a signed request                       | undici, same request      | undici’s dispatch
get-operation  | 0.15      | ratio | of it, the operation: signing and verifying                       | undici, same request      | three SHA-256 and their inputs
put-cpu        | 1         | ratio | async PUT of 1 KiB, signed, 32 in flight, client CPU              | undici, same request      | signature and checksum of the body
list-page      | 2.3       | ratio | a listing page of 1,000 objects, client CPU                       | undici, bytes not read    | reading 1,000 records of XML
upload         | 1         | ratio | 64 MiB from a file, checksummed, time                             | undici, unchecked         | the checksum shares the processors with the server
download       | 1         | ratio | 64 MiB into a file, checksummed, time                             | undici, unchecked         | parts are downloaded in parallel
stream-tls     | 1.6       | ratio | 64 MiB as a verified stream over TLS, time                        | undici, unchecked         | the checksum
list-link      | 1.1       | ratio | listing 100,000 objects over 20 ms, time                          | undici, bytes not read    | the link
small-link     | 1.1       | ratio | 1,000 small objects over 20 ms, 64 in flight, both ways, time     | undici, unchecked         | the link
blocking-get   | 0.1       | ms    | what a blocking GET of 1 KiB adds to an awaited one, time         | the awaited call          | two thread switches
blocking-link  | 1.03      | ratio | a blocking GET over a link of 5 ms, time                          | the awaited call          | two thread switches
overhead-async | 200       | ns    | a call without steps, async                                       | driving the operation     | two async functions with their promises
overhead-block | 200       | ns    | a call without steps, blocking                                    | driving the operation     | –
memory         | 201326592 | bytes | memory that a transfer of 2 GiB adds (parts of 32 MiB, 4 at once) | the process at rest       | part size × (concurrency + 1) + 32 MiB
install        | 3500000   | bytes | installation of a design and a provider, on disk                  | –                         | undici takes 2.8 MB
packages       | 6         | count | packages of that installation                                     | –                         | undici and four of ours
import         | 25        | ms    | cold import of a design and a provider                            | –                         | resolving and compiling modules
first-async    | 0.5       | ratio | first response from a cold start, async                           | Google's SDK              | importing and the first connection
first-blocking | 0.5       | ratio | first response from a cold start, blocking                        | Google's SDK              | starting a worker thread`;

const ratioOf = (found?: Measured): number | undefined => found?.ratio?.median;
/** Of both providers. */
const ratio = (...experiments: string[]): See => {
  return (find) =>
    experiments.flatMap((experiment) => ['isobar-async', 's3-async'].map((id) => ratioOf(find(experiment, id))));
};
const value = (experiment: string): See => {
  return (find) => [find(experiment, 'isobar-async')?.median];
};
const excess = (left?: Measured, right?: Measured): number | undefined => left && right && left.median - right.median;
const overhead = (kind: string): See => {
  return (find) => [excess(find(`overhead-${kind}`, `isobar-${kind}`), find(`overhead-${kind}`, `bare-${kind}`))];
};
const firstResponse = (kind: string): See => {
  return (find) => {
    const [own, google] = [find('cold-response', `isobar-${kind}`), find('cold-response', 'gcs')];
    return [own && google && own.median / google.median];
  };
};

/** How to see each target, by id. */
const sees: Readonly<Record<string, See>> = {
  'get-cpu': ratio('small-get-cpu'),
  'get-connection': (find) => [ratioOf(find('small-get-cpu', 'connection'))],
  'get-operation': (find) => {
    const [whole, connection] = ['isobar-async', 'connection'].map((id) => ratioOf(find('small-get-cpu', id)));
    return [whole !== undefined && connection !== undefined ? whole - connection : undefined];
  },
  'put-cpu': ratio('small-put-cpu'),
  'list-page': ratio('page-cpu'),
  upload: ratio('files-up'),
  download: ratio('files-down'),
  'stream-tls': ratio('stream-tls-time'),
  'list-link': ratio('list-link-time'),
  'small-link': ratio('small-link-up', 'small-link-down'),
  'blocking-get': (find) => {
    const microseconds = excess(find('blocking-time', 'isobar-blocking'), find('blocking-time', 'isobar-async'));
    return [microseconds && microseconds / 1000];
  },
  'blocking-link': (find) => [ratioOf(find('blocking-link-time', 'isobar-blocking'))],
  'overhead-async': overhead('async'),
  'overhead-block': overhead('blocking'),
  memory: (find) =>
    ['isobar-async', 'isobar-blocking'].flatMap((id) => {
      const idleBytes = find('get-1k-cpu', id, 1)?.peakBytes;
      const peaks = ['up', 'down'].map((direction) => find(`memory-2g-${direction}-memory`, id)?.median);
      return peaks.map((peak) => peak && idleBytes && peak - idleBytes);
    }),
  install: value('install-size'),
  packages: value('install-packages'),
  import: value('cold-import'),
  'first-async': firstResponse('async'),
  'first-blocking': firstResponse('blocking'),
};

/** What the experiments show of each target. */
export function targetsOf(experiments: readonly Experiment[]): Target[] {
  const find: Find = (experiment, contender, at) => {
    const cells = experiments.find(({ id }) => id === experiment)?.cells ?? [];
    const cell = cells.find((one) => one.contender === contender && (at === undefined || one.at === at));
    return cell?.outcome.kind === 'measured' ? cell.outcome : undefined;
  };
  const lines = rules.trim().split('\n');
  return lines.flatMap((line): Target[] => {
    const [id = '', limitText, unitText, what = '', floor = '', limit = ''] = line
      .split('|')
      .map((part) => part.trim());
    const [max, unit] = [Number(limitText), unitText as Experiment['unit']];
    const values = sees[id]?.(find).filter((one) => one !== undefined) ?? [];
    if (values.length === 0) return [];
    const [least, most] = [Math.min(...values), Math.max(...values)].map((one) => formatValue(one, unit));
    const seen = least === most ? `${most}` : `${least} to ${most}`;
    const isMet = Math.max(...values) <= max;
    return [{ id, what, target: `≤ ${formatValue(max, unit)}`, floor, seen, isMet, limit }];
  });
}

/** The targets as a table; met or missed in a full run only. */
export function targetTable(targets: readonly Target[], mode: Report['mode']): string {
  if (targets.length === 0) return 'No target was measured.';
  return table(
    targets.map(({ what, target, floor, seen, isMet, limit }) => {
      const verdict = mode === 'quick' ? 'no verdict' : isMet ? 'met' : '**missed**';
      return { what, target, floor, seen, verdict, limit };
    }),
  );
}

const markers = { start: '<!-- targets: generated -->', end: '<!-- /targets -->' };

/** A text with the table between its markers replaced by the targets of a full run. */
export function withTargets(text: string, { targets, startedAt }: Report): string {
  const [start, end] = [text.indexOf(markers.start), text.indexOf(markers.end)];
  if (start < 0 || end < start) throw new Error(`there is no ${markers.start} … ${markers.end}`);
  const date = `Last full run: ${startedAt.slice(0, 10)}, in [comparison.md](comparison.md).`;
  return `${text.slice(0, start)}${markers.start}\n\n${date}\n\n${targetTable(targets, 'full')}\n\n${text.slice(end)}`;
}
