/** Servers over TLS, in both kinds, from a separate program. `packages/connection` tests each invalid certificate. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';

const certificates = new URL('../packages/connection/test/certificates/', import.meta.url);
const authority = fileURLToPath(new URL('test-only-authority.pem', certificates));
const programOf = (name: string): string => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));

let server: Server;
let connections = 0;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Starts a server with a certificate, which answers every request alike. @returns Its address. */
async function serve(name: string, answer: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  connections = 0;
  const [key, cert] = ['test-only-server.key', name].map((file) => readFileSync(new URL(file, certificates)));
  server = createServer({ key, cert }, (_, response) => {
    response.setHeaders(new Map(Object.entries({ 'content-type': 'application/json', ...headers }))).end(answer);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function outputOf(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [programOf(program), ...args], {
    timeout: 25_000,
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout);
}

async function listNodes(name: string, environment: Readonly<Record<string, string>>): Promise<unknown> {
  return await outputOf('list-nodes', [await serve(name, '[]')], environment);
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

test('a private cloud is trusted by the authority that clouds.yaml names beside it', async () => {
  const token = {
    expires_at: '2999-01-01T00:00:00Z',
    project: { id: 'p' },
    catalog: [{ type: 'compute', endpoints: [{ interface: 'public', region: 'west', url: 'https://nova.example' }] }],
  };
  const authUrl = await serve('good.pem', JSON.stringify({ token }), { 'x-subject-token': 'the-token' });
  const folder = mkdtempSync(join(tmpdir(), 'isobar-clouds-'));
  try {
    const file = join(folder, 'clouds.yaml');
    const regions = async (line: string) => {
      const auth = `{ auth_url: '${authUrl}', username: jane, password: secret, project_name: web }`;
      writeFileSync(file, `clouds:\n  private:\n    auth: ${auth}\n${line}`);
      return await outputOf('list-regions', [], { OS_CLIENT_CONFIG_FILE: file });
    };
    expect(await regions(`    cacert: ${authority}\n`)).toEqual([[{ id: 'west' }], [{ id: 'west' }]]);
    const refused = { code: 'network', details: { permanent: true } };
    expect(await regions(''), 'without it (control)').toMatchObject([refused, refused]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
