/**
 * Time limits and cancelling, in both kinds, against servers that do not answer, stop half-way, or do not accept
 * connections.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let emulator: Emulator;
const size = 4 * 1024 * 1024;

const folders: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  const driver = connect(googleStorage, optionsFor());
  driver.createContainer('limits');
  driver.writeObject(new Uint8Array(size), 'limits', 'big');
});
beforeEach(() => setFaults([]));
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await emulator.close();
});

function optionsFor(): { key: string; secret: string; endpoint: string; retry: false } {
  return { key: emulator.accessKey, secret: emulator.secret, endpoint: emulator.storage, retry: false };
}

async function setFaults(faults: readonly object[]): Promise<void> {
  await fetch(`${emulator.storage}/_emulator/faults`, { method: 'DELETE' });
  await fetch(`${emulator.storage}/_emulator/faults`, { method: 'POST', body: JSON.stringify(faults) });
}

const stall = (afterBytes?: number): object => ({
  service: 'storage',
  method: 'GET',
  path: '/limits/big',
  times: 10,
  fault: { kind: 'stall', ...(afterBytes !== undefined && { afterBytes }) },
});

const big = { container: 'limits', name: 'big' };

describe.for([false, true])('limits, async: %s', (isAsync) => {
  const open = (more: object = {}) => connect(googleStorage, { ...optionsFor(), ...more, async: isAsync });

  test('headersTimeoutMs ends an exchange without a response', async () => {
    await setFaults([stall()]);
    const reading = async () => open({ headersTimeoutMs: 300 }).readObject(big);
    await expect(reading()).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('headersTimeoutMs'),
    });
  });

  test('idleTimeoutMs ends a body that stalls', async () => {
    await setFaults([stall(1000)]);
    const reading = async () => open({ idleTimeoutMs: 300 }).readObject(big);
    await expect(reading()).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('idleTimeoutMs'),
    });
  });

  test("a call's own timeoutMs ends it", async () => {
    await setFaults([stall(1000)]);
    const reading = async () => open().readObject(big, { timeoutMs: 200 });
    await expect(reading()).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('200 ms') });
  });

  test("the connection's timeoutMs is the default of its calls", async () => {
    await setFaults([stall()]);
    const reading = async () => open({ timeoutMs: 200 }).readObject(big);
    await expect(reading()).rejects.toMatchObject({ code: 'timeout', details: { operation: 'readObject' } });
  });

  test('a download that times out leaves no file behind, not even a temporary one', async () => {
    await setFaults([stall(100_000)]);
    const folder = mkdtempSync(join(tmpdir(), 'isobar-limits-'));
    folders.push(folder);
    const downloading = async () => open().downloadObject(big, `${folder}/`, { timeoutMs: 300 });
    await expect(downloading()).rejects.toMatchObject({ code: 'timeout' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('the driver works after a timeout', async () => {
    await setFaults([stall()]);
    const driver = open();
    const reading = async () => driver.readObject(big, { timeoutMs: 200 });
    await expect(reading()).rejects.toMatchObject({ code: 'timeout' });
    await setFaults([]);
    expect((await driver.readObject(big)).length).toBe(size);
  });

  test.for(['5', -1, Number.NaN])(
    'a timeoutMs of %o is refused by name, before anything is sent',
    async (timeoutMs) => {
      const reading = async () => open().readObject(big, { timeoutMs: timeoutMs as number });
      await expect(reading()).rejects.toMatchObject({
        code: 'invalid-argument',
        details: { field: 'timeoutMs', operation: 'readObject' },
      });
    },
  );

  test('an invalid signal, or any signal in the blocking kind, is refused by name', async () => {
    const signal = isAsync ? ('now' as unknown as AbortSignal) : new AbortController().signal;
    const reading = async () => open().readObject(big, { signal } as object);
    await expect(reading()).rejects.toMatchObject({ code: 'invalid-argument', details: { field: 'signal' } });
  });

  test('connectTimeoutMs ends an attempt to connect', async () => {
    await using server = await startUnresponsiveServer();
    const driver = open({ endpoint: `http://127.0.0.1:${server.port}`, connectTimeoutMs: 600 });
    const listing = async () => driver.listContainers();
    await expect(listing()).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('connectTimeoutMs'),
      details: { unsent: true },
    });
  });
});

describe('signals', () => {
  const open = () => connect(googleStorage, { ...optionsFor(), async: true });

  test('an aborted signal ends the call before anything is sent', async () => {
    const reason = new Error('changed my mind');
    await fetch(`${emulator.storage}/_emulator/requests`, { method: 'DELETE' });
    const reading = open().readObject(big, { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toMatchObject({ code: 'aborted', cause: reason });
    const sent: unknown = await (await fetch(`${emulator.storage}/_emulator/requests`)).json();
    expect(JSON.stringify(sent)).not.toContain('/limits/big');
  });

  test('a signal ends a call that waits for a response', async () => {
    await setFaults([stall()]);
    const controller = new AbortController();
    const reading = open().readObject(big, { signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 100);
    await expect(reading).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
  });

  test('a signal ends a stream between two pieces and while it waits for one', async () => {
    await setFaults([stall(100_000)]);
    const controller = new AbortController();
    let received = 0;
    const reading = async (): Promise<void> => {
      for await (const piece of open().downloadObjectAsStream(big, { signal: controller.signal })) {
        received += piece.length;
        setTimeout(() => controller.abort('enough'), 100);
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect(received).toBeLessThanOrEqual(100_000);
  });

  test('a signal ends the wait for a source that hangs, and the upload is aborted', async () => {
    const controller = new AbortController();
    async function* hanging(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(9 * 1024 * 1024);
      await new Promise(() => {});
    }
    const uploading = open().uploadObjectViaStream(hanging(), 'limits', 'never', { signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 300);
    await expect(uploading).rejects.toMatchObject({ code: 'aborted' });
    await expect(open().getObject('limits', 'never')).rejects.toMatchObject({ code: 'not-found' });
  });
});

/** A server whose process is stopped and whose queue of connections is full, so that the kernel accepts no more. */
async function startUnresponsiveServer(): Promise<AsyncDisposable & { readonly port: string }> {
  const program = `
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;
  const child: ChildProcess = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const port = String(line).trim();
  child.kill('SIGSTOP');
  const fillers: Socket[] = Array.from({ length: 8 }, () =>
    connectSocket(Number(port), '127.0.0.1').on('error', () => {}),
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
