/**
 * Measures what libraries take for many small files: a folder up, the same objects down, and all of them deleted, against the
 * emulator with its data on the disk. Each library in a process of its own, in turn. Prints a table, and with `--publish`
 * writes it into docs/targets.md. `node many-files.ts [--rounds N] [--files N] [--publish]`
 *
 * Isobar makes each of them with one call; the others are called for each file, sixteen at once, as a program with them would
 * be. Install these with `npm run bench:rivals`.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect } from '@isobar/design-flag';
import { startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { s3 } from '@isobar/storage-s3';
import { openClient } from '../src/contenders.ts';
import { median } from '../src/statistics.ts';
import { batch } from '../src/tasks/load.ts';
import { publishFigures } from './figures.ts';

const names = ['Isobar, Google Storage', 'Isobar, S3', '@aws-sdk/client-s3', 'minio'] as const;
const directions = ['up', 'down', 'deleted'] as const;
const concurrency = 16;
const bucket = 'many-files';

/** What a library does with a folder of files. */
type Library = Readonly<
  Record<(typeof directions)[number], (folder: string, files: readonly string[]) => Promise<unknown>>
>;

/** What one direction took. */
interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    files: { type: 'string', default: '10000' },
    publish: { type: 'boolean', default: false },
    // For the processes that this one starts.
    measure: { type: 'string' },
    folder: { type: 'string', default: '' },
    service: { type: 'string', default: '{}' },
  },
});
if (values.measure === undefined) await compare(Number(values.rounds), Number(values.files));
else console.log(JSON.stringify(await measure(await open(values.measure, JSON.parse(values.service)), values.folder)));

async function open(name: string, service: { key: string; secret: string; url: string }): Promise<Library> {
  if (name.startsWith('Isobar')) return ofIsobar(name, service);
  const client = await openClient(name === 'minio' ? 'minio' : 'aws', { ...service, connections: concurrency });
  const forEach = (files: readonly string[], call: (file: string) => unknown) =>
    batch((index) => call(files[index] as string), files.length, concurrency);
  return {
    up: (folder, files) => forEach(files, (file) => client.upload(bucket, file, join(folder, file))),
    down: (folder, files) => forEach(files, (file) => client.download(bucket, file, join(folder, file), 0)),
    deleted: async (_, files) => await client.remove?.(bucket, files),
  };
}

function ofIsobar(name: string, { url: endpoint, ...account }: { key: string; secret: string; url: string }): Library {
  const options = { ...account, endpoint, async: true } as const;
  const driver = name.endsWith('S3') ? connect(s3, { ...options, dialect: 'aws' }) : connect(googleStorage, options);
  return {
    up: async (folder) => complete(await driver.uploadObjects(folder, bucket, { concurrency })),
    down: async (folder) =>
      complete(await driver.downloadObjects(driver.iterateContainerObjects(bucket), folder, { concurrency })),
    deleted: async () => complete(await driver.deleteObjects(driver.iterateContainerObjects(bucket))),
  };
}

function complete({ failed }: { readonly failed: readonly unknown[] }): void {
  if (failed.length > 0) throw new Error(`${failed.length} objects failed`);
}

/** Makes all directions, and compares what came back. @returns What each took. */
async function measure(library: Library, folder: string): Promise<Cost[]> {
  const [source, back] = [join(folder, 'files'), mkdtempSync(join(folder, 'back-'))];
  const files = readdirSync(source);
  const costs: Cost[] = [];
  for (const direction of directions) {
    const [startedMs, before] = [performance.now(), process.cpuUsage()];
    await library[direction](direction === 'up' ? source : back, files);
    const { system, user } = process.cpuUsage(before);
    costs.push({ seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (system + user) / 1e6 });
  }
  for (const file of files) {
    if (!readFileSync(join(back, file)).equals(readFileSync(join(source, file)))) throw new Error(`${file} differs`);
  }
  rmSync(back, { recursive: true });
  return costs;
}

async function compare(rounds: number, count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'isobar-many-files-'));
  mkdirSync(join(folder, 'files'));
  for (let index = 0; index < count; index += 1) writeFileSync(join(folder, 'files', `f${index}`), randomBytes(4096));
  await using emulator = await startEmulator({ data: join(folder, 'data') });
  const service = { key: emulator.accessKey, secret: emulator.secret, url: emulator.storage };
  const setUp = connect(googleStorage, { key: service.key, secret: service.secret, endpoint: service.url });
  setUp.createContainer(bucket);
  const costs = names.map((): Cost[][] => []);
  try {
    for (let round = 0; round < rounds; round += 1) {
      // In another order each time, so that none always comes first.
      for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
        const args = ['--measure', name, '--folder', folder, '--service', JSON.stringify(service)];
        const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...args], { encoding: 'utf8' });
        costs[names.indexOf(name)]?.push(JSON.parse(output));
        if (setUp.listContainerObjects(bucket).length > 0) throw new Error(`${name} has not deleted all objects`);
      }
    }
  } finally {
    setUp.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const lines = ['| | | objects/s | CPU ms an object | CPU ÷ `@aws-sdk` |', '| --- | --- | ---: | ---: | ---: |'];
  for (const [at, direction] of directions.entries()) {
    const medians = costs.map((ofRounds) => ({
      seconds: median(ofRounds.map((round) => round[at]?.seconds ?? 0)),
      cpu: median(ofRounds.map((round) => round[at]?.cpuSeconds ?? 0)),
    }));
    for (const [index, { cpu, seconds }] of medians.entries()) {
      const title = index === 0 ? `${count.toLocaleString('en-US')} of 4 KiB ${direction}` : '';
      const rate = Math.round(count / seconds).toLocaleString('en-US');
      const ratio = (cpu / (medians[2]?.cpu ?? 0)).toFixed(2);
      lines.push(`| ${title} | ${names[index]} | ${rate} | ${((cpu * 1000) / count).toFixed(3)} | ${ratio} |`);
    }
  }
  const about = `Measured on ${new Date().toISOString().slice(0, 10)} with Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model}), against the emulator on the same machine; medians of ${rounds} rounds, in turn.`;
  console.log([about, ...lines].join('\n'));
  if (values.publish) publishFigures('docs/targets.md', `${about}\n\n${lines.join('\n')}`);
}
