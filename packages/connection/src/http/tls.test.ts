/** Servers behind an authority of one's own, and servers that ask for a certificate of the client. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exchange, type HttpResponse, type TlsOptions } from '@isobar/core/provider';
import { afterEach, expect, test } from 'vitest';
import { Call } from '../calls/call.ts';
import { asyncPerformer } from '../calls/drive.ts';
import { performStep } from '../steps/perform.ts';
import { driveAsync } from '../testing/fake-steps.ts';
import { Transport } from './transport.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../test/certificates/${name}`, import.meta.url));
const textOf = (name: string): string => readFileSync(pathOf(name), 'utf8');
const authority = 'test-only-authority.pem';
const opened: { close(): unknown }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

/** The answer of a server to a client with certificates, or the failure. @param ofRequest Those that the request brings. */
async function answerTo(
  tls: TlsOptions | undefined,
  options: ServerOptions = {},
  ofRequest?: TlsOptions,
): Promise<HttpResponse | object> {
  const own = { key: textOf('test-only-server.key'), cert: textOf('good.pem') };
  const server = createServer({ ...own, ...options }, (_, response) => response.end('answer'));
  const limits = { connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 8 };
  const transport = new Transport({ ...limits, tls });
  opened.push(transport, server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return await driveAsync(
    exchange({ method: 'GET', origin, path: '/', headers: {}, tls: ofRequest }),
    asyncPerformer(performStep, transport),
    new Call(0),
  ).catch((failure: object) => failure);
}

test('a server is not trusted because it is there (control)', async () => {
  expect(await answerTo(undefined)).toMatchObject({ code: 'network' });
});

test.each([
  ['as text', textOf(authority)],
  ['as a file', pathOf(authority)],
])('its authority can be given %s', async (_, ca) => {
  expect(await answerTo({ ca })).toMatchObject({ status: 200 });
});

test('another authority does not do', async () => {
  expect(await answerTo({ ca: textOf('self-signed.pem') })).toMatchObject({ code: 'network' });
});

test('a server that asks for a certificate gets the one of the options', async () => {
  const asking = { requestCert: true, rejectUnauthorized: true, ca: textOf(authority) };
  const certificate = { cert: pathOf('good.pem'), key: pathOf('test-only-server.key') };
  expect(await answerTo({ ca: pathOf(authority), ...certificate }, asking)).toMatchObject({ status: 200 });
  expect(await answerTo({ ca: pathOf(authority) }, asking)).toMatchObject({ code: 'network' });
});

test('a file that does not exist is named, with the option', async () => {
  expect(await answerTo({ ca: '/no/such.pem' })).toMatchObject({
    code: 'invalid-argument',
    details: { field: 'tls.ca', path: '/no/such.pem', reason: 'ENOENT' },
  });
});

test('a request may bring them, which the option overrules', async () => {
  const [right, wrong] = [{ ca: pathOf(authority) }, { ca: pathOf('self-signed.pem') }];
  expect(await answerTo(undefined, {}, right)).toMatchObject({ status: 200 });
  expect(await answerTo(undefined, {}, wrong)).toMatchObject({ code: 'network' });
  expect(await answerTo(wrong, {}, right)).toMatchObject({ code: 'network' });
  expect(await answerTo(right, {}, wrong)).toMatchObject({ status: 200 });
});

test('a file that did not exist is read by the next request', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isobar-tls-'));
  opened.push({ close: () => rmSync(folder, { recursive: true }) });
  const transport = new Transport({ connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 8 });
  opened.push(transport);
  const ca = join(folder, 'ca.pem');
  const send = async () =>
    await transport
      .exchange({ method: 'GET', origin: 'https://127.0.0.1:1', path: '/', headers: {}, tls: { ca } }, new Call(0))
      .catch((failure: object) => failure);
  expect(await send()).toMatchObject({ code: 'invalid-argument', details: { field: 'tls.ca' } });
  writeFileSync(ca, textOf(authority));
  expect(await send()).toMatchObject({ code: 'network', details: { unsent: true } });
});
