/** Where a provider's package is searched: first at `from`, then at the user's program. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { importForUser } from './load-provider.ts';

const program = process.argv[1] ?? '';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isobar-load-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.argv[1] = program;
  rmSync(folder, { recursive: true });
});

/** Installs a package in a subfolder and returns that folder. */
function install(subfolder: string, source: string): string {
  const packageFolder = join(folder, subfolder, 'node_modules/isobar-scripted-cloud');
  mkdirSync(packageFolder, { recursive: true });
  writeFileSync(join(packageFolder, 'package.json'), '{"type":"module","exports":"./index.js"}');
  writeFileSync(join(packageFolder, 'index.js'), source);
  return join(folder, subfolder);
}

const fileIn = (parent: string) => join(parent, 'program.js');
const load = (from?: string) => importForUser('isobar-scripted-cloud', from);

describe('a package is found', () => {
  test('at `from`', async () => {
    const parent = install('pointed', "export const name = 'pointed';");
    expect(await load(pathToFileURL(fileIn(parent)).href)).toMatchObject({ name: 'pointed' });
  });
  test('next to the program’s main file', async () => {
    process.argv[1] = fileIn(install('main', "export const name = 'main';"));
    expect(await load()).toMatchObject({ name: 'main' });
  });
  test('in the working folder', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(install('working', "export const name = 'working';"));
    expect(await load()).toMatchObject({ name: 'working' });
  });
  test('at `from` before the main file', async () => {
    const parent = install('pointed', "export const name = 'pointed';");
    process.argv[1] = fileIn(install('main', "export const name = 'main';"));
    expect(await load(pathToFileURL(fileIn(parent)).href)).toMatchObject({ name: 'pointed' });
  });
  test('next to the main file when it is not at `from`', async () => {
    mkdirSync(join(folder, 'empty'));
    process.argv[1] = fileIn(install('main', "export const name = 'main';"));
    expect(await load(pathToFileURL(fileIn(join(folder, 'empty'))).href)).toMatchObject({ name: 'main' });
  });
});

test('a package that is not installed is undefined', async () => expect(await load()).toBeUndefined());

test('a package that fails while it is loaded throws its own error', async () => {
  const parent = install('broken', "throw new RangeError('broken inside');");
  await expect(load(pathToFileURL(fileIn(parent)).href)).rejects.toThrow('broken inside');
});

test('a program without a main file is skipped', async () => {
  process.argv.splice(1, 1);
  try {
    expect(await load()).toBeUndefined();
  } finally {
    process.argv.splice(1, 0, program);
  }
});
