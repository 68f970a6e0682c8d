/** Emptying the emulator during requests. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { exchange, signed } from './client.ts';

const data = mkdtempSync(join(tmpdir(), 'isobar-emulator-test-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe.each([
  ['in memory', {}],
  ['with a data folder', { data }],
])('%s', (_, options) => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator(options);
  });
  afterAll(() => emulator.close());

  const body = Buffer.alloc(24 * 1024 * 1024, 'body');
  const makeBucket = () => signed(emulator, 'PUT', '/busy', { headers: { 'x-goog-acl': 'public-read-write' } });
  const reset = () => exchange(emulator.storage, 'POST', '/_emulator/reset');

  test('an upload in progress finds no bucket', async () => {
    await makeBucket();
    const { hostname, port } = new URL(emulator.storage);
    const socket = connect(Number(port), hostname);
    const head = `PUT /busy/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`;
    await new Promise((resolve) => socket.write(Buffer.concat([Buffer.from(head), body.subarray(1)]), resolve));
    await reset();
    socket.write(body.subarray(0, 1));
    const [answer] = await once(socket.setEncoding('latin1'), 'data');
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    if ('data' in options) expect(readdirSync(join(data, 'incoming'))).toEqual([]);
  });

  test('a download in progress completes', async () => {
    await makeBucket();
    // Of several parts, so that the server has not begun to read the last.
    await signed(emulator, 'PUT', '/busy/part', { body });
    const parts = '<Component><Name>part</Name></Component>'.repeat(3);
    const headers = { 'x-goog-acl': 'public-read' };
    await signed(emulator, 'PUT', '/busy/key?compose', { body: `<ComposeRequest>${parts}</ComposeRequest>`, headers });
    const [response] = await once(get(`${emulator.storage}/busy/key`), 'response');
    await once(response, 'readable');
    await reset();
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(Buffer.concat([body, body, body]))).toBe(true);
    expect((await signed(emulator, 'GET', '/busy/key')).code).toBe('NoSuchBucket');
  });
});
