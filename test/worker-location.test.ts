/**
 * The location of the worker, and the failures when the worker, or what it needs, is missing or forbidden. Each program runs
 * in its own process.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = fileURLToPath(new URL('programs/both-kinds.ts', import.meta.url));
const requireOfConnection = createRequire(
  realpathSync(join(root, 'node_modules/@isobar/design-flag/node_modules/@isobar/connection/package.json')),
);
const worker = requireOfConnection.resolve('@isobar/connection/worker');
const undici = dirname(requireOfConnection.resolve('undici/package.json'));

/** A folder from which no package can be found. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'isobar-worker-place-')));
let emulator: Emulator;

interface Run {
  readonly file?: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly worker?: string;
  readonly upload?: string;
}

interface Outcome {
  readonly code: string;
  readonly message: string;
  readonly cause?: string;
}

interface Printed {
  readonly blocking: 'done' | Outcome;
  readonly async: 'done' | Outcome;
}

async function run({ file = program, flags = [], environment = {}, worker = '', upload = '' }: Run): Promise<Printed> {
  const { storage, accessKey, secret } = emulator;
  const args = [...flags, file, storage, accessKey, secret, worker, upload];
  const env = { ...process.env, NODE_PATH: '', ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 25_000 });
  return JSON.parse(stdout);
}

/** The program in one file, with everything that it needs but the worker. */
async function bundle(name: string, options: BuildOptions): Promise<string> {
  const outfile = join(folder, name);
  await build({ entryPoints: [program], bundle: true, platform: 'node', outfile, logLevel: 'silent', ...options });
  return outfile;
}

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

describe('a worker that was copied', () => {
  const beside = join(folder, 'beside-undici');
  const alone = join(folder, 'alone');

  beforeAll(() => {
    mkdirSync(join(beside, 'node_modules'), { recursive: true });
    symlinkSync(undici, join(beside, 'node_modules/undici'));
    mkdirSync(alone);
    for (const place of [beside, alone]) copyFileSync(worker, join(place, 'worker.mjs'));
  });

  test('works where undici is found, given as an option or by ISOBAR_WORKER', async () => {
    const place = join(beside, 'worker.mjs');
    const done = { blocking: 'done', async: 'done' };
    expect(await run({ worker: place })).toEqual(done);
    expect(await run({ worker: pathToFileURL(place).href, environment: { ISOBAR_WORKER: '/not/used' } })).toEqual(done);
    expect(await run({ environment: { ISOBAR_WORKER: place } })).toEqual(done);
  });

  test('says so when it is of another version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/connection/package.json'), 'utf8'));
    const place = join(beside, 'other.mjs');
    const source = readFileSync(worker, 'utf8');
    const changed = source.replaceAll(`"${version}"`, '"99.0.0"');
    expect(changed).not.toBe(source);
    writeFileSync(place, changed);
    const { blocking } = await run({ worker: place });
    expect(blocking).toMatchObject({
      code: 'worker-lost',
      message: expect.stringContaining(
        `this file is of version 99.0.0, the program uses version ${version}: copy the file again`,
      ),
    });
  });

  test('says so where undici is not found', async () => {
    expect(await run({ worker: join(alone, 'worker.mjs') })).toEqual({
      blocking: {
        code: 'not-installed',
        message: expect.stringMatching(/undici.* could not be loaded: .*alone\/worker\.mjs.* see docs\/bundlers\.md/),
        cause: 'ERR_MODULE_NOT_FOUND',
      },
      async: 'done',
    });
  });
});

describe('a worker that is not there', () => {
  const notFound = (place: string): Printed => ({
    blocking: {
      code: 'worker-lost',
      message: expect.stringMatching(
        `did not start from ${place}: .* option \`worker\` of connect or .* ISOBAR_WORKER`,
      ),
      cause: 'ERR_MODULE_NOT_FOUND',
    },
    async: 'done',
  });

  test('given as an option or by ISOBAR_WORKER', async () => {
    expect(await run({ worker: '/no/such.mjs' })).toEqual(notFound('/no/such.mjs'));
    expect(await run({ environment: { ISOBAR_WORKER: '/none.mjs' } })).toEqual(notFound('/none.mjs'));
  });

  test('beside an ES module that was bundled', async () => {
    const banner = {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    };
    const file = await bundle('module.mjs', { format: 'esm', banner });
    expect(await run({ file })).toEqual(notFound(join(folder, 'isobar-worker.mjs')));
  });

  test('as a CommonJS bundle does not know its own place', async () => {
    const file = await bundle('bundle.cjs', { format: 'cjs' });
    const message = expect.stringMatching(
      /CommonJS bundle has no URL\. .* option `worker` of connect or .* ISOBAR_WORKER/,
    );
    expect(await run({ file })).toEqual({ blocking: { code: 'worker-lost', message }, async: 'done' });
    expect(await run({ file, worker })).toEqual({ blocking: 'done', async: 'done' });
  });
});

test('undici that a bundle cannot load is not-installed', async () => {
  const file = await bundle('no-require.mjs', { format: 'esm' });
  const message = expect.stringMatching(/undici.* could not be loaded: .*require.* see docs\/bundlers\.md/);
  expect(await run({ file, worker })).toEqual({ blocking: 'done', async: { code: 'not-installed', message } });
});

describe("under Node's permission model", () => {
  const canRead = ['--permission', `--allow-fs-read=${root}`, '--disable-warning=SecurityWarning'];
  const refused = (message: string): Printed => ({
    blocking: { code: 'worker-lost', message: expect.stringMatching(message), cause: 'ERR_ACCESS_DENIED' },
    async: 'done',
  });

  test('a blocking call needs a worker, and leave to read it', async () => {
    expect(await run({ flags: canRead })).toEqual(refused('did not start from .* needs --allow-worker'));
    const unreadable = join(folder, 'unreadable.mjs');
    copyFileSync(worker, unreadable);
    const flags = [...canRead, '--allow-worker'];
    expect(await run({ flags, worker: unreadable })).toEqual(
      refused('did not start from .*unreadable.mjs: .* --allow-fs-read'),
    );
    expect(await run({ flags })).toEqual({ blocking: 'done', async: 'done' });
  });

  test('the worker may read no more than the program', async () => {
    const secret = join(folder, 'secret');
    copyFileSync(program, secret);
    const failure = {
      code: 'invalid-argument',
      message: expect.stringContaining("cannot be accessed: forbidden by the runtime's permissions"),
      cause: 'ERR_ACCESS_DENIED',
    };
    const flags = [...canRead, '--allow-worker'];
    expect(await run({ flags, upload: secret })).toEqual({ blocking: failure, async: failure });
    expect(await run({ flags: [...flags, `--allow-fs-read=${secret}`], upload: secret })).toEqual({
      blocking: 'done',
      async: 'done',
    });
  });
});
