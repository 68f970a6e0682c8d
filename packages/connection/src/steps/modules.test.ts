/** Modules that are imported for an operation, in both kinds. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importModule, type LocalStep } from '@isobar/core/provider';
import { afterAll, describe, expect, test } from 'vitest';
import { firstStep } from '../testing/steps.ts';
import { importedExport, requiredExport } from './modules.ts';

const folder = mkdtempSync(join(tmpdir(), 'isobar-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the files of a package that a program in the folder can import. */
function install(name: string, manifest: object, files: Readonly<Record<string, string>>): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
}

install('modern', { type: 'module', exports: './a.js' }, { 'a.js': 'export const one = 1; export default () => 2;' });
install('common', { main: 'a.js' }, { 'a.js': 'module.exports = Object.assign(() => {}, { ["o" + "ne"]: 1 });' });
install('waiting', { type: 'module', exports: './a.js' }, { 'a.js': 'export const one = await 1;' });
install('failing', { main: 'a.js' }, { 'a.js': 'throw new RangeError("my own");' });
install('@org/modern', { type: 'module', exports: { './part': './a.js' } }, { 'a.js': 'export const one = 1;' });
install('only-import', { type: 'module', exports: { import: './a.js' } }, { 'a.js': 'export const one = 1;' });
writeFileSync(join(folder, 'near.mjs'), 'export const one = 1;');

const from = join(folder, 'program.js');
type ImportStep = Extract<LocalStep, { readonly kind: 'importModule' }>;
const kinds = { async: importedExport, blocking: async (step: ImportStep) => requiredExport(step) };

describe.for(Object.entries(kinds))('%s', ([kind, find]) => {
  const importing = (specifier: string, name: string, file: string | undefined = from) =>
    find(firstStep<ImportStep>(importModule(specifier, name, file)));

  test.for([
    ['an ES module', 'modern', 'one'],
    ['a CommonJS module', 'common', 'one'],
    ['an entry of a package in a scope', '@org/modern/part', 'one'],
    ['a file', './near.mjs', 'one'],
    ['a file URL', pathToFileURL(join(folder, 'near.mjs')).href, 'one'],
  ] as const)('has an export of %s', async ([, specifier, name]) => {
    expect(await importing(specifier, name)).toBe(1);
    expect(await importing(specifier, name, pathToFileURL(from).href)).toBe(1);
  });

  test('has the default export of both kinds of modules', async () => {
    expect(await importing('modern', 'default')).toBeTypeOf('function');
    expect(await importing('common', 'default')).toBeTypeOf('function');
  });

  test('finds modules of Node, and packages of this one without a place to look from', async () => {
    expect(await importing('node:path', 'join')).toBe(join);
    expect(await find(firstStep<ImportStep>(importModule('undici', 'Agent')))).toBeTypeOf('function');
  });

  test.for([
    ['missing', 'npm install missing'],
    ['@org/missing/part', 'npm install @org/missing'],
  ] as const)('names the package that is not installed: %s', async ([specifier, hint]) => {
    const failure = { code: 'not-installed', message: expect.stringContaining(hint) };
    await expect(importing(specifier, 'one')).rejects.toMatchObject(failure);
  });

  test.for([
    ['./missing.mjs', 'one', 'there is no module ./missing.mjs'],
    ['node:missing', 'one', 'there is no module node:missing'],
    ['modern', 'two', 'modern has no export "two"'],
    ['common', 'toString', 'common has no export "toString"'],
    ['./near.mjs', 'default', './near.mjs has no export "default"'],
  ] as const)('refuses what is not there: %s, %s', async ([specifier, name, problem]) => {
    const failure = { code: 'invalid-argument', message: expect.stringContaining(problem) };
    await expect(importing(specifier, name)).rejects.toMatchObject(failure);
  });

  test('refuses a package without an entry for require', async () => {
    await expect(importing('only-import', 'one')).rejects.toMatchObject({ code: 'unsupported' });
  });

  test("passes a module's own error on", async () => {
    await expect(importing('failing', 'one')).rejects.toMatchObject({ name: 'RangeError', message: 'my own' });
  });

  test.runIf(kind === 'async')('a module may use await outside of functions', async () => {
    expect(await importing('waiting', 'one')).toBe(1);
  });
  test.runIf(kind === 'blocking')('a module that uses await outside of functions is refused', async () => {
    const message = expect.stringContaining('use an asynchronous driver');
    await expect(importing('waiting', 'one')).rejects.toMatchObject({ code: 'unsupported', message });
  });
});
