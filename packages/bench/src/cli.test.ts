import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const cli = fileURLToPath(new URL('cli.ts', import.meta.url));

function run(...args: string[]): { code: number | null; out: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, errors: stderr };
}

test('--help says what there is', () => {
  expect(run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--save-baseline') });
});

test('--list names measurements and contenders', () => {
  const { code, out } = run('--list');
  expect(code).toBe(0);
  expect(out).toMatch(/^get +GET of 1 KiB/m);
  expect(out).toMatch(/^list-100k .*with --full only/m);
  expect(out).toMatch(/^contenders: undici, /m);
});

test.for([
  [['--only', 'get,nonsense'], 'unknown nonsense; known: noise, overhead, small-get'],
  [['--contenders', 'nobody'], 'unknown nobody; known: undici'],
  [['--seed', 'x'], '--seed must be a whole number'],
  [['--publish'], '--publish needs --full'],
  [['--full', '--publish', '--only', 'get'], '--publish takes no subset'],
  [['--frobnicate'], '--frobnicate'],
] as const)('%o is refused with the reason', ([args, reason]) => {
  expect(run(...args)).toMatchObject({ code: 2, out: '', errors: expect.stringContaining(reason) });
});
