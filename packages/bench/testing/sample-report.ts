/**
 * SAMPLE DATA, not measurements: a made-up report for tests of the page and for work on its looks. The same seed gives
 * the same report. It holds every kind of plot and outcome that a real one can hold.
 */
import type { Cell, Contender, Experiment, Measured, Program, Report, Timeline } from '../src/report/model.ts';

const contenders: readonly Contender[] = [
  { id: 'undici', name: 'undici (floor)', role: 'floor' },
  ...(['session', 'mixin', 'flag'] as const).flatMap((design) =>
    (['blocking', 'async'] as const).map(
      (kind): Contender => ({
        id: `${design}-${kind}`,
        name: `${design}, ${kind}`,
        role: 'design',
        design,
        kind,
      }),
    ),
  ),
  { id: 'aws-sdk', name: '@aws-sdk/client-s3', role: 'rival', kind: 'async' },
  { id: 'google-sdk', name: '@google-cloud/storage', role: 'rival', kind: 'async' },
  { id: 's3mini', name: 's3mini', role: 'rival', kind: 'async' },
  { id: 'opendal-async', name: 'OpenDAL, async', role: 'rival', kind: 'async' },
  { id: 'opendal-blocking', name: 'OpenDAL, blocking', role: 'rival', kind: 'blocking' },
];

const designIds = contenders.filter(({ role }) => role === 'design').map(({ id }) => id);

