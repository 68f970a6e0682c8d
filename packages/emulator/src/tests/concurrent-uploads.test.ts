/** Concurrent requests to one resumable session. Blobs are files here, so reads are asynchronous. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { type Answer, exchange, signed } from './client.ts';

const UNIT_BYTES = 256 * 1024;
const data = mkdtempSync(join(tmpdir(), 'isobar-emulator-test-'));
const body = randomBytes(UNIT_BYTES * 4);
const etag = `"${createHash('md5').update(body).digest('hex')}"`;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ data });
  await signed(emulator, 'PUT', '/sessions');
});
afterAll(async () => {
  await emulator.close();
  rmSync(data, { recursive: true, force: true });
});

async function start(name: string, bucket = '/sessions'): Promise<string> {
  const headers = { 'x-goog-resumable': 'start' };
  const answer = await signed(emulator, 'POST', `${bucket}/${name}`, { headers });
  return String(answer.headers.location).slice(emulator.storage.length);
}

function send(session: string, bytes: Uint8Array | string, range?: string): Promise<Answer> {
  const headers = { 'content-length': bytes.length, ...(range !== undefined && { 'content-range': range }) };
  return exchange(emulator.storage, 'PUT', session, { body: bytes, headers });
}

async function stored(name: string) {
  const answer = await signed(emulator, 'GET', `/sessions/${name}`);
  return { etag: answer.headers.etag, isWhole: answer.body.equals(body) };
}

test('the same body sent twice at once creates one complete object', async () => {
  for (let pair = 0; pair < 30; pair++) {
    const session = await start(`pair-${pair}`);
    const answers = await Promise.all([send(session, body), send(session, body)]);
    expect(answers.map(({ status, headers }) => [status, headers.etag])).toEqual([
      [200, etag],
      [200, etag],
    ]);
    expect(answers[0]?.headers['x-goog-generation']).toBe(answers[1]?.headers['x-goog-generation']);
    expect(await stored(`pair-${pair}`)).toEqual({ etag, isWhole: true });
  }
});

test('the same chunk sent twice at once is stored once', async () => {
  for (let pair = 0; pair < 20; pair++) {
    const session = await start(`chunks-${pair}`);
    for (let from = 0; from < body.length; from += UNIT_BYTES) {
      const to = from + UNIT_BYTES;
      const chunk = () => send(session, body.subarray(from, to), `bytes ${from}-${to - 1}/${body.length}`);
      const answers = await Promise.all([chunk(), chunk()]);
      const expected = to === body.length ? [200, undefined] : [308, `bytes=0-${to - 1}`];
      expect(answers.map(({ status, headers }) => [status, headers.range])).toEqual([expected, expected]);
    }
    expect(await stored(`chunks-${pair}`)).toEqual({ etag, isWhole: true });
  }
});

test('a session is cancelled before its object is published, or not at all', async () => {
  for (let pair = 0; pair < 30; pair++) {
    const session = await start(`cancelled-${pair}`);
    const [put, cancel] = await Promise.all([send(session, body), exchange(emulator.storage, 'DELETE', session)]);
    expect([200, 404]).toContain(put.status);
    expect(cancel.status).toBe(204);
    expect((await signed(emulator, 'HEAD', `/sessions/cancelled-${pair}`)).status).toBe(put.status);
  }
});

test('a bucket is deleted with its sessions, or stays with their objects', async () => {
  for (let pair = 0; pair < 30; pair++) {
    await signed(emulator, 'PUT', '/going');
    const session = await start('key', '/going');
    const [put, removed] = await Promise.all([send(session, body), signed(emulator, 'DELETE', '/going')]);
    expect([put.status, removed.status]).toEqual(put.status === 200 ? [200, 409] : [404, 204]);
    await signed(emulator, 'DELETE', '/going/key');
    await signed(emulator, 'DELETE', '/going');
  }
});

test('a stalled body does not block other requests', async () => {
  const session = await start('silent');
  const socket = connect(Number(new URL(emulator.storage).port), '127.0.0.1');
  socket.write(`PUT ${session} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body.subarray(0, UNIT_BYTES));
  expect((await send(session, '', 'bytes */*')).status).toBe(308);
  expect((await send(session, body)).headers.etag).toBe(etag);
  socket.destroy();
  expect(await stored('silent')).toEqual({ etag, isWhole: true });
});

test('a large body sent again to a finished session gets the first reply', async () => {
  const large = Buffer.alloc(5 * 1024 * 1024, 'large');
  const session = await start('again');
  const first = await send(session, large);
  const again = await send(session, large);
  expect([again.status, again.headers['x-goog-generation']]).toEqual([200, first.headers['x-goog-generation']]);
});
