/**
 * Every way to authenticate against Google Storage, in both kinds, over HTTP: runs the same small program with each,
 * counts its tokens, and checks that no secret is shown. Credentials from the environment are tested in a separate
 * process.
 */
import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { testServerAt } from '@isobar/conformance';
import { connect } from '@isobar/design-flag';
import { connect as connectMixin } from '@isobar/design-mixin';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { type GoogleStorageOptions, googleStorage, type ServiceAccountKey } from '@isobar/storage-google';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

const fixedToken = 'ya29.fixed-token-of-the-test';
const emulator: Emulator = await startEmulator({ accessTokens: [fixedToken] });
const { accessKey: key, secret, storage: endpoint } = emulator;
const { requests, faults } = testServerAt(endpoint, 'storage');
const admin = async (path: string, method = 'GET') => fetch(`${endpoint}/_emulator/${path}`, { method });
const account = (await (await admin('service-account')).json()) as ServiceAccountKey;
const user = await (await admin('authorized-user')).text();
const metadataHost = new URL(endpoint).host;

let folder: string;
let accountFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isobar-authentication-'));
  accountFile = join(folder, 'account.json');
  await writeFile(accountFile, JSON.stringify(account));
  connect(googleStorage, { key, secret, endpoint }).createContainer('ways');
});
beforeEach(async () => {
  vi.unstubAllEnvs();
  await faults.clear();
  await requests.clear();
});
afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

/** The number of requests for tokens, at any endpoint. */
async function tokenRequests(): Promise<number> {
  const isToken = ({ target }: { target: string }) => /^\/o\/oauth2\/token|\/default\/token/.test(target);
  return (await requests.read()).filter(isToken).length;
}

/** A token of the metadata server, for functions that give tokens. */
async function issuedToken(): Promise<{ token: string; expiresAt: Date }> {
  const url = `${endpoint}/computeMetadata/v1/instance/service-accounts/default/token`;
  const response = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } });
  const { access_token: token, expires_in: life } = (await response.json()) as {
    access_token: string;
    expires_in: number;
  };
  return { token, expiresAt: new Date(Date.now() + life * 1000) };
}

type Driver = ReturnType<typeof open>;
const kinds = [false, true].map((isAsync) => ({ kind: isAsync ? 'async' : 'blocking', isAsync }));
const open = (options: GoogleStorageOptions, isAsync: boolean) =>
  connect(googleStorage, { ...options, endpoint, async: isAsync, retry: { baseDelayMs: 1 } } as never) as ReturnType<
    typeof connect<typeof googleStorage>
  >;

/** Puts, gets, lists, copies and deletes. */
async function program(driver: Driver): Promise<unknown[]> {
  const name = 'a b/ü+1';
  const log: unknown[] = [];
  await driver.writeObject('hello', 'ways', name, { metadata: { author: 'jane' } });
  log.push(Buffer.from(await driver.readObject({ container: 'ways', name })).toString());
  log.push((await driver.getObject('ways', name)).metadata);
  await driver.copyObject({ container: 'ways', name }, 'ways', 'copy');
  log.push((await driver.listContainerObjects('ways')).map((object) => object.name));
  const { deleted } = await driver.deleteObjects([
    { container: 'ways', name },
    { container: 'ways', name: 'copy' },
  ]);
  log.push(
    deleted.length,
    (await driver.listContainers()).map((container) => container.name),
  );
  return log;
}
const outcome = ['hello', { author: 'jane' }, ['a b/ü+1', 'copy'], 2, ['ways']];

interface Way {
  readonly title: string;
  readonly tokens: number;
  options(isAsync: boolean): GoogleStorageOptions | Promise<GoogleStorageOptions>;
}
const ways: readonly Way[] = [
  { title: 'an HMAC key', tokens: 0, options: () => ({ key, secret }) },
  { title: 'an HMAC key, aws4', tokens: 0, options: () => ({ key, secret, signature: 'aws4' }) },
  { title: 'an HMAC key, goog1', tokens: 0, options: () => ({ key, secret, signature: 'goog1' }) },
  { title: 'a fixed token', tokens: 0, options: () => ({ accessToken: fixedToken }) },
  {
    title: 'a function that gives tokens',
    tokens: 1,
    async options(isAsync) {
      if (isAsync) return { accessToken: issuedToken };
      const granted = await issuedToken();
      return { accessToken: () => granted };
    },
  },
  { title: 'a service account', tokens: 1, options: () => ({ serviceAccount: account }) },
  { title: 'the file of a service account', tokens: 1, options: () => ({ serviceAccount: accountFile }) },
];

