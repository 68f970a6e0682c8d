/** Programs that are run: their output, their end, and how they are ended. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { CloudError, type ProgramOptions } from '@isobar/core/provider';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { Call } from '../calls/call.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'isobar-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script in Node. */
const run = (script: string, more: Partial<ProgramOptions> = {}, call = new Call(0), ...args: string[]) =>
  runProgram(process.execPath, ['-e', script, '--', ...args], { timeoutMs: 60_000, maxBytes: 1000, ...more }, call);

const endless = 'setInterval(() => {}, 1000)';

describe('a program', () => {
  test('returns its output, its error output and its exit code', async () => {
    const script = 'process.stdout.write("größe"); process.stderr.write("oh"); process.exitCode = 3';
    expect(await run(script)).toEqual({ exitCode: 3, output: 'größe', errorOutput: 'oh' });
  });

  test('gets its arguments unchanged: there is no shell', async () => {
    const args = ['a b', '"$HOME"', ';exit 1', '*'];
    const { output } = await run('console.log(JSON.stringify(process.argv.slice(1)))', {}, new Call(0), ...args);
    expect(JSON.parse(output)).toEqual(args);
  });

  test('has the variables of this process and those of its options, and no input', async () => {
    const script = 'process.stdin.resume().on("end", () => console.log(process.env.PATH, process.env.ISOBAR_ONE))';
    const { output } = await run(script, { environment: { ISOBAR_ONE: '1' } });
    expect(output).toBe(`${process.env.PATH} 1\n`);
  });

  test('that a signal ended has no exit code', async () => {
    expect(await run('process.kill(process.pid, "SIGKILL")')).toMatchObject({ exitCode: undefined });
  });

  test.for(['stdout', 'stderr'])('that writes too much to %s is refused', async (stream) => {
    const message = expect.stringContaining('wrote more than 1000 bytes');
    const writing = run(`process.${stream}.write("x".repeat(1001)); ${endless}`);
    await expect(writing).rejects.toMatchObject({ code: 'invalid-argument', message });
  });

  test('may write as much as allowed (control)', async () => {
    expect((await run('process.stdout.write("x".repeat(1000))')).output).toHaveLength(1000);
  });

  test('that takes too long fails with timeout', async () => {
    await expect(run(endless, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('is ended when its call is cancelled', async () => {
    const call = new Call(0);
    const file = join(folder, 'pid');
    const script = `require("fs").writeFileSync(process.argv[1], String(process.pid)); ${endless}`;
    const running = run(script, {}, call, file);
    await vi.waitFor(() => expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toMatch(/^\d+$/), 30_000);
    const failure = new CloudError('aborted', 'enough');
    call.cancel(failure);
    await expect(running).rejects.toBe(failure);
    const isAlive = (): void => void process.kill(Number(readFileSync(file, 'utf8')), 0);
    await vi.waitFor(() => expect(isAlive).toThrow(/ESRCH/), 30_000);
  });

  test('is not started after its call was cancelled', async () => {
    const call = new Call(0);
    call.cancel(new CloudError('aborted', 'enough'));
    await expect(run('', {}, call)).rejects.toBe(call.failure);
  });
});

describe('a program that cannot be run is refused', () => {
  const options = { timeoutMs: 60_000, maxBytes: 1000 };
  test.for([
    [join(folder, 'missing'), 'was not found; install it, or give its path'],
    ['isobar-has-no-such-program', 'was not found; install it, or give its path'],
    [join(folder, 'data'), 'is not executable'],
  ] as const)('%s', async ([command, problem]) => {
    writeFileSync(join(folder, 'data'), 'text', { mode: 0o644 });
    const message = expect.stringContaining(problem);
    const failure = { code: 'invalid-argument', message, details: { field: 'command' } };
    await expect(runProgram(command, ['secret'], options, new Call(0))).rejects.toMatchObject(failure);
  });

  test('with an error that shows neither the arguments nor the variables, also in its cause', async () => {
    const secret = 'hunter2';
    // The system refuses the second argument for its size.
    for (const [command, argument] of [
      ['isobar-has-no-such-program', secret],
      [process.execPath, secret.repeat(1_000_000)],
    ] as const) {
      const running = runProgram(command, [argument], { ...options, environment: { TOKEN: secret } }, new Call(0));
      const failure = await running.catch((thrown: unknown) => thrown);
      expect(failure).toBeInstanceOf(CloudError);
      expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(secret);
    }
  });

  test('by the system, for another reason, with its code', async () => {
    const tooLong = ['x'.repeat(10_000_000)];
    await expect(runProgram(process.execPath, tooLong, options, new Call(0))).rejects.toMatchObject({
      code: 'file-failed',
      message: `${process.execPath} could not be started: E2BIG`,
      details: { reason: 'E2BIG' },
    });
  });
});
