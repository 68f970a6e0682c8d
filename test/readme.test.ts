/** The first program of the README runs as it stands, and without its `async` too. */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEmulator } from '@isobar/emulator';
import { afterAll, expect, test } from 'vitest';

const emulator = await startEmulator();
const program = fileURLToPath(new URL('readme-program.ts', import.meta.url));
afterAll(async () => {
  rmSync(program, { force: true });
  await emulator.close();
});

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, source = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];

test.each([
  ['as it stands', source],
  ['without `async`', source.replace(/^ {2}async: true.*\n/m, '')],
])('%s', async (_, text) => {
  await emulator.reset();
  writeFileSync(program, text.replace('http://127.0.0.1:9897', emulator.storage));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  expect(stdout).toBe('hello.txt Hello!\n');
});

test('the two programs differ', () => expect(source).toContain('  async: true'));