describe.for(kinds)('$kind', ({ isAsync }) => {
  test.for(ways)('$title: the program runs', async ({ options, tokens }) => {
    expect(await program(open(await options(isAsync), isAsync))).toEqual(outcome);
    expect(await tokenRequests()).toBe(tokens);
  });

  test('metadata server: the program runs with one token', async () => {
    vi.stubEnv('GCE_METADATA_HOST', metadataHost);
    expect(await program(open({ credentials: 'metadata-server' }, isAsync))).toEqual(outcome);
    expect(await tokenRequests()).toBe(1);
  });

  test('anonymous: public objects can be read, and nothing written', async () => {
    const owner = connect(googleStorage, { key, secret, endpoint });
    owner.writeObject('public', 'ways', 'public', { predefinedAcl: 'public-read' } as never);
    owner.writeObject('private', 'ways', 'private');
    const driver = open({ credentials: 'anonymous' }, isAsync);
    expect(Buffer.from(await driver.readObject({ container: 'ways', name: 'public' })).toString()).toBe('public');
    const refused = { code: expect.stringMatching(/^(unauthenticated|permission-denied)$/) };
    expect(await failure(() => driver.readObject({ container: 'ways', name: 'private' }))).toMatchObject(refused);
    expect(await failure(() => driver.writeObject('x', 'ways', 'x'))).toMatchObject(refused);
    owner.deleteObjects(['public', 'private'].map((name) => ({ container: 'ways', name })));
  });

  test('a revoked token is renewed once', async () => {
    const driver = open({ serviceAccount: account }, isAsync);
    await driver.getContainer('ways');
    await admin('tokens', 'DELETE');
    await driver.getContainer('ways');
    await driver.getContainer('ways');
    const statuses = (await requests.read()).filter(({ method }) => method === 'HEAD').map(({ status }) => status);
    expect([await tokenRequests(), statuses]).toEqual([2, [200, 401, 200, 200]]);
  });

  test('a refused fixed token is not retried', async () => {
    const driver = open({ accessToken: 'ya29.unknown' }, isAsync);
    expect(await failure(() => driver.getContainer('ways'))).toMatchObject({ code: 'unauthenticated' });
    expect(await requests.read()).toHaveLength(1);
  });

  test('a request to an endpoint that fails for a while is retried', async () => {
    await faults.inject({ kind: 'status', status: 503 }, 2);
    await open({ serviceAccount: account }, isAsync).getContainer('ways');
    expect(await tokenRequests()).toBe(3);
  });

  test('a refusal of the endpoint is quoted, and not retried', async () => {
    const stranger = { ...account, client_email: 'stranger@nowhere.example' };
    const thrown = await failure(() => open({ serviceAccount: stranger }, isAsync).getContainer('ways'));
    expect(thrown).toMatchObject({ code: 'unauthenticated', details: { operation: 'getContainer', status: 400 } });
    expect([await tokenRequests(), (await requests.read()).length]).toEqual([1, 1]);
  });

  test('a service account signs URLs that the service accepts', async () => {
    const driver = open({ serviceAccount: account }, isAsync);
    await driver.writeObject('signed for', 'ways', 'a b');
    const url = await driver.presignObjectUrl({ container: 'ways', name: 'a b' });
    expect(await (await fetch(url)).text()).toBe('signed for');
    expect((await fetch(url.replace('a%20b', 'a%20c'))).status).toBe(403);
    await driver.deleteObject({ container: 'ways', name: 'a b' });
  });

  test.for(['goog4', 'aws4', 'goog1'] as const)('%s signs URLs that the service accepts', async (signature) => {
    const driver = open({ key, secret, signature }, isAsync);
    await driver.writeObject('signed for', 'ways', 'a b');
    const url = await driver.presignObjectUrl(
      { container: 'ways', name: 'a b' },
      { responseContentType: 'text/x-own; a="b c"' },
    );
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, 'signed for']);
    await driver.deleteObject({ container: 'ways', name: 'a b' });
  });

  test.for(['goog1', 'aws4'] as const)(
    '%s supports the features that only Google has, or refuses them',
    async (signature) => {
      const [driver, container] = [open({ key, secret, signature }, isAsync), 'ways'];
      const [object, path] = [{ container, name: 'part' }, join(folder, `file-${signature}-${isAsync}`)];
      await writeFile(path, 'content');
      await driver.writeObject('part', container, 'part', { predefinedAcl: 'private' });
      const condition = { ifGenerationMatch: 0 };
      const calls: Record<string, () => unknown> = {
        upload: () => driver.writeObject('x', container, 'whole', condition),
        copy: () => driver.copyObject(object, container, 'copy', condition),
        compose: () => driver.exComposeObjects(['part'], container, 'composed', condition),
        change: () => driver.updateObjectMetadata(object, { contentType: 'text/x' }),
        resume: async () => driver.exResumeUpload(await driver.exCreateResumableUpload(container, 'resumed'), path),
        list: () => driver.exGetObjectAcl(object),
      };
      for (const [what, call] of Object.entries(calls)) {
        if (signature === 'goog1') await call();
        else expect(await failure(call), what).toMatchObject({ code: 'unsupported' });
      }
      await driver.exSetObjectAcl(object, 'private');
      await driver.exComposeObjects(['part', 'part'], container, 'twice');
      const found = (await driver.listContainerObjects(container)).map(({ name }) => name);
      const own = signature === 'goog1' ? ['composed', 'copy', 'part', 'resumed', 'twice', 'whole'] : ['part', 'twice'];
      expect(found).toEqual(own);
      await driver.deleteObjects(found.map((name) => ({ container, name })));
    },
  );

  test('no secret is shown by drivers, errors and traces', async () => {
    const secrets = [secret, fixedToken, String(account.private_key).slice(40, 80), 'not-the-right-secret-0123456789'];
    const seen: unknown[] = [];
    const listen = (message: unknown): void => void seen.push(message);
    const channels = ['operation', 'exchange'].flatMap((name) =>
      ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((event) => `tracing:isobar:${name}:${event}`),
    );
    for (const channel of channels) subscribe(channel, listen);
    const stranger = { ...account, client_email: 'stranger@nowhere.example' };
    const failing: GoogleStorageOptions[] = [
      { key, secret: 'not-the-right-secret-0123456789' },
      { accessToken: 'not-the-right-secret-0123456789' },
      { serviceAccount: stranger },
    ];
    try {
      for (const { options } of ways) {
        const driver = open(await options(isAsync), isAsync);
        await driver.getContainer('ways');
        seen.push(driver, await failure(() => driver.getObject('ways', 'nothing')));
      }
      for (const options of failing) seen.push(await failure(() => open(options, isAsync).getContainer('ways')));
    } finally {
      for (const channel of channels) unsubscribe(channel, listen);
    }
    const shown = inspect(seen, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
    expect(shown).toContain('HEAD');
    for (const word of secrets) expect(shown.includes(word)).toBe(false);
    expect(shown).not.toMatch(/ya29|Bearer|assertion=|eyJ[\w-]{20}|Signature=[0-9a-f]/);
  });
});

