import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CellProgram, runCell, startCell } from './cell-process.ts';

const limitMs = 20_000;
const script = (source: string): CellProgram => ({ command: process.execPath, args: ['-e', source] });
const answer = (result: object): string => `require('fs').writeSync(3, ${JSON.stringify(JSON.stringify(result))});`;

test('a cell answers on its own channel, whatever it prints', async () => {
  const result = { kind: 'samples', samples: { time: [1, 2] } };
  expect(await runCell(script(`console.log('{"kind":"failed"}'); ${answer(result)}`), limitMs)).toEqual(result);
});

test('a cell that waits for turns measures once a turn', async () => {
  const result = { kind: 'samples', samples: { time: [1, 2] } };
  const cell = startCell(
    script(`let turns = 0;
      process.stdin.on('data', () => {
        turns += 1;
        if (turns < 3) require('fs').writeSync(3, '\\n');
        else { ${answer(result)} process.exit(); }
      });`),
    limitMs,
  );
  for (let turn = 0; turn < 3; turn += 1) await cell.turn();
  expect(await cell.result).toEqual(result);
});

test('a cell that ends between its turns has failed, and the turns after it end too', async () => {
  const cell = startCell(
    script(`process.stdin.once('data', () => { require('fs').writeSync(3, '\\n'); process.exit(7); });`),
    limitMs,
  );
  for (let turn = 0; turn < 3; turn += 1) await cell.turn();
  expect(await cell.result).toMatchObject({ kind: 'failed', why: 'exit code 7 without a result' });
});

test('a cell that crashes has failed, and says how', async () => {
  const result = await runCell(script('throw new RangeError("out of cheese")'), limitMs);
  expect(result).toMatchObject({ kind: 'failed', why: expect.stringContaining('out of cheese') });
});

test('a cell that ends without a result has failed', async () => {
  expect(await runCell(script(''), limitMs)).toEqual({ kind: 'failed', why: 'exit code 0 without a result' });
});

test('a cell that is killed has failed', async () => {
  const result = await runCell(script('process.kill(process.pid, "SIGKILL")'), limitMs);
  expect(result).toMatchObject({ kind: 'failed', why: expect.stringContaining('SIGKILL') });
});

test('a cell that hangs, blocked even, is ended with what it has started', async () => {
  const sleeper = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    require('fs').writeFileSync(process.env.PID_FILE, String(child.pid));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
  const folder = mkdtempSync(join(tmpdir(), 'isobar-cell-'));
  try {
    const pidFile = join(folder, 'pid');
    const result = await runCell({ ...script(sleeper), environment: { PID_FILE: pidFile } }, 3000);
    expect(result).toEqual({ kind: 'failed', why: 'gave no result within 3 s' });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what a cell leaves running ends with it', async () => {
  const leaver = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    child.unref();
    require('fs').writeSync(3, JSON.stringify({ kind: 'unsupported', why: String(child.pid) }));
    process.exit();`;
  const result = (await runCell(script(leaver), limitMs)) as { why: string };
  await expect.poll(() => isRunning(Number(result.why)), { timeout: 10_000 }).toBe(false);
});

test('a program that is not there has failed', async () => {
  const result = await runCell({ command: '/no/such/program', args: [] }, limitMs);
  expect(result).toMatchObject({ kind: 'failed', why: expect.stringContaining('ENOENT') });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
