/** Every measurement, in the order in which they run: who does which task, how often, and the experiments that it gives. */
import { isobarIds, rivalIds, s3Ids, storageIds, tlsIds } from './contenders.ts';
import type { ExperimentPlan, Measurement, Point } from './runner/cell.ts';

type More = Partial<Pick<ExperimentPlan, 'floor' | 'plot'>>;
type Options = Partial<Pick<Measurement, 'task' | 'points' | 'limitMs' | 'turns'>>;

const mebibyte = 1024 * 1024;
/** One for each npm package. */
const packaged = ['isobar-async', ...rivalIds.filter((id) => !['libcloud', 'opendal-blocking', 'bun'].includes(id))];
const compared = [...isobarIds, ...rivalIds.filter((id) => id !== 'bun')];
const once: Measurement['rounds'] = { quick: 1, full: 1, rivals: 1 };
const overUndici: More = { floor: 'undici' };

/** Experiments, a line each: metric, id, unit, title, question. Drawn as intervals unless said otherwise. */
function plans(lines: string, more: More = {}): ExperimentPlan[] {
  return lines.split('\n').map((line) => {
    const [metric = '', id = '', unit, title = '', question = ''] = line.split('|').map((part) => part.trim());
    return { metric, id, unit: unit as ExperimentPlan['unit'], title, question, plot: 'intervals', ...more };
  });
}

/** The client's CPU time and elapsed time. */
function cpuAndTime(id: string, title: string, question: string, more: More = overUndici): ExperimentPlan[] {
  return plans(
    `cpu | ${id}-cpu | µs | ${title}: client CPU | ${question}\ntime | ${id}-time | µs | ${title}: time | ${question}`,
    more,
  );
}

function measure(
  id: string,
  contenders: readonly string[],
  rounds: Measurement['rounds'],
  experiments: readonly ExperimentPlan[],
  options: Options = {},
): Measurement {
  return { id, task: id, contenders, points: [{}], rounds, experiments, ...options };
}

function smallCall(verb: 'GET' | 'PUT', quick: number): Measurement {
  const id = verb.toLowerCase();
  const question = 'Per call; with several in flight, the time of all is divided by their number.';
  const experiments = cpuAndTime(`${id}-1k`, `${verb} of 1 KiB`, question);
  const points = [1, 32].map((at) => ({ at, settings: { verb } }));
  return measure(id, storageIds, { quick, full: 5, rivals: 3 }, experiments, { task: 'call', points });
}

/** Contenders of what is measured in turns. The second undici is the A/A test. */
const turnIds = ['undici', 'undici-again', 'isobar-async', 's3-async'];
/** In a full run, 20 turns. */
const inTurns = { turns: 10, rounds: { quick: 0, full: 2, rivals: 0 } };

/** What is measured in turns: each ratio compares what ran within the same seconds. */
function turnsOf(
  task: string,
  id: string,
  title: string,
  settings: Readonly<Record<string, string | number>>,
  { at, contenders = turnIds, floor = 'undici', ...more }: Partial<TurnOptions> = {},
): Measurement {
  const isTls = settings.tls !== undefined;
  const [name, shown] = isTls ? [`${id}-tls`, `${title} over TLS`] : [id, title];
  const question = 'In turns: each ratio compares what ran within the same seconds.';
  const points = [{ ...(at !== undefined && { at }), settings }];
  const { rounds, ...options } = { ...inTurns, task, points, ...more };
  return measure(name, contenders, rounds, cpuAndTime(name, shown, question, { floor }), options);
}

interface TurnOptions {
  readonly at: number;
  readonly contenders: readonly string[];
  readonly floor: string;
  readonly turns: number;
  readonly limitMs: number;
}

/** 64 MiB from and into a file, in turns. */
function filesInTurns(more: Readonly<Record<string, string>>): Measurement {
  const { rounds, turns } = inTurns;
  const [id, label] = more.tls === undefined ? ['files', '64 MiB'] : ['files-tls', '64 MiB over TLS'];
  return { ...transfer(id, `${label}, in turns,`, 64 * mebibyte, turnIds, rounds, more), turns };
}

const over = [{}, { tls: 'yes' }] as const;