/** A whole report of made-up figures. */
export function sampleReport(seed = 1): Report {
  const random = generator(seed);
  const measured = (
    centre: number,
    options: { floor?: number; count?: number; noise?: number; exact?: boolean } = {},
  ): Measured => {
    const { floor, count = 60, noise = 0.08, exact = false } = options;
    const samples = Array.from({ length: exact ? 1 : count }, () =>
      exact ? centre : centre * (1 + noise * (random() + random() + random() ** 6 * 8 - 1)),
    );
    const median = samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? centre;
    const half = exact ? 0 : (noise * median * 1.5) / Math.sqrt(samples.length);
    return {
      kind: 'measured',
      samples,
      median,
      low: median - half,
      high: median + half,
      ...(floor !== undefined && {
        ratio: { median: median / floor, low: (median - half) / floor, high: (median + half) / floor },
      }),
      ...(!exact && { cpuMs: median / 900, peakBytes: 60e6 + 1e7 * random() }),
      isWide: noise > 0.5,
    };
  };
  const cells = (
    table: Readonly<Record<string, number>>,
    options: { noise?: number; exact?: boolean; floor?: number; series?: string; at?: number } = {},
  ): Cell[] =>
    Object.entries(table).map(([contender, centre]) => ({
      contender,
      ...(options.series !== undefined && { series: options.series }),
      ...(options.at !== undefined && { at: options.at }),
      outcome: measured(centre, options),
    }));
  const designsAt = (blocking: number, asynchronous: number, spread = 1): Record<string, number> =>
    Object.fromEntries(
      designIds.map((id, index) => [
        id,
        (id.endsWith('blocking') ? blocking : asynchronous) * (1 + (spread - 1) * Math.floor(index / 2)),
      ]),
    );
  const text = (contender: string, series: string, words: string): Cell => ({
    contender,
    series,
    outcome: { kind: 'text', text: words },
  });

  const inFlight = [1, 2, 4, 8, 16, 32, 64];
  const throughput = (series: string, peak: number): Cell[] =>
    inFlight.flatMap((at) => [
      ...cells(
        {
          undici: peak * (at / (at + 6)),
          'session-async': peak * 1.05 * (at / (at + 7)),
          'mixin-async': peak * 1.06 * (at / (at + 7)),
          'flag-async': peak * 1.04 * (at / (at + 7)),
          s3mini: peak * 0.7 * (at / (at + 5)),
          'aws-sdk': peak * 0.14 * (at / (at + 1)),
        },
        { series, at },
      ),
      at > 16
        ? { contender: 'google-sdk', series, at, outcome: { kind: 'failed', why: 'ECONNRESET after 1,204 calls' } }
        : ({ contender: 'google-sdk', series, at, outcome: measured(peak * 0.11 * (at / (at + 1))) } satisfies Cell),
    ]);

  const experiments: Experiment[] = [
    {
      id: 'get-1k-wall',
      title: 'GET of 1 KiB: time',
      question: 'How long does one GET of 1 KiB take, signed and checked?',
      unit: 'µs',
      better: 'lower',
      floor: 'undici',
      plot: 'distribution',
      cells: [
        ...cells(
          {
            undici: 212,
            ...designsAt(248, 196),
            'aws-sdk': 1240,
            'google-sdk': 1610,
            s3mini: 301,
            'opendal-async': 322,
            'opendal-blocking': 290,
          },
          { floor: 212 },
        ),
      ],
    },
    {
      id: 'small-objects-down',
      title: 'Many GETs in flight',
      question: 'How many objects of 1 KiB come per second, with so many in flight?',
      unit: 'count',
      better: 'higher',
      floor: 'undici',
      plot: 'curve',
      parameter: { name: 'in flight', unit: '' },
      cells: [...throughput('loopback', 9000), ...throughput('20 ms link', 2900)],
    },
    {
      id: 'overhead-blocking',
      title: 'Cost of a call without steps, blocking',
      question: 'What does a call cost when its operation has nothing to wait for?',
      unit: 'ns',
      better: 'lower',
      floor: 'undici',
      plot: 'bars',
      cells: cells(
        { undici: 96, 'session-blocking': 141, 'mixin-blocking': 143, 'flag-blocking': 188 },
        { floor: 96, noise: 0.05 },
      ),
    },
    {
      id: 'list-page-cpu',
      title: 'A listing page of 1,000 objects: client CPU',
      question: 'How much CPU does it take to fetch and read a page of 1,000 objects, beside fetching its bytes alone?',
      unit: 'ms',
      better: 'lower',
      floor: 'undici',
      plot: 'bars',
      cells: [
        ...cells(
          { undici: 1.3, ...designsAt(2.6, 2.4), 'aws-sdk': 17.7, 'google-sdk': 14.4, s3mini: 6.9 },
          { floor: 1.3 },
        ),
        {
          contender: 'opendal-async',
          outcome: { kind: 'unsupported', why: 'asks for JSON, which this server does not speak' },
        },
        {
          contender: 'opendal-blocking',
          outcome: { ...measured(5.9, { noise: 0.7 }), note: 'Two of eight rounds timed out and were repeated.' },
        },
      ],
    },
    {
      id: 'transfer-64m-down',
      title: '64 MiB from and to a file',
      question: 'How long does a large file take, with its checksum?',
      unit: 's',
      better: 'lower',
      floor: 'undici',
      plot: 'bars',
      cells: [
        ...cells(
          { undici: 0.118, ...designsAt(0.131, 0.125), 'aws-sdk': 0.201, s3mini: 0.131 },
          { series: 'upload', floor: 0.118 },
        ),
        { contender: 'opendal-blocking', series: 'upload', outcome: { kind: 'failed', why: 'wrong checksum' } },
        ...cells(
          { undici: 0.097, ...designsAt(0.109, 0.104), 'aws-sdk': 0.153, s3mini: 0.094, 'opendal-blocking': 0.084 },
          { series: 'download', floor: 0.097 },
        ),
      ],
    },
    {
      id: 'use-case-report',
      title: 'A long report beside other work',
      question: 'What does the event loop do while a report of one second is made?',
      unit: 'ms',
      better: 'lower',
      plot: 'timeline',
      cells: [
        ...['session', 'mixin', 'flag'].map(
          (design): Cell => ({ contender: `${design}-async`, outcome: timeline(random, 1000, []) }),
        ),
        ...['session', 'mixin', 'flag'].map(
          (design): Cell => ({ contender: `${design}-blocking`, outcome: timeline(random, 1000, [40, 1010]) }),
        ),
        { contender: 'google-sdk', outcome: { kind: 'unsupported', why: 'has no such call' } },
      ],
    },
    {
      id: 'cold-import',
      title: 'Cold import',
      question: 'How long does importing it take in a fresh process, HTTP not yet used?',
      unit: 'ms',
      better: 'lower',
      plot: 'distribution',
      cells: cells(
        {
          'session-blocking': 18,
          'mixin-blocking': 18.2,
          'flag-blocking': 18.1,
          'session-async': 18,
          'mixin-async': 18.3,
          'flag-async': 18,
          'aws-sdk': 92,
          'google-sdk': 210,
          s3mini: 9,
        },
        { noise: 0.15 },
      ),
    },
    {
      id: 'install-size',
      title: 'Size of an installation',
      question: 'How much does npm put into an empty folder?',
      unit: 'bytes',
      better: 'lower',
      plot: 'bars',
      cells: cells(
        {
          'session-async': 2.91e6,
          'mixin-async': 2.92e6,
          'flag-async': 2.9e6,
          'aws-sdk': 18.3e6,
          'google-sdk': 24.1e6,
          s3mini: 0.21e6,
          'opendal-async': 85e6,
        },
        { exact: true },
      ),
    },
    {
      id: 'editor',
      title: 'What the editor shows',
      question: 'Does the doc comment of a method reach the editor?',
      unit: 'count',
      better: 'neither',
      plot: 'table',
      cells: ['session-async', 'mixin-async', 'flag-async'].flatMap((id) => [
        text(
          id,
          'signature',
          id.startsWith('mixin')
            ? '(method) listNodesAsync(options?: CallOptions): Promise<TestNode[]>'
            : '(method) listNodes(options?: CallOptions): Promise<TestNode[]>',
        ),
        text(id, 'doc comment', id.startsWith('mixin') ? 'lost: renamed members have no declaration' : 'shown in full'),
      ]),
    },
    {
      id: 'forgotten-await',
      title: 'A forgotten await',
      question: 'Who says so when an `await` is missing?',
      unit: 'count',
      better: 'neither',
      plot: 'table',
      cells: [
        text('session-async', 'compiler', 'nothing'),
        text('mixin-async', 'compiler', 'nothing'),
        text('flag-async', 'compiler', 'TS2339: Property ‘length’ does not exist'),
        { contender: 'aws-sdk', series: 'compiler', outcome: { kind: 'unsupported', why: 'not tried' } },
        text('session-async', 'linter', 'noFloatingPromises'),
        text('flag-async', 'linter', 'noFloatingPromises'),
      ],
    },
  ];

  return {
    schemaVersion: 1,
    kind: 'quick',
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 312_000,
    machine: {
      cpu: 'Sample CPU at 3.0 GHz',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      platform: 'linux x64',
      node: 'v24.21.0',
    },
    versions: {
      '@isobar/core': '0.0.0',
      undici: '8.12.4',
      '@aws-sdk/client-s3': '3.1169.0',
      '@google-cloud/storage': '7.17.0',
      s3mini: '0.7.0',
      opendal: '0.49.0',
    },
    method: [
      'THIS IS SAMPLE DATA made by a generator for tests: no number on this page was measured.',
      'Each cell runs in a process of its own, in interleaved rounds; the origin is another process.',
      'Medians with bootstrap 95 % intervals.',
    ],
    contenders,
    experiments,
    targets: [
      {
        id: 'get-cpu',
        what: 'async GET of 1 KiB, 32 in flight, client CPU',
        target: '≤ 0.9 × undici.request',
        seen: '0.92 × (0.90–0.94)',
        isMet: false,
      },
      { id: 'own-cost', what: "a design's own cost", target: '≤ 200 ns a call', seen: '45, 47 and 92 ns', isMet: true },
      {
        id: 'install',
        what: 'installation',
        target: '≤ 3.5 MB, ≤ 5 packages',
        seen: '2.9 MB, 4 packages',
        isMet: true,
        note: 'Counted with npm, no optional dependencies.',
      },
    ],
    programs: samplePrograms(),
  };
}