async function failure(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('it succeeded');
}

describe('calls at the same time', () => {
  test('fetch one token together', async () => {
    const driver = connect(googleStorage, { serviceAccount: account, endpoint, async: true });
    await Promise.all(Array.from({ length: 20 }, () => driver.getContainer('ways')));
    expect([await tokenRequests(), (await requests.read()).length]).toEqual([1, 21]);
  });

  test('are not affected when the call that requested the token is aborted', async () => {
    const driver = connect(googleStorage, { serviceAccount: account, endpoint, async: true });
    await faults.inject({ kind: 'delay', ms: 200 });
    const first = new AbortController();
    const aborted = driver.getContainer('ways', { signal: first.signal });
    const others = [driver.getContainer('ways'), driver.getContainer('ways')];
    first.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    await Promise.all(others);
    expect(await tokenRequests()).toBe(1);
  });

  test.for(kinds)('of one multipart transfer fetch one token together, $kind', async ({ isAsync }) => {
    const object = connect(googleStorage, { key, secret, endpoint }).writeObject(
      new Uint8Array(65 * 1024 * 1024),
      'ways',
      'large',
    );
    await requests.clear();
    // The ranges of an object of known size are requested at once, so all of them need the first token.
    await open({ serviceAccount: account }, isAsync).downloadObject(object, join(folder, `large-${isAsync}`));
    const targets = (await requests.read()).map(({ target }) => target.split('?')[0]);
    expect(targets).toEqual(['/o/oauth2/token', '/ways/large', '/ways/large', '/ways/large']);
    await open({ key, secret }, isAsync).deleteObject(object);
  });

  test('in both kinds of one driver share the cached token', async () => {
    const driver = connectMixin(googleStorage, { serviceAccount: account, endpoint });
    await driver.getContainerAsync('ways');
    driver.getContainer('ways');
    expect(await tokenRequests()).toBe(1);
  });
});

