/**
 * Measures a fleet: one, two and three workers, processes of the command line, between two buckets over 20 ms; what a plan costs over
 * 100,000 and 1,000,000 objects; what a queue takes of Redis. Prints tables, and with `--publish` writes them into docs/fleet.md.
 * `node fleet.ts [--rounds N] [--small] [--publish]`. Needs `redis-server` (a Debian package).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { redisQueue } from '@isobar/fleet';
import { settingsOf } from '../../cli/testing/isobar.ts';
import { hasRedis, RedisServer, withoutRedis } from '../../fleet/testing/redis.ts';
import { median } from '../src/statistics.ts';
import { publishFigures } from './figures.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    small: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
  },
});
if (!hasRedis) {
  console.error(withoutRedis);
  process.exit(1);
}
const rounds = Number(values.rounds);
const latencyMs = 20;
const inFlight = 8;
const copied = values.small ? 1200 : 4800;
const chunkObjects = copied / 24;
const planned = values.small ? [10_000, 100_000] : [100_000, 1_000_000];
const queuedChunks = 10_000;

const isobar = fileURLToPath(new URL('main.js', import.meta.resolve('@isobar/cli')));

/** Runs the command line to its end. @returns Its lines of JSON. */
async function run(emulator: Emulator, args: readonly string[], queue?: string): Promise<Record<string, unknown>[]> {
  const child = start(emulator, args, queue);
  const lines: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`isobar ${args.join(' ')} ended with ${code}`);
  return lines
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function start(emulator: Emulator, args: readonly string[], queue?: string): ChildProcess {
  const environment = {
    PATH: process.env.PATH,
    HOME: tmpdir(),
    ...settingsOf(emulator),
    ...(queue && { ISOBAR_QUEUE: queue }),
  };
  return spawn(process.execPath, [isobar, '--json', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Objects a second of some workers, from the begin of the first chunk to the end of the last. */
async function objectsPerSecond(
  emulator: Emulator,
  redis: RedisServer,
  workers: number,
  name: string,
): Promise<number> {
  const plan = `gs://target/plans/${name}`;
  await run(
    emulator,
    ['fleet', 'plan', plan, 's3://source', `gs://target/${name}`, '--chunk-objects', String(chunkObjects)],
    redis.url,
  );
  const command = ['fleet', 'work', plan, '--concurrency', String(inFlight)];
  const lines = await Promise.all(Array.from({ length: workers }, async () => await run(emulator, command, redis.url)));
  const chunks = lines.flat().filter(({ chunk }) => chunk !== undefined);
  const [begin, end] = [
    Math.min(...chunks.map(({ startedAt }) => Date.parse(startedAt as string))),
    Math.max(...chunks.map(({ finishedAt }) => Date.parse(finishedAt as string))),
  ];
  return (copied * 1000) / (end - begin);
}

async function scaling(): Promise<string[]> {
  await using redis = await RedisServer.start();
  await using emulator = await startEmulator({ latencyMs });
  await run(emulator, ['mb', 'gs://source', 'gs://target']);
  await emulator.addObjects({ bucket: 'source', count: copied });
  const speeds = new Map<number, number[]>([1, 2, 3].map((workers) => [workers, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [workers, own] of speeds) {
      own.push(await objectsPerSecond(emulator, redis, workers, `r${round}w${workers}`));
      console.error(`${workers} workers: ${own.at(-1)?.toFixed(0)} objects a second`);
    }
  }
  const one = median(speeds.get(1) as number[]);
  return [
    '| workers | objects a second (median, all) | beside one worker | for each worker |',
    '| ---: | --- | ---: | ---: |',
    ...[...speeds].map(([workers, own]) => {
      const ratio = median(own) / one;
      const all = own.map((speed) => speed.toFixed(0)).join(', ');
      return `| ${workers} | ${median(own).toFixed(0)} (${all}) | ${ratio.toFixed(2)} | ${(ratio / workers).toFixed(2)} |`;
    }),
  ];
}

/** What `bash` measured of a process. */
async function timed(
  emulator: Emulator,
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> {
  const quoted = [process.execPath, isobar, '-q', ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('bash', ['-c', `TIMEFORMAT='%R %U %S'; time ${quoted} > /dev/null`], {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...settingsOf(emulator) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(child, 'close');
  const [seconds = 0, user = 0, system = 0] = (text.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpuSeconds: user + system };
}

async function plans(): Promise<string[]> {
  const rows: string[] = [];
  for (const count of planned) {
    for (const listings of [1, 8]) {
      await using emulator = await startEmulator({ latencyMs });
      await run(emulator, ['mb', 'gs://source', 'gs://target']);
      for (let made = 0; made < count; made += 1_000_000) {
        await emulator.addObjects({ bucket: 'source', count: Math.min(count - made, 1_000_000) });
      }
      const args = [
        'fleet',
        'plan',
        'gs://target/plans/one',
        's3://source',
        'gs://target/copy',
        '--listings',
        String(listings),
      ];
      const { cpuSeconds, seconds } = await timed(emulator, args);
      const objects = await run(emulator, ['ls', '-r', 'gs://target/plans/one/manifests/']);
      const bytes = objects.reduce((sum, { sizeBytes }) => sum + (sizeBytes as number), 0);
      rows.push(
        `| ${count.toLocaleString('en-US')} | ${listings} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${Math.round(count / seconds).toLocaleString('en-US')} | ${objects.length} | ${Math.round(bytes / count)} |`,
      );
      console.error(rows.at(-1));
    }
  }
  return [
    '| objects | listings at once | seconds | CPU seconds | objects a second | manifests | bytes of manifest an object |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ];
}

/** Redis memory of a queue with chunks. */
async function memory(): Promise<string> {
  await using redis = await RedisServer.start();
  const before = await usedBytes(redis);
  const queue = await redisQueue(redis.url)('00000000-0000-0000-0000-000000000000');
  const chunks = Array.from({ length: queuedChunks }, (_, index) => ({
    pass: 'copy-1',
    chunk: index + 1,
    sha256: String(index).padStart(64, '0'),
  }));
  await queue.add(chunks);
  const bytes = (await usedBytes(redis)) - before;
  await queue.close();
  const perMillion = (bytes / queuedChunks) * 100;
  return `Redis: ${(bytes / 2 ** 20).toFixed(1)} MiB for ${queuedChunks.toLocaleString('en-US')} chunks that wait: ${Math.round(bytes / queuedChunks)} bytes a chunk, ${(perMillion / 1024).toFixed(0)} KiB for a million objects in chunks of 10,000.`;
}

async function usedBytes({ port }: RedisServer): Promise<number> {
  const child = spawn('redis-cli', ['-p', String(port), 'info', 'memory'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const piece of child.stdout.setEncoding('utf8')) text += piece as string;
  return Number(/used_memory:(\d+)/.exec(text)?.[1]);
}

const lines = [
  `Node ${process.version} on ${cpus()[0]?.model.trim()} with ${cpus().length} processors, which the workers, Redis and the emulator share. Servers answer after ${latencyMs} ms. ${rounds} rounds.`,
  '',
  `${copied.toLocaleString('en-US')} empty objects in 24 chunks, copied through the workers from \`s3://\` to \`gs://\`, ${inFlight} in flight each, from the begin of the first chunk to the end of the last:`,
  '',
  ...(await scaling()),
  '',
  'Plans, as whole processes:',
  '',
  ...(await plans()),
  '',
  await memory(),
];
console.log(lines.join('\n'));
if (values.publish) publishFigures('docs/fleet.md', lines.join('\n'));