/** A small call, whole and its parts. */
const withParts = { at: 32, contenders: [...turnIds, 'dispatch', 'connection'] };
const longListing = { turns: 2, limitMs: 120_000 };
/** A blocking call beside an awaited one. */
const besideAwaited = { at: 1, contenders: isobarIds, floor: 'isobar-async' };

/** The measurements that targets rest on. */
const measuredInTurns: readonly Measurement[] = [
  ...over.flatMap((link) => [
    ...(['GET', 'PUT'] as const).map((verb) => {
      const id = `small-${verb.toLowerCase()}`;
      return turnsOf('call', id, `${verb} of 1 KiB and its parts`, { verb, ...link }, withParts);
    }),
    turnsOf('list', 'page', 'A page of 1,000 objects', { objects: 1000, ...link }),
    filesInTurns(link),
    turnsOf('stream', 'stream', '64 MiB as a stream', { sizeBytes: 64 * mebibyte, ...link }),
    turnsOf('connection', 'new-connection', 'A GET of 1 KiB on a new connection', { ...link }, { at: 1 }),
  ]),
  turnsOf('call', 'blocking', 'A blocking GET beside an awaited one', { verb: 'GET' }, besideAwaited),
  turnsOf('call', 'blocking-link', 'The same over a link of 5 ms', { verb: 'GET', delayMs: 5 }, besideAwaited),
  turnsOf('list', 'list-link', '100,000 objects over a link of 20 ms', { objects: 100_000, delayMs: 20 }, longListing),
  measure(
    'small-link',
    turnIds,
    inTurns.rounds,
    plans(
      `up   | small-link-up   | s | 1,000 small objects up over a link of 20 ms   | Of 1 KiB each, 64 in flight, in turns.
       down | small-link-down | s | 1,000 small objects down over a link of 20 ms | The same objects.`,
      overUndici,
    ),
    { task: 'small-objects', points: [{ at: 64, settings: { delayMs: 20 } }], turns: inTurns.turns },
  ),
];

/** The same calls over TLS. */
function callOverTls(verb: 'GET' | 'PUT'): Measurement {
  const id = `${verb.toLowerCase()}-tls`;
  const experiments = cpuAndTime(
    id,
    `${verb} of 1 KiB over TLS`,
    'With 32 in flight; the time of all is divided by their number.',
  );
  const points = [{ at: 32, settings: { verb, tls: 'yes' } }];
  return measure(id, tlsIds, { quick: 0, full: 3, rivals: 2 }, experiments, { task: 'call', points });
}

function listing(id: string, title: string, objects: number, rounds: Measurement['rounds']): Measurement {
  const question = 'Fetching the listing and reading it into objects; the floor fetches its bytes alone.';
  const experiments = cpuAndTime(id, title, question);
  return measure(id, storageIds, rounds, experiments, { task: 'list', points: [{ settings: { objects } }] });
}

function transfer(
  id: string,
  label: string,
  size: number,
  contenders: readonly string[],
  rounds: Measurement['rounds'],
  more: Readonly<Record<string, string>> = {},
): Measurement {
  const experiments = ['up', 'down'].flatMap((direction) => {
    const title = `${label} ${direction === 'up' ? 'from' : 'into'} a file`;
    return plans(
      `${direction} | ${id}-${direction} | ms | ${title}: time | With the checks of each by default.
      ${direction}-peak | ${id}-${direction}-memory | bytes | ${title}: peak memory | Of the whole process.`,
      overUndici,
    );
  });
  const points = ['up', 'down'].map((direction) => ({
    settings: { sizeBytes: size, direction, ...more },
    metrics: [direction, `${direction}-peak`],
  }));
  return measure(id, contenders, rounds, experiments, { task: 'transfer', points, limitMs: 180_000 });
}

const curve = (series: string, delayMs: number, ats: readonly number[], isFullOnly = true): Point[] =>
  ats.map((at) => ({ series, at, settings: { delayMs }, isFullOnly }));

/** The A/A test: the same contender under several names. */
const noise = Array.from({ length: 8 }, (_, index) => ({
  series: `copy ${index + 1}`,
  at: 32,
  settings: { verb: 'GET' },
}));

