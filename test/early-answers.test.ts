/**
 * A server that answers before the request's body has arrived, and closes the connection: the caller gets the response,
 * not an error about the broken connection. In both kinds; the server runs in its own thread.
 *
 * When a server closes the connection without reading the body, its system sometimes discards the response. Such a call
 * fails with the response's error or with `network`, and the client cannot influence which.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const sizeBytes = 32 * 1024 * 1024;

const server = `
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
const body = '<Error><Code>AccessDenied</Code><Message>Not you.</Message></Error>';
const answer =
  'HTTP/1.1 403 Forbidden\\r\\ncontent-type: application/xml\\r\\nconnection: close\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body;
const server = createServer((socket) => {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (data) => {
    const isAnswered = text.includes('\\r\\n\\r\\n');
    if (!isAnswered) text += data.toString('latin1');
    if (isAnswered || !text.includes('\\r\\n\\r\\n')) return;
    if (workerData === 'answers and ends') socket.end(answer);
    if (workerData === 'answers and stops reading') socket.pause().end(answer);
    if (workerData === 'breaks off without an answer') socket.destroy();
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

let folder: string;
let filePath: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isobar-early-'));
  filePath = join(folder, 'file');
  const file = await open(filePath, 'w');
  await file.truncate(sizeBytes);
  await file.close();
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([false, true])('async: %s', (isAsync) => {
  test.each([
    ['answers and ends', { code: 'permission-denied', details: { status: 403, reason: 'AccessDenied' } }],
    ['answers and stops reading', { code: 'permission-denied', details: { status: 403, reason: 'AccessDenied' } }],
    // Control: without the response the error is another.
    ['breaks off without an answer', { code: 'network' }],
  ])('a server that %s', async (behaviour, expected) => {
    const thread = new Worker(server, { eval: true, workerData: behaviour });
    try {
      const port = await new Promise<number>((resolve) => thread.once('message', resolve));
      const endpoint = `http://127.0.0.1:${port}`;
      const options = { key: 'GOOG1EXAMPLE', secret: 'example', endpoint, retry: false as const };
      const driver = connect(googleStorage, { ...options, async: isAsync });
      const uploads = {
        bytes: async () => await driver.writeObject(new Uint8Array(sizeBytes), 'bucket', 'object'),
        file: async () => await driver.uploadObject(filePath, 'bucket', 'object'),
        stream: async () => await driver.uploadObjectViaStream([new Uint8Array(7_000_000)], 'bucket', 'object'),
      };
      for (const [what, upload] of Object.entries(uploads)) {
        await expect(upload(), what).rejects.toMatchObject(expected);
      }
      await driver.close();
    } finally {
      await thread.terminate();
    }
  });
});
