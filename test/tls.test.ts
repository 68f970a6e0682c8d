/** Servers over TLS, in both kinds, from a separate program. `packages/connection` tests each invalid certificate. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';

const certificates = new URL('../packages/connection/test/certificates/', import.meta.url);
const authority = fileURLToPath(new URL('test-only-authority.pem', certificates));
const program = fileURLToPath(new URL('programs/list-nodes.ts', import.meta.url));

let server: Server;
let connections = 0;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function listNodes(name: string, environment: Readonly<Record<string, string>>): Promise<unknown> {
  connections = 0;
  const [key, cert] = ['test-only-server.key', name].map((file) => readFileSync(new URL(file, certificates)));
  server = createServer({ key, cert }, (_, response) => {
    response.setHeader('content-type', 'application/json').end('[]');
  });
  server.on('connection', () => {
    connections += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stdout } = await promisify(execFile)(process.execPath, [program, endpoint], {
    timeout: 25_000,
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout);
}

test('a certificate of an issuer in NODE_EXTRA_CA_CERTS is accepted', async () => {
  expect(await listNodes('good.pem', { NODE_EXTRA_CA_CERTS: authority })).toEqual([0, 0]);
});

test.for([
  ['good.pem', '', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not signed by an issuer that this machine trusts'],
  ['expired.pem', authority, 'CERT_HAS_EXPIRED', 'has expired'],
] as const)('%s is refused with advice, after one attempt', async ([name, extra, cause, problem]) => {
  const message = expect.stringContaining(problem);
  const failure = { code: 'network', message, details: { permanent: true, operation: 'listNodes' }, cause };
  expect(await listNodes(name, { NODE_EXTRA_CA_CERTS: extra })).toMatchObject([failure, failure]);
  expect(connections, 'one for each kind').toBe(2);
});
