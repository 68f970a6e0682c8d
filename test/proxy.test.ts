/** Proxies from environment variables, in both kinds: a program's calls pass through the configured proxy. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let emulator: Emulator;
let proxy: Server;
let passed: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  // Plain HTTP goes through a proxy with the whole URL as its target.
  proxy = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    passed.push(`${method} ${url}`);
    const { hostname, port } = new URL(url);
    const path = url.slice(new URL(url).origin.length);
    const forwarded = sendRequest({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  passed = [];
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await emulator.close();
});

async function runWith(environment: Readonly<Record<string, string>>): Promise<unknown> {
  const file = fileURLToPath(new URL('programs/open-driver.ts', import.meta.url));
  const { accessKey, secret, storage } = emulator;
  const { stdout } = await promisify(execFile)(process.execPath, [file, storage, accessKey, secret], {
    timeout: 25_000,
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout);
}

const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

test('HTTP_PROXY: blocking, async and session calls each pass through the proxy', async () => {
  expect(await runWith({ HTTP_PROXY: proxyUrl(), NO_PROXY: '' })).toEqual([0, 0, 0, 0]);
  expect(passed).toEqual(Array.from({ length: 4 }, () => `GET ${emulator.storage}/`));
});

test('NO_PROXY: its hosts are called directly', async () => {
  expect(await runWith({ HTTP_PROXY: proxyUrl(), NO_PROXY: '127.0.0.1' })).toEqual([0, 0, 0, 0]);
  expect(passed).toEqual([]);
});
