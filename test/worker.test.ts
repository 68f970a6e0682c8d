/** The worker that performs blocking calls: what happens when it dies, and that it keeps no process alive. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
  const { accessKey: key, secret, storage: endpoint } = emulator;
  connect(googleStorage, { key, secret, endpoint }).createContainer('stalled');
});
afterAll(() => emulator.close());

/** Runs a program of `programs` with the emulator's address. @returns What it printed. */
async function run(program: string, ...args: string[]): Promise<{ printed: unknown; stderr: string }> {
  const file = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  const { accessKey, secret, storage } = emulator;
  const all = ['--expose-gc', file, ...args, storage, accessKey, secret];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, all, { timeout: 25_000 });
  return { printed: JSON.parse(stdout), stderr };
}

describe('a worker that ends during a call', () => {
  test.for([
    ['exit', ['worker-lost']],
    ['throw', ['worker-lost', 'RangeError']],
    ['memory', ['worker-lost']],
    ['load', ['worker-lost', 'RangeError']],
    ['missing', ['worker-lost', 'ERR_MODULE_NOT_FOUND']],
    // The worker lives, so the call waits until its time limit.
    ['hang', ['timeout']],
  ])('by %s: the call fails with %s, the next call starts a new one', async ([way, first]) => {
    const faults = [{ service: 'storage', method: 'HEAD', path: '/stalled', times: 1, fault: { kind: 'stall' } }];
    await fetch(`${emulator.storage}/_emulator/faults`, { method: 'POST', body: JSON.stringify(faults) });
    const { printed } = await run('dying-worker.ts', way as string);
    expect(printed).toEqual({ first, second: 1, started: 2 });
  });

  test('a worker that lives answers both calls (control)', async () => {
    await fetch(`${emulator.storage}/_emulator/faults`, { method: 'DELETE' });
    const { printed } = await run('dying-worker.ts', 'none');
    expect(printed).toEqual({ first: { name: 'stalled', extra: {} }, second: 1, started: 1 });
  });
});

describe('memory and handles in use after garbage collection', () => {
  interface InUse {
    readonly threadBytes: number;
    readonly workerBytes: number;
    readonly workerHandles: number;
  }

  const objectBytes = 512 * 1024;
  const inUse = async (calls: number, way: 'let-go' | 'hold'): Promise<InUse> =>
    (await run('blocking-garbage.ts', String(calls), way)).printed as InUse;

  test('are the same after 3 calls and after 20, in the thread and in its worker', async () => {
    const few = await inUse(3, 'let-go');
    const many = await inUse(20, 'let-go');
    expect(many.threadBytes - few.threadBytes).toBeLessThan(2 * objectBytes);
    expect(many.workerBytes - few.workerBytes).toBeLessThan(2 * objectBytes);
    expect(many.workerHandles).toBe(few.workerHandles);
  });

  test('grow when the program keeps the bytes (control)', async () => {
    const few = await inUse(3, 'hold');
    const many = await inUse(20, 'hold');
    expect(many.threadBytes - few.threadBytes).toBeGreaterThan(15 * objectBytes);
  });
});

test('a program that closes no driver still ends, in every design, and prints no warning', async () => {
  const { printed, stderr } = await run('open-driver.ts');
  expect(printed).toEqual([1, 1, 1, 1]);
  expect(stderr).toBe('');
});
