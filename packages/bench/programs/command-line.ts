/**
 * Measures the command line beside rclone, whole processes in turn, against the emulator with its data on the disk: many small
 * files up, down and from bucket to bucket; one large file; a synchronization with nothing to do. Prints a table, and with
 * `--publish` writes it into docs/command-line.md. `node command-line.ts [--rounds N] [--only TEXT] [--small] [--publish]`
 *
 * rclone (a Debian package) speaks S3; isobar is measured with both of its dialects. Both get sixteen objects at once.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmulator } from '@isobar/emulator';
import { settingsOf } from '../../cli/testing/isobar.ts';
import { median } from '../src/statistics.ts';
import { publishFigures } from './figures.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    small: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const smallFiles = values.small ? 500 : 10_000;
const largeBytes = values.small ? 64 * 1024 ** 2 : 2 * 1024 ** 3;
const listed = values.small ? 5_000 : 100_000;

const isobar = fileURLToPath(new URL('main.js', import.meta.resolve('@isobar/cli')));
const folder = mkdtempSync(join(tmpdir(), 'isobar-figures-'));
const emulator = await startEmulator({ data: join(folder, 'data') });
const { accessKey, secret, storage } = emulator;

const environment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: folder,
  ...settingsOf(emulator),
};
const config = join(folder, 'rclone.conf');
writeFileSync(
  config,
  `[emulator]\ntype = s3\nprovider = Other\naccess_key_id = ${accessKey}\nsecret_access_key = ${secret}\nendpoint = ${storage}\n`,
);
const rclone = ['rclone', '--config', config, '--transfers', '16', '--checkers', '16'];
const hasRclone = spawnSync('rclone', ['version']).status === 0;
if (!hasRclone) console.error('rclone is not installed (a Debian package): only isobar is measured');

/** What one process took. */
interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Runs a command to its end. The shell measures it. */
function run(command: readonly string[]): Cost {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const script = `TIMEFORMAT='%R %U %S'; time ${quoted} > /dev/null`;
  const { status, stderr } = spawnSync('bash', ['-c', script], { env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  const [seconds = 0, user = 0, system = 0] = (stderr.trimEnd().split('\n').at(-1) as string).split(' ').map(Number);
  return { seconds, cpuSeconds: user + system };
}

/** A program and the way that it names a place. */
interface Contender {
  readonly name: string;
  readonly copy: readonly string[];
  readonly sync: readonly string[];
  readonly single: readonly string[];
  at(place: string): string;
  /** Where one file goes. */
  readonly copiesFiles: boolean;
}

const node = process.execPath;
const isobarWith = (scheme: string): Contender => ({
  name: `isobar ${scheme}://`,
  copy: [node, isobar, 'cp', '-q', '-r'],
  sync: [node, isobar, 'sync', '-q'],
  single: [node, isobar, 'cp', '-q'],
  at: (place) => `${scheme}://${place}`,
  copiesFiles: true,
});
const contenders: readonly Contender[] = [
  isobarWith('gs'),
  isobarWith('s3'),
  ...(hasRclone
    ? [
        {
          name: 'rclone',
          copy: [...rclone, 'copy'],
          // Without these it asks for the time of each object.
          sync: [...rclone, 'sync', '--update', '--use-server-modtime'],
          single: [...rclone, 'copyto'],
          at: (place: string) => `emulator:${place}`,
          copiesFiles: false,
        },
      ]
    : []),
];

/** A measurement: what is prepared once, and the command of each contender in a round. */
interface Measurement {
  readonly title: string;
  readonly objects: number;
  prepare(): Promise<void>;
  command(contender: Contender, round: number, index: number): readonly string[];
}

const files = join(folder, 'files');
const large = join(folder, 'large');
const setUp = contenders[1] as Contender;

const measurements: readonly Measurement[] = [
  {
    title: `${smallFiles.toLocaleString('en-US')} files of 1 KiB, up`,
    objects: smallFiles,
    async prepare() {
      for (let index = 0; index < smallFiles; index += 1) {
        const inner = join(files, `d${index % 100}`);
        if (index < 100) mkdirSync(inner, { recursive: true });
        writeFileSync(join(inner, `f${index}`), randomBytes(1024));
      }
      run([node, isobar, 'mb', 's3://figures', 's3://listed-one', 's3://listed-two']);
    },
    command: ({ at, copy }, round, index) => [...copy, files, at(`figures/up-${round}-${index}`)],
  },
  {
    title: `${smallFiles.toLocaleString('en-US')} files of 1 KiB, down`,
    objects: smallFiles,
    prepare: async () => void run([...setUp.copy, files, setUp.at('figures/small')]),
    command: ({ at, copy }, round, index) => [...copy, at('figures/small'), join(folder, `down-${round}-${index}`)],
  },
  {
    title: `${smallFiles.toLocaleString('en-US')} objects of 1 KiB, bucket to bucket`,
    objects: smallFiles,
    prepare: async () => {},
    command: ({ at, copy }, round, index) => [...copy, at('figures/small'), at(`listed-two/copy-${round}-${index}`)],
  },
  {
    title: `one file of ${largeBytes / 1024 ** 3} GiB, up`,
    objects: 1,
    async prepare() {
      for (let bytes = 0; bytes < largeBytes; bytes += 16 * 1024 ** 2)
        appendFileSync(large, randomBytes(16 * 1024 ** 2));
    },
    command: ({ at, single }, round, index) => [...single, large, at(`figures/large-${round}-${index}`)],
  },
  {
    title: `one file of ${largeBytes / 1024 ** 3} GiB, down`,
    objects: 1,
    prepare: async () => void run([...setUp.single, large, setUp.at('figures/large')]),
    command: ({ at, single }, round, index) => [
      ...single,
      at('figures/large'),
      join(folder, `large-${round}-${index}`),
    ],
  },
  {
    title: `sync with nothing to do, ${listed.toLocaleString('en-US')} objects`,
    objects: listed,
    async prepare() {
      run([...setUp.copy.slice(0, 2), 'rm', '-q', '-r', 's3://listed-two']);
      for (const bucket of ['listed-one', 'listed-two'])
        await emulator.addObjects({ bucket, count: listed, prefix: 'o' });
    },
    command: ({ at, sync }) => [...sync, at('listed-one'), at('listed-two')],
  },
];

const lines = [
  '| | | seconds | CPU seconds | objects/s | time ÷ rclone | CPU ÷ rclone |',
  '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
];
for (const { command, objects, prepare, title } of measurements) {
  await prepare();
  if (!title.includes(values.only)) continue;
  const costs = contenders.map((): Cost[] => []);
  for (let round = 0; round < rounds; round += 1) {
    // In another order each time, so that none always comes first.
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const index = (turn + round) % contenders.length;
      costs[index]?.push(run(command(contenders[index] as Contender, round, index)));
      checkLarge(title, round, index);
    }
  }
  const rows = costs.map((of) => ({
    seconds: median(of.map(({ seconds }) => seconds)),
    cpu: median(of.map(({ cpuSeconds }) => cpuSeconds)),
  }));
  const floor = hasRclone ? rows.at(-1) : undefined;
  rows.forEach(({ cpu, seconds }, index) => {
    const rate = objects > 1 ? Math.round(objects / seconds).toLocaleString('en-US') : '';
    const ratios = floor ? [seconds / floor.seconds, cpu / floor.cpu].map((ratio) => ratio.toFixed(2)) : ['', ''];
    const line = `| ${index === 0 ? title : ''} | ${contenders[index]?.name} | ${seconds.toFixed(2)} | ${cpu.toFixed(2)} | ${rate} | ${ratios.join(' | ')} |`;
    lines.push(line);
    console.log(line);
  });
}

/** The large file must have arrived as it is. */
function checkLarge(title: string, round: number, index: number): void {
  if (!title.endsWith('GiB, down')) return;
  const path = join(folder, `large-${round}-${index}`);
  if (spawnSync('cmp', [large, path]).status !== 0) throw new Error(`${path} differs from what was uploaded`);
  rmSync(path);
}

await emulator.close();
rmSync(folder, { recursive: true, force: true });
const version = hasRclone
  ? spawnSync('rclone', ['version'], { encoding: 'utf8' }).stdout.split('\n', 1)[0]
  : 'no rclone';
const about = `Measured on ${new Date().toISOString().slice(0, 10)} with Node ${process.version}, ${version}, ${cpus().length} processors (${cpus()[0]?.model}), against the emulator on the same machine; medians of ${rounds} rounds, in turn.`;
console.log(about);
if (values.publish) publishFigures('docs/command-line.md', `${about}\n\n${lines.join('\n')}`);