function timeline(random: () => number, lengthMs: number, stall: readonly number[]): Timeline {
  const [from = Infinity, to = Infinity] = stall;
  const ticksMs: number[] = [];
  for (let at = 0; at < lengthMs + 100; at += 10 + random() * 1.5) if (at < from || at > to) ticksMs.push(at);
  return {
    kind: 'timeline',
    spans: [{ label: 'exReportData', startMs: 40, endMs: 1005 }],
    ticksMs,
    longestStallMs: stall.length > 0 ? to - from : 11.6,
  };
}

function samplePrograms(): Program[] {
  const program = (contender: string, tokens: number, language: string, source: string): Program => ({
    id: 'nodes',
    contender,
    title: 'List the nodes of two regions',
    language,
    source,
    lines: source.trim().split('\n').length,
    tokens,
  });
  const imports = (design: string, names: string) =>
    `import { testCompute } from '@isobar/compute-test';\nimport { ${names} } from '@isobar/design-${design}';\n\n`;
  return [
    program(
      'session-async',
      71,
      'ts',
      `${imports('session', 'AsyncSession, connect')}// One session for both drivers.\nconst drivers = regions.map((region) => connect(testCompute, { key, secret, region }));\nawait using session = new AsyncSession(drivers);\nconst lists = await Promise.all([...session].map((driver) => driver.listNodes()));\nconsole.log(\`\${lists.flat().length} nodes\`);\n`,
    ),
    program(
      'mixin-async',
      58,
      'ts',
      `${imports('mixin', 'connect')}const drivers = regions.map((region) => connect(testCompute, { key, secret, region }));\nconst lists = await Promise.all(drivers.map((driver) => driver.listNodesAsync()));\nconsole.log(\`\${lists.flat().length} nodes\`);\n`,
    ),
    program(
      'flag-async',
      60,
      'ts',
      `${imports('flag', 'connect')}const drivers = regions.map((region) => connect(testCompute, { key, secret, region, async: true }));\nconst lists = await Promise.all(drivers.map((driver) => driver.listNodes()));\nconsole.log(\`\${lists.flat().length} nodes\`);\n`,
    ),
    program(
      'libcloud',
      49,
      'python',
      `from libcloud.compute.providers import get_driver\n\ndrivers = [get_driver("test")(key, secret, region=region) for region in regions]\nprint(sum(len(driver.list_nodes()) for driver in drivers), "nodes")\n`,
    ),
  ];
}

/** Numbers from 0 to 1 that look random: a linear congruential generator. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
