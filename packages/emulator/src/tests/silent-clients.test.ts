/** Clients that send part of a body and then nothing: they time out. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { exchange, signed, signedHeaders } from './client.ts';

const UNIT_BYTES = 256 * 1024;
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ bodyIdleMs: 250 });
  await signed(emulator, 'PUT', '/silent');
});
afterAll(() => emulator.close());

/** Sends the head of a request and part of its body, and waits until the server closes the connection. */
function sendPart(base: string, head: string, part: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket: Socket = connect(Number(port), hostname);
    socket.setEncoding('latin1').on('data', (text) => {
      received += text;
    });
    socket.on('error', reject).on('end', () => {
      socket.end();
      resolve(received);
    });
    socket.write(`${head}\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${part}`, 'latin1');
  });
}

const lines = (headers: object) =>
  Object.entries(headers)
    .map(([name, value]) => `\r\n${name}: ${value}`)
    .join('');
const basic = `\r\nAuthorization: Basic ${btoa('apache:libcloud')}`;

describe('half a body, then nothing, is 408', () => {
  test('to an object, which stays as it was', async () => {
    await signed(emulator, 'PUT', '/silent/key', { body: 'before' });
    const { host: _, ...headers } = signedHeaders({ ...emulator, storage: 'http://localhost' }, 'PUT', '/silent/key', {
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    const answer = await sendPart(emulator.storage, `PUT /silent/key HTTP/1.1${lines(headers)}`, 'half');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('<Code>RequestTimeout</Code>');
    expect((await signed(emulator, 'GET', '/silent/key')).text).toBe('before');
  });

  test('to a form', async () => {
    await signed(emulator, 'PUT', '/silent-form', { headers: { 'x-goog-acl': 'public-read-write' } });
    const head = 'POST /silent-form HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b';
    const part = '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n';
    expect(await sendPart(emulator.storage, head, part)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test.each([
    ['the token endpoint', 'POST /o/oauth2/token HTTP/1.1', 'storage'],
    ['an admin route', 'POST /_emulator/faults HTTP/1.1', 'storage'],
    ['an admin route of the test cloud', 'PUT /_emulator/quotas HTTP/1.1', 'compute'],
    ['the test cloud', `POST /compute/nodes HTTP/1.1${basic}`, 'compute'],
  ] as const)('to %s', async (_, head, service) => {
    expect(await sendPart(emulator[service], head, '{')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('to a resumable session, which keeps the received bytes', async () => {
    const headers = { 'x-goog-resumable': 'start' };
    const started = await signed(emulator, 'POST', '/silent/resumed', { headers });
    const target = String(started.headers.location).slice(emulator.storage.length);
    const part = 'x'.repeat(UNIT_BYTES + 1000);
    expect(await sendPart(emulator.storage, `PUT ${target} HTTP/1.1`, part)).toMatch(/^HTTP\/1\.1 408 /);
    const status = await exchange(emulator.storage, 'PUT', target, {
      headers: { 'content-length': 0, 'content-range': 'bytes */*' },
    });
    expect([status.status, status.headers.range]).toEqual([308, `bytes=0-${UNIT_BYTES - 1}`]);
  });
});

test('a slow response does not time out', async () => {
  const body = JSON.stringify([{ path: '/silent', fault: { kind: 'delay', ms: 800 } }]);
  await exchange(emulator.storage, 'POST', '/_emulator/faults', { body });
  expect((await signed(emulator, 'PUT', '/silent/slow', { body: 'x' })).status).toBe(200);
});
