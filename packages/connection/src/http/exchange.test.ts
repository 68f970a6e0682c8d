/** Exchanges over real sockets: limits of response bodies, and reuse of connections. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import { type HttpRequest, maxDocumentBytes, maxErrorBytes } from '@isobar/core/provider';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Call } from '../calls/call.ts';
import { Transport } from './transport.ts';

const MIB = 1024 * 1024;
const sockets = new Set<Socket>();
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
server.on('connection', (socket) => sockets.add(socket));

const transport = new Transport({ connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 8 });
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => sockets.clear());
afterAll(async () => {
  await transport.close();
  server.closeAllConnections();
  server.close();
});

const exchange = (request: Partial<HttpRequest> = {}) =>
  transport.exchange(
    { method: 'GET', origin, path: '/b/o?X-Amz-Signature=secret', headers: {}, ...request },
    new Call(0),
  );

/** Sends an endless response. Resolves to the number of bytes sent before the client closed the connection. */
function endless(status: number): Promise<number> {
  return new Promise((resolve) => {
    answer = (_, response) => {
      let sentBytes = 0;
      response.writeHead(status);
      const send = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'x'))) sentBytes += 64 * 1024;
      };
      response.on('drain', send);
      response.on('close', () => resolve(sentBytes));
      send();
    };
  });
}

/** What the sockets of both sides may buffer when a client disconnects. */
const socketBytes = 16 * MIB;

describe('a body that is not an object', () => {
  test.for([
    ['of a client error', 403, maxErrorBytes],
    ['of a server error', 503, maxErrorBytes],
    ['of a document', 200, maxDocumentBytes],
  ] as const)('%s without end is malformed-response, and the connection is closed', async ([, status, limit]) => {
    const sent = endless(status);
    await expect(exchange()).rejects.toMatchObject({
      code: 'malformed-response',
      message: expect.stringMatching(/^GET http:.*\/b\/o: the response \(\d+\) has more than \d+ bytes/),
      details: { status },
    });
    expect(await sent, 'bytes sent').toBeLessThan(limit + socketBytes);
  });

  test.for([
    ['an error', 403, maxErrorBytes],
    ['a document', 200, maxDocumentBytes],
  ] as const)('%s of the maximum size is read (control)', async ([, status, limit]) => {
    answer = (_, response) => response.writeHead(status).end(Buffer.alloc(limit, 'x'));
    expect((await exchange()).body).toHaveLength(limit);
  });

  test('the bytes of an object have no limit', async () => {
    answer = (_, response) => response.end(Buffer.alloc(maxDocumentBytes + 1, 'x'));
    const { body } = await exchange({ maxBodyBytes: Number.POSITIVE_INFINITY });
    expect(body).toHaveLength(maxDocumentBytes + 1);
  });

  test('an endless error response is also limited when the sink is a stream', async () => {
    void endless(404);
    await expect(exchange({ sink: { kind: 'stream' } })).rejects.toHaveProperty('code', 'malformed-response');
  });
});

describe('the connection after a HEAD', () => {
  test('serves the next request', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-length': '5' }).end();
    for (let count = 0; count < 30; count += 1) await exchange({ method: 'HEAD' });
    // Without `reset: false` there would be 30.
    expect(sockets.size, 'connections').toBeLessThanOrEqual(2);
  });

  test('is not reused when the server sends a body anyway', async () => {
    const stray = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong';
    const server = createRawServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (request) => {
        const isHead = request.toString().startsWith('HEAD');
        const head = `HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: ${isHead ? stray.length : 5}\r\n\r\n`;
        socket.write(head + (isHead ? stray : 'right'));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const odd = { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    for (let count = 0; count < 10; count += 1) {
      await exchange({ ...odd, method: 'HEAD' });
      const next = await exchange(odd).then(
        ({ body }) => new TextDecoder().decode(body),
        (failure: { readonly code: string }) => failure.code,
      );
      expect(['right', 'network']).toContain(next);
    }
    server.close();
  });
});
