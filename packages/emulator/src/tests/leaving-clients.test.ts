/** Clients that disconnect during a request: nothing is printed, and nothing of their requests is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator, JournalEntry } from '../index.ts';
import { exchange, signed } from './client.ts';

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'isobar-emulator-test-'));
let child: ChildProcess;
let emulator: Emulator;
let errors = '';

beforeAll(async () => {
  const args = [cli, '--storage-port=0', '--compute-port=0', '--json', '--data', data];
  child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr?.on('data', (text) => {
    errors += text;
  });
  const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  emulator = JSON.parse(String(line));
  await signed(emulator, 'PUT', '/left', { headers: { 'x-goog-acl': 'public-read-write' } });
  const headers = { 'x-goog-acl': 'public-read' };
  await signed(emulator, 'PUT', '/left/large', { body: Buffer.alloc(32 * 1024 * 1024, 'x'), headers });
  const zipped = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  await signed(emulator, 'PUT', '/left/zip', { body: zipped, headers: { ...headers, 'content-encoding': 'gzip' } });
});
afterAll(() => {
  child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

/** Sends a request, or part of one, waits until the server handles it, and disconnects. */
async function leave(base: string, head: string, body = '', awaited: 'log' | 'answer' = 'log'): Promise<void> {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.write(`${head}\r\nHost: localhost\r\n\r\n${body}`, 'latin1');
  if (awaited === 'answer') await once(socket, 'data');
  else await expect.poll(async () => (await log()).some(({ target }) => head.includes(target))).toBe(true);
  socket.resetAndDestroy();
}

async function log(): Promise<JournalEntry[]> {
  return JSON.parse((await exchange(emulator.storage, 'GET', '/_emulator/requests')).text);
}

test('nothing is printed, and nothing is left', async () => {
  const { storage, compute } = emulator;
  const half = 'x'.repeat(3_000_000);
  const length = '\r\nContent-Length: 9000000';
  const basic = `\r\nAuthorization: Basic ${btoa('apache:libcloud')}`;
  const rules = [
    { path: '/left/late', fault: { kind: 'delay', ms: 200 } },
    { path: '/left/large?stall', fault: { kind: 'stall', afterBytes: 100_000 } },
  ];
  await exchange(storage, 'POST', '/_emulator/faults', { body: JSON.stringify(rules) });
  for (let round = 0; round < 3; round++) {
    await leave(storage, `PUT /left/put${round} HTTP/1.1${length}`, half);
    const form =
      '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n';
    await leave(
      storage,
      `POST /left?form${round} HTTP/1.1${length}\r\nContent-Type: multipart/form-data; boundary=b`,
      form + half,
    );
    await leave(storage, `POST /o/oauth2/token?${round} HTTP/1.1${length}`, 'grant');
    await leave(compute, `POST /compute/nodes?${round} HTTP/1.1${length}${basic}`, '{');
    await leave(storage, `GET /left/large?${round} HTTP/1.1`, '', 'answer');
    await leave(storage, `GET /left/zip?${round} HTTP/1.1`, '', 'answer');
    await leave(storage, `GET /left/late${round} HTTP/1.1`);
  }
  await leave(storage, 'GET /left/large?stall HTTP/1.1', '', 'answer');
  for (const base of [storage, compute]) {
    // These are not in the log. The empty standard error below covers them.
    for (const target of ['POST /_emulator/faults', 'PUT /_emulator/quotas']) {
      const socket = connect(Number(new URL(base).port), '127.0.0.1').on('error', () => {});
      await new Promise((resolve) =>
        socket.write(`${target} HTTP/1.1\r\nHost: localhost${length}\r\n\r\n{`, () => resolve(undefined)),
      );
      await exchange(base, 'GET', '/_emulator/health');
      socket.resetAndDestroy();
    }
  }
  await expect.poll(() => readdirSync(join(data, 'incoming'))).toEqual([]);
  expect((await signed(emulator, 'GET', '/left/late0')).code).toBe('NoSuchKey');
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(errors).toBe('');
});
