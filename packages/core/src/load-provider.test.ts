/** Where a provider's package is looked for: first where the caller points, then where the user's program lies. */
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

/** Installs a package in a folder of its own; returns that folder. */
function install(place: string, source: string): string {
  const home = join(folder, place, 'node_modules/isobar-scripted-cloud');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type":"module","exports":"./index.js"}');
  writeFileSync(join(home, 'index.js'), source);
  return join(folder, place);
}

const fileIn = (place: string) => join(place, 'program.js');
const load = (from?: string) => importForUser('isobar-scripted-cloud', from);

describe('a package is found', () => {
  test('where the caller points', async () => {
    const place = install('pointed', "export const name = 'pointed';");
    expect(await load(pathToFileURL(fileIn(place)).href)).toMatchObject({ name: 'pointed' });
  });
  test('beside the program’s main file', async () => {
    process.argv[1] = fileIn(install('main', "export const name = 'main';"));
    expect(await load()).toMatchObject({ name: 'main' });
  });
  test('in the working folder', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(install('working', "export const name = 'working';"));
    expect(await load()).toMatchObject({ name: 'working' });
  });
  test('where the caller points rather than beside the main file', async () => {
    const place = install('pointed', "export const name = 'pointed';");
    process.argv[1] = fileIn(install('main', "export const name = 'main';"));
    expect(await load(pathToFileURL(fileIn(place)).href)).toMatchObject({ name: 'pointed' });
  });
  test('beside the main file when it is not where the caller points', async () => {
    mkdirSync(join(folder, 'empty'));
    process.argv[1] = fileIn(install('main', "export const name = 'main';"));
    expect(await load(pathToFileURL(fileIn(join(folder, 'empty'))).href)).toMatchObject({ name: 'main' });
  });
});

test('a package that is nowhere is undefined', async () => expect(await load()).toBeUndefined());

test('a package that fails while it is loaded throws its own error', async () => {
  const place = install('broken', "throw new RangeError('broken inside');");
  await expect(load(pathToFileURL(fileIn(place)).href)).rejects.toThrow('broken inside');
});

test('a program without a main file is looked past', async () => {
  process.argv.splice(1, 1);
  try {
    expect(await load()).toBeUndefined();
  } finally {
    process.argv.splice(1, 0, program);
  }
});