test('a blocking driver refuses a function that gives a promise, and says so', async () => {
  const driver = connect(googleStorage, { accessToken: issuedToken, endpoint });
  const thrown = await failure(() => driver.getContainer('ways'));
  expect(thrown).toMatchObject({ code: 'unsupported', message: expect.stringContaining('returned a promise') });
});

describe('application default credentials, in a separate process', () => {
  /** Runs a program in an environment with only these variables. */
  async function run(variables: Readonly<Record<string, string>>): Promise<unknown> {
    const home = await mkdtemp(join(folder, 'home-'));
    const gcloud = join(home, '.config', 'gcloud');
    await mkdir(gcloud, { recursive: true });
    if (variables.wellKnown) {
      await writeFile(join(gcloud, 'application_default_credentials.json'), variables.wellKnown);
    }
    const file = fileURLToPath(new URL('programs/application-default.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [file, endpoint], {
      timeout: 25_000,
      env: { HOME: home, USERPROFILE: home, PATH: process.env.PATH, ...variables },
    });
    return JSON.parse(stdout);
  }
  const unused = '127.0.0.1:9';

  test('come from the file of GOOGLE_APPLICATION_CREDENTIALS first', async () => {
    const wellKnown = JSON.stringify({ type: 'external_account' });
    const variables = { GOOGLE_APPLICATION_CREDENTIALS: accountFile, wellKnown, GCE_METADATA_HOST: unused };
    expect(await run(variables)).toEqual({ blocking: ['ways'], async: ['ways'] });
    expect(await tokenRequests()).toBe(2);
  });

  test("come from gcloud's file next", async () => {
    expect(await run({ wellKnown: user, GCE_METADATA_HOST: unused })).toEqual({
      blocking: ['ways'],
      async: ['ways'],
    });
    expect(await tokenRequests()).toBe(2);
  });

  test('come from the metadata server last', async () => {
    expect(await run({ GCE_METADATA_HOST: metadataHost })).toEqual({ blocking: ['ways'], async: ['ways'] });
    const targets = (await requests.read()).map(({ target }) => target.split('?')[0]);
    expect(targets.filter((target) => target?.endsWith('/default/token'))).toHaveLength(2);
  });

  test('that are missing cause an error that lists the searched places', async () => {
    const message = expect.stringMatching(
      /GOOGLE_APPLICATION_CREDENTIALS is not set, .*application_default_credentials\.json does not exist, no metadata server at 127\.0\.0\.1:9\..*gcloud auth/,
    );
    const nowhere = { code: 'unauthenticated', message };
    expect(await run({ GCE_METADATA_HOST: unused })).toEqual({ blocking: nowhere, async: nowhere });
  });

  test('do not wait for a metadata server that does not respond', async () => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const nowhere = { code: 'unauthenticated', message: expect.stringContaining(`no metadata server at ${host}`) };
    expect(await run({ GCE_METADATA_HOST: host })).toEqual({ blocking: nowhere, async: nowhere });
    silent.close();
  });

  test('of an unsupported type are named', async () => {
    const wellKnown = JSON.stringify({ type: 'external_account', audience: 'x' });
    const unknown = { code: 'unsupported', message: expect.stringContaining('of type external_account') };
    expect(await run({ wellKnown })).toEqual({ blocking: unknown, async: unknown });
  });
});
