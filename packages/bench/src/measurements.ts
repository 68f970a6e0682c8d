/** Every measurement, in the order in which they run: who does which task, how often, and which experiments come of it. */
import { isobarIds, rivalIds, storageIds } from './contenders.ts';
import type { ExperimentPlan, Measurement, Point } from './runner/cell.ts';

type Unit = ExperimentPlan['unit'];
type More = Partial<Pick<ExperimentPlan, 'floor' | 'plot'>>;

const mebibyte = 1024 * 1024;
/** One for each npm package. */
const packaged = ['isobar-async', ...rivalIds.filter((id) => id !== 'libcloud' && id !== 'opendal-blocking')];
const directions = ['up', 'down'] as const;
const once = { quick: 1, full: 1, rivals: 1 };
const overUndici: More = { floor: 'undici' };

/** An experiment, drawn as intervals unless said otherwise. */
function plan(
  metric: string,
  id: string,
  unit: Unit,
  title: string,
  question: string,
  more: More = {},
): ExperimentPlan {
  return { metric, id, unit, title, question, plot: 'intervals', ...more };
}

/** Two experiments: the client's CPU time and elapsed time. */
function cpuAndTime(id: string, title: string, question: string, more: More = overUndici): ExperimentPlan[] {
  return [
    plan('cpu', `${id}-cpu`, 'µs', `${title}: client CPU`, question, more),
    plan('time', `${id}-time`, 'µs', `${title}: time`, question, more),
  ];
}

function smallCall(verb: 'GET' | 'PUT', quick: number): Measurement {
  const settings = { verb };
  const question = 'Per call; with several in flight, the time of all is divided by their number.';
  return {
    id: verb.toLowerCase(),
    what: `${verb} of 1 KiB, 1 and 32 in flight`,
    task: 'call',
    contenders: storageIds,
    points: [
      { at: 1, settings },
      { at: 32, settings },
    ],
    rounds: { quick, full: 5, rivals: 3 },
    experiments: cpuAndTime(`${verb.toLowerCase()}-1k`, `${verb} of 1 KiB`, question),
  };
}

function listing(id: string, title: string, objects: number, rounds: Measurement['rounds']): Measurement {
  const question = 'Fetching the listing and reading it into objects; the floor fetches its bytes alone.';
  const contenders = storageIds;
  const points = [{ settings: { objects } }];
  return { id, what: title, task: 'list', contenders, points, rounds, experiments: cpuAndTime(id, title, question) };
}

function transfer(
  id: string,
  label: string,
  sizeBytes: number,
  more: Pick<Measurement, 'contenders' | 'rounds'>,
): Measurement {
  const experiments = directions.flatMap((direction) => {
    const [name, title] = [`${id}-${direction}`, `${label} ${direction === 'up' ? 'from' : 'into'} a file`];
    return [
      plan(direction, name, 'ms', `${title}: time`, 'With the checks of each by default.', overUndici),
      plan(
        `${direction}-peak`,
        `${name}-memory`,
        'bytes',
        `${title}: peak memory`,
        'Of the whole process.',
        overUndici,
      ),
    ];
  });
  const points = directions.map((direction) => ({
    settings: { sizeBytes, direction },
    metrics: [direction, `${direction}-peak`],
  }));
  return { id, what: `${label} to and from a file`, task: 'transfer', points, limitMs: 180_000, experiments, ...more };
}

const curve = (series: string, delayMs: number, ats: readonly number[], isFullOnly = true): Point[] =>
  ats.map((at) => ({ series, at, settings: { delayMs }, isFullOnly }));

/** Names under which the A/A test measures the same contender. */
const copies = Array.from({ length: 8 }, (_, index) => `copy ${index + 1}`);