/** Every measurement. */
export const measurements: readonly Measurement[] = [
  measure(
    'noise',
    ['isobar-async'],
    { quick: 0, full: 5, rivals: 0 },
    cpuAndTime('noise', 'A/A test', 'The same GET of 1 KiB by the same code under eight names.', {}),
    { task: 'call', points: noise },
  ),
  measure(
    'overhead',
    ['bare-async', 'bare-blocking', ...isobarIds],
    { quick: 2, full: 5, rivals: 0 },
    ['async', 'blocking'].flatMap((kind) => {
      const question = 'A call whose operation waits for nothing, beside a bare loop that drives the operation.';
      const line = `${kind} | overhead-${kind} | ns | A call without steps, ${kind} | ${question}`;
      return plans(line, { floor: `bare-${kind}` });
    }),
  ),
  ...measuredInTurns,
  smallCall('GET', 2),
  smallCall('PUT', 1),
  listing('list-page', 'A listing page of 1,000 objects', 1000, { quick: 1, full: 5, rivals: 3 }),
  listing('list-100k', 'Listing 100,000 objects', 100_000, { quick: 0, full: 3, rivals: 1 }),
  measure(
    'small-objects',
    storageIds,
    { quick: 1, full: 3, rivals: 3 },
    plans(
      `up   | small-objects-up   | s | 1,000 small objects up   | Of 1 KiB each, by the number of calls in flight.
       down | small-objects-down | s | 1,000 small objects down | The same objects.`,
      { floor: 'undici', plot: 'curve' },
    ),
    {
      points: [
        ...curve('20 ms link', 20, [1, 64], false),
        ...curve('20 ms link', 20, [16]),
        ...curve('no delay', 0, [1, 16, 128]),
      ],
    },
  ),
  transfer('transfer-64m', '64 MiB', 64 * mebibyte, storageIds, { quick: 1, full: 4, rivals: 2 }),
  callOverTls('GET'),
  callOverTls('PUT'),
  transfer(
    'transfer-64m-tls',
    '64 MiB over TLS',
    64 * mebibyte,
    tlsIds,
    { quick: 0, full: 3, rivals: 2 },
    { tls: 'yes' },
  ),
  transfer('memory-2g', '2 GiB', 2048 * mebibyte, ['undici', ...isobarIds], { quick: 0, full: 1, rivals: 0 }),
  measure(
    'use-cases',
    ['ticker', ...isobarIds],
    { quick: 1, full: 3, rivals: 0 },
    plans(`regions | use-case-regions | ms | Nodes of three regions | They answer after 50, 100 and 150 ms.
           stall   | use-case-stall   | ms | Longest stall | A ticker ticks every 10 ms while a report takes 600 ms.`),
  ),
  measure(
    'cold',
    storageIds.filter((id) => id !== 'bun'),
    { quick: 3, full: 10, rivals: 5 },
    [
      ...plans('import | cold-import | ms | Cold import | Time of the import in a fresh process, before any HTTP.'),
      ...plans('response | cold-response | ms | First response | From the import to the first object.', overUndici),
    ],
  ),
  measure(
    'size',
    [...packaged, 's3-async'],
    once,
    plans(`bundle   | bundle-size      | bytes | Size of a bundle             | The compared program with its imports, minified.
           install  | install-size     | bytes | Size of an installation      | What npm puts into an empty folder, on disk.
           packages | install-packages | count | Packages of an installation  | How many packages that is.`),
    { limitMs: 120_000 },
  ),
  measure(
    'types',
    packaged,
    once,
    plans(`check        | type-check   | ms    | Type-checking | The compiler's time for the compared program, from nothing.
           declarations | declarations | bytes | Declarations  | What the compiler reads, without Node's own.`),
    { task: 'type-check' },
  ),
  measure(
    'program',
    compared,
    once,
    plans(`lines  | program-lines  | count | Lines of the same program  | It lists a container and reads all of it.
           tokens | program-tokens | count | Tokens of the same program | The same programs.`),
  ),
  measure(
    'accepted',
    [...compared, ...s3Ids, 'bun'],
    once,
    plans('accepted | accepted | count | Accepted by a server that verifies | Operations that the emulator accepted.'),
  ),
];
