/** Real TLS servers on this machine, each with one kind of wrong certificate. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { defaultRetryPolicy, exchange, type HttpRequest, type HttpResponse, retry } from '@isobar/core/provider';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Call } from '../calls/call.ts';
import { asyncPerformer } from '../calls/drive.ts';
import { performStep } from '../steps/perform.ts';
import { driveAsync } from '../testing/fake-steps.ts';
import { tlsProblemOf } from './tls-failure.ts';
import { Transport } from './transport.ts';

const certificate = (name: string): string =>
  readFileSync(new URL(`../../test/certificates/${name}`, import.meta.url), 'utf8');
const transport = new Transport({ connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 8 });
const trusted = getCACertificates('default');
let server: Server | undefined;

beforeAll(() => setDefaultCACertificates([...trusted, certificate('test-only-authority.pem')]));
afterEach(() => void server?.close());
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await transport.close();
});

function tls(name: string, options: ServerOptions = {}): Server {
  const key = certificate('test-only-server.key');
  return createServer({ key, cert: certificate(name), ...options }, (_, response) => response.end('answer'));
}

/** Sends a request with up to three attempts. Returns the outcome and the number of connections to the server. */
async function ask(under: Server): Promise<{ outcome: HttpResponse | object; connections: number; origin: string }> {
  server = under;
  let connections = 0;
  under.on('connection', () => {
    connections += 1;
  });
  await once(under.listen(0, '127.0.0.1'), 'listening');
  const origin = `https://127.0.0.1:${(under.address() as AddressInfo).port}`;
  const request: HttpRequest = { method: 'GET', origin, path: '/a?signature=secret', headers: {} };
  const policy = { ...defaultRetryPolicy, attempts: 3, baseDelayMs: 1 };
  const outcome = await driveAsync(
    retry(policy, true, () => exchange(request)),
    asyncPerformer(performStep, transport),
    new Call(0),
  ).catch((failure: object) => failure);
  return { outcome, connections, origin };
}

describe('a server over TLS', () => {
  test('that is trusted answers (control)', async () => {
    const { outcome, connections } = await ask(tls('good.pem'));
    expect(outcome).toMatchObject({ status: 200 });
    expect(connections).toBe(1);
  });

  test.for<[string, () => Server, code: string, problem: string]>([
    [
      'a self-signed certificate',
      () => tls('self-signed.pem'),
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'self-signed; if you trust its issuer, set NODE_EXTRA_CA_CERTS',
    ],
    ['an expired certificate', () => tls('expired.pem'), 'CERT_HAS_EXPIRED', 'has expired'],
    ['a certificate that is not valid yet', () => tls('not-yet-valid.pem'), 'CERT_NOT_YET_VALID', 'is not valid yet'],
    [
      'the certificate of another host',
      () => tls('other-host.pem'),
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'is for another host',
    ],
    [
      'plain HTTP',
      () => createHttpServer((_, response) => response.end('answer')),
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'does not speak TLS; if it speaks plain HTTP, begin `endpoint` with http://',
    ],
    [
      'only a cipher that Node does not offer',
      () => tls('good.pem', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA256' }),
      'ALERT_HANDSHAKE_FAILURE',
      'refused the TLS handshake',
    ],
    [
      'only an old TLS version',
      () => tls('good.pem', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      'ALERT_PROTOCOL_VERSION',
      'refused the TLS handshake',
    ],
    [
      'a required client certificate',
      () => tls('good.pem', { maxVersion: 'TLSv1.2', requestCert: true, ca: certificate('test-only-authority.pem') }),
      'ALERT_HANDSHAKE_FAILURE',
      'client certificate',
    ],
  ])('with %s: the error says what to do, keeps the cause, and is not retried', async ([, open, code, problem]) => {
    const { outcome, connections, origin } = await ask(open());
    expect(outcome).toMatchObject({
      code: 'network',
      message: expect.stringContaining(problem),
      details: { permanent: true },
      cause: { code: expect.stringContaining(code) },
    });
    expect((outcome as Error).message).toMatch(`GET ${origin}/a: `);
    expect((outcome as Error).message).not.toMatch(/secret|OpenSSL|routines|0A00/);
    expect(connections).toBe(1);
  });

  test('with a certificate of an unknown issuer: the error says so', async () => {
    setDefaultCACertificates(trusted);
    const { outcome, connections } = await ask(tls('good.pem'));
    setDefaultCACertificates([...trusted, certificate('test-only-authority.pem')]);
    expect(outcome).toMatchObject({ code: 'network', details: { permanent: true } });
    expect(String(outcome)).toContain('not signed by an issuer that this machine trusts');
    expect(connections).toBe(1);
  });

  test('that closes the connection during the handshake is retried (control)', async () => {
    const { outcome, connections } = await ask(createTcpServer((socket) => socket.destroy()));
    expect(outcome).toMatchObject({ code: 'network', details: { attempts: 3 } });
    expect(connections).toBe(3);
  });
});

test.for([
  'ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC',
  'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
  'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
  'ECONNRESET',
  '',
])('%s may be transient', (code) => expect(tlsProblemOf(code)).toBeUndefined());

test.for([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
])('%s is permanent', (code) => expect(tlsProblemOf(code)).toBeTypeOf('string'));