/** Every measurement. */
export const measurements: readonly Measurement[] = [
  {
    id: 'noise',
    what: 'A/A test: one contender under several names',
    task: 'call',
    contenders: ['isobar-async'],
    points: copies.map((series) => ({ series, at: 32, settings: { verb: 'GET' } })),
    rounds: { quick: 0, full: 5, rivals: 0 },
    experiments: cpuAndTime('noise', 'A/A test', 'The same GET of 1 KiB by the same code under eight names.', {}),
  },
  {
    id: 'overhead',
    what: "a call's own cost, without network",
    task: 'overhead',
    contenders: ['bare-async', 'bare-blocking', ...isobarIds],
    points: [{}],
    rounds: { quick: 2, full: 5, rivals: 0 },
    experiments: ['async', 'blocking'].map((kind) => {
      const question = 'A call whose operation waits for nothing, beside a bare loop that drives the operation.';
      return plan(kind, `overhead-${kind}`, 'ns', `A call without steps, ${kind}`, question, { floor: `bare-${kind}` });
    }),
  },
  smallCall('GET', 2),
  smallCall('PUT', 1),
  listing('list-page', 'A listing page of 1,000 objects', 1000, { quick: 1, full: 5, rivals: 3 }),
  listing('list-100k', 'Listing 100,000 objects', 100_000, { quick: 0, full: 3, rivals: 1 }),
  {
    id: 'small-objects',
    what: '1,000 small objects up and down, 1 to 128 in flight',
    task: 'small-objects',
    contenders: storageIds,
    points: [
      ...curve('20 ms link', 20, [1, 64], false),
      ...curve('20 ms link', 20, [16]),
      ...curve('no delay', 0, [1, 16, 128]),
    ],
    rounds: { quick: 1, full: 3, rivals: 3 },
    experiments: directions.map((direction) => {
      const question = 'Time for 1,000 objects of 1 KiB, by the number of calls in flight.';
      const title = `1,000 small objects ${direction}`;
      return plan(direction, `small-objects-${direction}`, 's', title, question, { floor: 'undici', plot: 'curve' });
    }),
  },
  transfer('transfer-64m', '64 MiB', 64 * mebibyte, {
    contenders: storageIds,
    rounds: { quick: 1, full: 4, rivals: 2 },
  }),
  transfer('memory-2g', '2 GiB', 2048 * mebibyte, {
    contenders: ['undici', ...isobarIds],
    rounds: { quick: 0, full: 1, rivals: 0 },
  }),
  {
    id: 'use-cases',
    what: 'nodes of three regions, and a long report while a ticker runs',
    task: 'use-cases',
    contenders: ['ticker', ...isobarIds],
    points: [{}],
    rounds: { quick: 1, full: 3, rivals: 0 },
    experiments: [
      plan('regions', 'use-case-regions', 'ms', 'Nodes of three regions', 'They answer after 50, 100 and 150 ms.'),
      plan('stall', 'use-case-stall', 'ms', 'Longest stall', 'A ticker ticks every 10 ms while a report takes 600 ms.'),
    ],
  },
  {
    id: 'cold',
    what: 'cold import, and the first response from a cold start',
    task: 'cold',
    contenders: storageIds,
    points: [{}],
    rounds: { quick: 3, full: 10, rivals: 5 },
    experiments: [
      plan('import', 'cold-import', 'ms', 'Cold import', 'Time of the import in a fresh process, before any HTTP.'),
      plan(
        'response',
        'cold-response',
        'ms',
        'First response',
        'From the import to the first object of 1 KiB.',
        overUndici,
      ),
    ],
  },
  {
    id: 'size',
    what: 'bundle and installation',
    task: 'size',
    contenders: packaged,
    points: [{}],
    rounds: once,
    limitMs: 120_000,
    experiments: [
      plan('bundle', 'bundle-size', 'bytes', 'Size of a bundle', 'The compared program with its imports, minified.'),
      plan(
        'install',
        'install-size',
        'bytes',
        'Size of an installation',
        'What npm puts into an empty folder, on disk.',
      ),
      plan('packages', 'install-packages', 'count', 'Packages of an installation', 'How many packages that is.'),
    ],
  },
  {
    id: 'types',
    what: 'type-checking and declarations',
    task: 'type-check',
    contenders: packaged,
    points: [{}],
    rounds: once,
    experiments: [
      plan('check', 'type-check', 'ms', 'Type-checking', "The compiler's time for the compared program, from nothing."),
      plan('declarations', 'declarations', 'bytes', 'Declarations', "What the compiler reads, without Node's own."),
    ],
  },
  {
    id: 'program',
    what: 'lines and tokens of the same program',
    task: 'program',
    contenders: [...isobarIds, ...rivalIds],
    points: [{}],
    rounds: once,
    experiments: [
      plan('lines', 'program-lines', 'count', 'Lines of the same program', 'It lists a container and reads all of it.'),
      plan('tokens', 'program-tokens', 'count', 'Tokens of the same program', 'The same programs.'),
    ],
  },
  {
    id: 'accepted',
    what: 'each contender once against a server that verifies signatures',
    task: 'accepted',
    contenders: [...isobarIds, ...rivalIds],
    points: [{}],
    rounds: once,
    experiments: [
      plan(
        'accepted',
        'accepted',
        'count',
        'Accepted by a server that verifies',
        'Operations that the emulator accepted.',
      ),
    ],
  },
];
