/** Keys that Amazon's own package finds, in both kinds: for a profile that signs in with SSO, and by its name. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { connect } from '@isobar/design-flag';
import { type S3StorageOptions, s3 } from '@isobar/storage-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * A server in a thread of its own, because a blocking call stops this one. It gives keys for the token of the person who signed in,
 * and answers other requests with the id of the key that they are signed with.
 */
const service = `
  const server = require('node:http').createServer((request, response) => {
    const { authorization = '', 'x-amz-sso_bearer_token': token } = request.headers;
    if (request.url.startsWith('/federation/credentials')) {
      const role = new URL(request.url, 'http://a').searchParams.get('role_name');
      const expiration = Date.now() + 3600000;
      const roleCredentials = { accessKeyId: 'OF-' + role, secretAccessKey: 'secret', sessionToken: 'session', expiration };
      response.statusCode = token === 'the-token' ? 200 : 401;
      response.setHeader('content-type', 'application/json');
      response.end(token === 'the-token' ? JSON.stringify({ roleCredentials }) : '{"message":"Session token not found"}');
    } else response.end(/Credential=([^/]+)/.exec(authorization)?.[1] ?? 'nobody');
  });
  server.listen(0, '127.0.0.1', () => {
    require('node:worker_threads').parentPort.postMessage('http://127.0.0.1:' + server.address().port);
  });
`;

const home = mkdtempSync(join(tmpdir(), 'isobar-aws-'));
const before = { ...process.env };
let endpoint: string;
let server: Worker;

/** What Amazon's tool keeps after \`aws sso login\`. */
function signIn(session: string, accessToken: string): void {
  const name = createHash('sha1').update(session).digest('hex');
  const kept = { accessToken, expiresAt: '2099-01-01T00:00:00Z' };
  writeFileSync(join(home, '.aws/sso/cache', `${name}.json`), JSON.stringify(kept));
}

beforeAll(async () => {
  server = new Worker(service, { eval: true });
  [endpoint] = (await once(server, 'message')) as [string];
  mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
  const account = 'sso_account_id = 123456789012\nsso_role_name = reader';
  const session = 'sso_region = eu-central-1\nsso_start_url = https://example.awsapps.com/start';
  writeFileSync(
    join(home, '.aws/config'),
    `[profile work]\nsso_session = one\n${account}\n[sso-session one]\n${session}
[profile left]\nsso_session = two\n${account}\n[sso-session two]\n${session}\n`,
  );
  signIn('one', 'the-token');
  signIn('two', 'another');
  Object.assign(process.env, { HOME: home, AWS_ENDPOINT_URL_SSO: endpoint, AWS_PROFILE: 'work' });
  writeFileSync(
    join(home, 'keys.mjs'),
    "export default async (id) => ({ accessKeyId: id, secretAccessKey: 'secret' });",
  );
});
afterAll(async () => {
  process.env = before;
  await server.terminate();
  rmSync(home, { recursive: true });
});

const kinds = {
  blocking: async (options: S3StorageOptions) =>
    connect(s3, { ...options, endpoint }).readText({ container: 'bucket', name: 'a' }),
  async: (options: S3StorageOptions) =>
    connect(s3, { ...options, endpoint, async: true }).readText({ container: 'bucket', name: 'a' }),
};
const providers = '@aws-sdk/credential-providers';

describe.for(Object.entries(kinds))('%s', ([, keyOf]) => {
  test.for([
    ['a profile that signs in with SSO', { credentials: { profile: 'work' } }, 'OF-reader'],
    ['the default order', {}, 'OF-reader'],
    [
      "a function of Amazon's package",
      { credentials: { module: providers, export: 'fromNodeProviderChain' } },
      'OF-reader',
    ],
    [
      'a function with arguments',
      { credentials: { module: providers, export: 'fromSSO', args: [{ profile: 'work' }] } },
      'OF-reader',
    ],
    [
      'a file of the user',
      { credentials: { module: join(home, 'keys.mjs'), export: 'default', args: ['MINE'] } },
      'MINE',
    ],
  ] as const)('%s', async ([, options, id]) => {
    expect(await keyOf(options)).toBe(id);
  });

  test('who is not signed in reads why', async () => {
    const failure = {
      code: 'unauthenticated',
      message: expect.stringContaining('fromSSO of @aws-sdk/credential-providers failed'),
    };
    await expect(keyOf({ credentials: { profile: 'left' } })).rejects.toMatchObject(failure);
  });
});
