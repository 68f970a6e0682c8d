/** Modules that are called for an operation. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { callModule as callModuleStep, type WorkerStep } from '@isobar/core/provider';
import { afterAll, expect, test } from 'vitest';
import { firstStep } from '../testing/steps.ts';
import { callModule } from './call-module.ts';

const folder = mkdtempSync(join(tmpdir(), 'isobar-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the files of a package that a program in the folder can import. */
function install(name: string, manifest: object, files: Readonly<Record<string, string>>): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
}

const one = 'export const one = () => 1;';
const wait = 'export const one = await 1; export const two = async (by) => async (more) => ({ sum: by + more });';
install(
  'modern',
  { type: 'module', exports: './a.js' },
  { 'a.js': `${one} export const number = 1; export default () => 2;` },
);
install('common', { main: 'a.js' }, { 'a.js': 'module.exports = Object.assign(() => 2, { ["o" + "ne"]: () => 1 });' });
install('waiting', { type: 'module', exports: './a.js' }, { 'a.js': wait });
install('failing', { main: 'a.js' }, { 'a.js': 'throw new RangeError("my own");' });
install('@org/modern', { type: 'module', exports: { './part': './a.js' } }, { 'a.js': one });
install('only-import', { type: 'module', exports: { import: './a.js' } }, { 'a.js': one });
writeFileSync(join(folder, 'near.mjs'), one);

const from = join(folder, 'program.js');

function called(specifier: string, name: string, calls: unknown[][] = [[]], file: string | undefined = from): unknown {
  const step = firstStep(callModuleStep(specifier, name, calls, file)) as Extract<WorkerStep, { kind: 'module' }>;
  return callModule(step);
}

test.for([
  ['an ES module', 'modern', 'one'],
  ['a CommonJS module', 'common', 'one'],
  ['an entry of a package in a scope', '@org/modern/part', 'one'],
  ['a file', './near.mjs', 'one'],
  ['a file URL', pathToFileURL(join(folder, 'near.mjs')).href, 'one'],
] as const)('calls an export of %s', async ([, specifier, name]) => {
  expect(await called(specifier, name)).toBe(1);
  expect(await called(specifier, name, [[]], pathToFileURL(from).href)).toBe(1);
});

test('calls the default export of both kinds of modules', async () => {
  expect(await called('modern', 'default')).toBe(2);
  expect(await called('common', 'default')).toBe(2);
});

test('calls what a call returned, and awaits both', async () => {
  expect(await called('waiting', 'two', [[1], [2]])).toEqual({ sum: 3 });
});

test('finds modules of Node, and packages of this one without a place to look from', async () => {
  expect(await called('node:path', 'join', [['a', 'b']])).toBe(join('a', 'b'));
  const step = firstStep(callModuleStep('undici', 'getGlobalOrigin', [[]])) as Extract<WorkerStep, { kind: 'module' }>;
  expect(await callModule(step)).toBeUndefined();
});

test.for([
  ['missing', 'npm install missing'],
  ['@org/missing/part', 'npm install @org/missing'],
] as const)('names the package that is not installed: %s', async ([specifier, hint]) => {
  const failure = { code: 'not-installed', message: expect.stringContaining(hint) };
  await expect(called(specifier, 'one')).rejects.toMatchObject(failure);
});

test.for([
  ['./missing.mjs', 'one', 'there is no module ./missing.mjs'],
  ['node:missing', 'one', 'there is no module node:missing'],
  ['modern', 'two', 'modern has no export "two"'],
  ['modern', 'number', 'number of modern is not a function'],
  ['common', 'toString', 'common has no export "toString"'],
  ['./near.mjs', 'default', './near.mjs has no export "default"'],
] as const)('refuses what is not there: %s, %s', async ([specifier, name, problem]) => {
  const failure = { code: 'invalid-argument', message: expect.stringContaining(problem) };
  await expect(called(specifier, name)).rejects.toMatchObject(failure);
});

test('refuses a package without an entry for require, and a result that is not data', async () => {
  await expect(called('only-import', 'one')).rejects.toMatchObject({ code: 'unsupported' });
  await expect(called('waiting', 'two', [[1]])).rejects.toMatchObject({ code: 'unsupported' });
});

test("passes a module's own error on", async () => {
  await expect(called('failing', 'one')).rejects.toMatchObject({ name: 'RangeError', message: 'my own' });
});
