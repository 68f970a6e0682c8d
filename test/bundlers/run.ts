/**
 * `npm run test:bundlers`: runs the recipes of `docs/bundlers.md`, and prints what came of each in both kinds. Words of their
 * names choose recipes: `npm run test:bundlers -- webpack next`.
 *
 * The packages are packed and installed as a user's would be, with the tools of this folder's lockfile, outside of the
 * workspace. What is deployed is copied to a folder from which no package can be found. Recipes use curl, zip and unzip.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmulator } from '@isobar/emulator';
import { execute, installLocked, pack } from '../layouts.ts';
import { type Recipe, readPage } from './recipes.ts';

const here = dirname(fileURLToPath(import.meta.url));
const packages = ['core', 'connection', 'design-flag', 's3-dialect', 'storage-google'];
const kinds = ['blocking', 'async'];

const scratch = mkdtempSync(join(tmpdir(), 'isobar-bundlers-'));
const project = join(scratch, 'project');
const page = readPage(new URL('../../docs/bundlers.md', import.meta.url));
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = page.recipes.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
);

const emulator = await startEmulator();
try {
  installProject();
  for (const recipe of chosen) {
    const { read, trouble } = outcomeOf(recipe);
    const cells = kinds.map((kind) => (read[kind] === 'written' ? 'works' : 'FAILED').padEnd(7));
    console.log(`${recipe.name.padEnd(22)} ${kinds.map((kind, at) => `${kind} ${cells[at]}`).join(' ')}`);
    if (trouble !== undefined) console.log(trouble.replaceAll(/^/gm, '  '));
    if (cells.some((cell) => cell.startsWith('FAILED'))) process.exitCode = 1;
  }
} finally {
  await emulator.close();
  rmSync(scratch, { recursive: true, force: true });
}

/** Installs the tools, and the packages from their tarballs. */
function installProject(): void {
  mkdirSync(project);
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(project, file));
  installLocked(project, pack(packages, join(scratch, 'tarballs')));
}

interface Outcome {
  /** What each kind read. */
  readonly read: Readonly<Record<string, string>>;
  /** What was printed when something failed. */
  readonly trouble?: string;
}

/** Builds and runs a recipe. */
function outcomeOf(recipe: Recipe): Outcome {
  const present = new Set(readdirSync(project));
  try {
    for (const [path, text] of [...page.shared, ...recipe.files]) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    runShell(recipe.build, project);
    const printed = runShell(recipe.run, recipe.deployed ? deploy(recipe.deployed) : project);
    const read = /\{.*\}/.exec(printed)?.[0];
    return read ? { read: JSON.parse(read) } : { read: {}, trouble: printed };
  } catch (failure) {
    return { read: {}, trouble: (failure as Error).message };
  } finally {
    for (const entry of readdirSync(project)) {
      if (!present.has(entry)) rmSync(join(project, entry), { recursive: true });
    }
  }
}

/** Copies or unpacks what was built into an empty folder. */
function deploy(built: string): string {
  const folder = mkdtempSync(join(scratch, 'deployed-'));
  if (built.endsWith('.zip')) execute('unzip', ['-q', join(project, built), '-d', folder], scratch);
  else cpSync(join(project, built), folder, { recursive: true });
  return folder;
}

function runShell(commands: string, folder: string): string {
  const { storage, accessKey, secret } = emulator;
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const environment = { PATH, STORAGE: storage, KEY: accessKey, SECRET: secret, NEXT_TELEMETRY_DISABLED: '1' };
  return execute('sh', ['-e', '-c', commands], folder, environment);
}
