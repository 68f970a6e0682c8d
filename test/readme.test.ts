/** Programs of readmes run as they stand: the first of README.md, without its `async` too, and the test in core's. */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEmulator } from '@isobar/emulator';
import { afterAll, expect, test } from 'vitest';

const emulator = await startEmulator();
const program = fileURLToPath(new URL('readme-program.ts', import.meta.url));
const ownTests = fileURLToPath(new URL('core-readme-program.ts', import.meta.url));
afterAll(async () => {
  rmSync(program, { force: true });
  rmSync(ownTests, { force: true });
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

test('the tests of an operation, in the readme of core, pass', async () => {
  const text = readFileSync(new URL('../packages/core/README.md', import.meta.url), 'utf8');
  const [, tests = ''] = /## Testing a provider\n.*?```ts\n(.*?)```/s.exec(text) ?? [];
  writeFileSync(ownTests, tests);
  const { stdout } = await promisify(execFile)(process.execPath, ['--test-reporter=tap', ownTests]);
  expect(stdout).toContain('# pass 2\n# fail 0\n');
});
