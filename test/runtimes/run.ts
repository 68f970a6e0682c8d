/**
 * `npm run test:runtimes`: runs `program.js` in the runtimes and with the commands of the table in `docs/runtimes.md`, and
 * compares what each kind passes with the table's cells.
 *
 * The packages are packed and installed as a user's would be, outside of the workspace. The runtimes come from this folder's
 * lockfile.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmulator } from '@isobar/emulator';
import { execute, installLocked, pack } from '../layouts.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const packages = ['core', 'connection', 'design-flag', 's3-dialect', 'storage-google', 'compute-test'];

/** Where the runtimes of the table are, below `node_modules`. */
const programs: Readonly<Record<string, string>> = {
  'Node.js 22': 'node-22/bin/node',
  'Node.js 24': 'node-24/bin/node',
  'Node.js 26': 'node-26/bin/node',
  'Bun 1': '.bin/bun',
  'Deno 2': '.bin/deno',
};

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'isobar-runtimes-')));
const runtimes = join(scratch, 'runtimes');
const project = join(scratch, 'project');
const page = readFileSync(join(root, 'docs/runtimes.md'), 'utf8');
const rows = [...page.matchAll(/^\| (\S+ [\d.]+) \| `\S+ (.+)` \| (.+) \| (.+) \|$/gm)];
if (rows.length === 0) throw new Error('docs/runtimes.md has no table of runtimes');

const emulator = await startEmulator();
try {
  install();
  for (const [, runtime = '', args = '', blocking, async] of rows) {
    const [name, version = ''] = runtime.split(' ');
    const program = join(runtimes, 'node_modules', programs[`${name} ${version.split('.')[0]}`] ?? '');
    const seen = ['blocking', 'async'].map((kind) => passes(program, [...args.split(' '), kind]));
    console.log(`| ${runtime} | \`${args}\` | ${seen.map(({ passed }) => passed).join(' | ')} |`);
    for (const { troubles } of seen) for (const trouble of troubles) console.log(trouble.replaceAll(/^/gm, '    '));
    if (!execute(program, ['--version'], project).includes(version)) fail('the version differs');
    if (seen[0]?.passed !== blocking || seen[1]?.passed !== async) fail('docs/runtimes.md says otherwise');
  }
} finally {
  await emulator.close();
  rmSync(scratch, { recursive: true, force: true });
}

function install(): void {
  mkdirSync(runtimes);
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(runtimes, file));
  installLocked(runtimes);
  mkdirSync(join(project, 'tmp'), { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const tarballs = pack(packages, join(scratch, 'tarballs'));
  execute('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], project);
  cpSync(join(here, 'program.js'), join(project, 'program.js'));
}

/** Runs the program in one kind. @returns How many checks pass, and what is wrong with the others. */
function passes(program: string, args: readonly string[]): { passed: string; troubles: readonly string[] } {
  const { storage, compute, accessKey, secret, user, password } = emulator;
  const clouds = { STORAGE: storage, COMPUTE: compute, KEY: accessKey, SECRET: secret };
  const environment = { ...clouds, USER_NAME: user, PASSWORD: password, TMPDIR: join(project, 'tmp') };
  try {
    const results: Record<string, string> = JSON.parse(execute(program, args, project, environment));
    const troubles = Object.entries(results).filter(([, result]) => result !== 'ok');
    const all = Object.keys(results).length;
    return {
      passed: `${all - troubles.length} of ${all}`,
      troubles: troubles.map(([name, result]) => `${name}: ${result}`),
    };
  } catch (failure) {
    return { passed: 'none', troubles: [(failure as Error).message] };
  }
}

function fail(why: string): void {
  console.log(`    ${why}`);
  process.exitCode = 1;
}
