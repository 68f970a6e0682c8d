import { createHash, createSign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, type JournalEntry, startEmulator } from '../index.ts';
import { type Answer, exchange, signed } from './client.ts';

const SCOPE = 'https://www.googleapis.com/auth/devstorage';
const TOKEN_PATH = '/o/oauth2/token';

interface KeyFile {
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
  readonly project_id: string;
}

let emulator: Emulator;
let keyFile: KeyFile;
beforeAll(async () => {
  emulator = await startEmulator({ accessTokens: ['first token', 'second-token'] });
  await signed(emulator, 'PUT', '/token-bucket');
  await signed(emulator, 'PUT', '/token-bucket/key', { body: 'hello' });
  keyFile = JSON.parse((await exchange(emulator.storage, 'GET', '/_emulator/service-account')).text);
});
afterAll(() => emulator.close());

const rsa = (text: string | Buffer, encoding: 'base64url' | 'hex' | 'base64') =>
  createSign('RSA-SHA256').update(text).sign(keyFile.private_key, encoding);

const unpadded = (text: string) => Buffer.from(text).toString('base64url');

function jwt(changes: object = {}, encode = unpadded, alg = 'RS256'): string {
  const now = Math.floor(Date.now() / 1000);
  const { client_email: iss, token_uri: aud } = keyFile;
  const claims = { iss, aud, scope: `${SCOPE}.read_write`, iat: now, exp: now + 3600, ...changes };
  const text = [{ alg, typ: 'JWT' }, claims].map((piece) => encode(JSON.stringify(piece))).join('.');
  return `${text}.${encode === padded ? padded(rsa(text, 'base64'), 'base64') : rsa(text, 'base64url')}`;
}

function padded(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

const postForm = (form: Record<string, string>, headers = {}, to = emulator, path = TOKEN_PATH) =>
  exchange(to.storage, 'POST', path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  });
const grant = (assertion: string, headers = {}, path = TOKEN_PATH) =>
  postForm({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }, headers, emulator, path);
const bearer = (token: string, method = 'GET', target = '/token-bucket/key', body?: string): Promise<Answer> =>
  exchange(emulator.storage, method, target, {
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-length': body.length }) },
    ...(body === undefined ? {} : { body }),
  });
const tokenOf = (answer: Answer): string => JSON.parse(answer.text).access_token;

describe('bearer tokens', () => {
  test('those configured are accepted, others are 401', async () => {
    expect((await bearer('first token')).text).toBe('hello');
    expect((await bearer('second-token', 'PUT', '/token-bucket/by-token', 'x')).status).toBe(200);
    const answer = await bearer('third-token');
    expect([answer.status, answer.code]).toEqual([401, 'AuthenticationRequired']);
    expect(answer.headers['www-authenticate']).toContain('invalid_token');
  });

  test('use the x-goog dialect', async () => {
    const headers = { authorization: 'Bearer second-token', 'x-goog-if-generation-match': '0', 'content-length': 0 };
    const put = () => exchange(emulator.storage, 'PUT', '/token-bucket/once', { headers });
    expect([(await put()).status, (await put()).status]).toEqual([200, 412]);
  });
});

describe('the token endpoint', () => {
  test('a key file has its address', () => {
    expect(keyFile).toMatchObject({ type: 'service_account', token_uri: `${emulator.storage}${TOKEN_PATH}` });
    expect(keyFile.client_email).toMatch(/\.iam\.gserviceaccount\.com$/);
  });

  test('an assertion for a token', async () => {
    const answer = await grant(jwt());
    expect(JSON.parse(answer.text)).toMatchObject({ expires_in: 3599, token_type: 'Bearer' });
    expect((await bearer(tokenOf(answer))).text).toBe('hello');
  });

  test.each(['https://oauth2.googleapis.com/token', 'https://accounts.google.com/o/oauth2/token'])(
    'padded base64url, and %s as audience',
    async (aud) => {
      const assertion = jwt({ aud }, padded);
      expect(assertion).toContain('=');
      expect((await grant(assertion)).status).toBe(200);
    },
  );

  test('the path of the new endpoint works under its own host', async () => {
    const aud = 'https://oauth2.googleapis.com/token';
    expect((await grant(jwt({ aud }), { host: 'oauth2.googleapis.com' }, '/token')).status).toBe(200);
    expect((await grant(jwt({ aud }), {}, '/token')).status).not.toBe(200);
  });

  const seconds = Math.floor(Date.now() / 1000);
  test.each([
    ['expired', { iat: seconds - 7200, exp: seconds - 3600 }, 'invalid_grant'],
    ['of the future', { iat: seconds + 3600, exp: seconds + 7200 }, 'invalid_grant'],
    ['too long', { exp: seconds + 7200 }, 'invalid_grant'],
    ['for another audience', { aud: 'https://example.com/token' }, 'invalid_grant'],
    ['of an unknown account', { iss: 'nobody@example.com' }, 'invalid_grant'],
    ['without a scope', { scope: '' }, 'invalid_scope'],
    ['for another service', { scope: 'https://www.googleapis.com/auth/drive' }, 'invalid_scope'],
  ])('an assertion %s is refused', async (_, changes, error) => {
    const answer = await grant(jwt(changes));
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, error]);
  });

  test('a forged assertion is refused', async () => {
    const [header, , signature] = jwt().split('.');
    const claims = jwt({ scope: `${SCOPE}.full_control` }).split('.')[1];
    const forged = await grant([header, claims, signature].join('.'));
    expect(JSON.parse(forged.text)).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('Signature'),
    });
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.${signature}`;
    for (const text of [none, jwt({}, unpadded, 'HS256'), 'a.b.c', '']) expect((await grant(text)).status).toBe(400);
  });

  test('a refresh token for a token', async () => {
    const user = JSON.parse((await exchange(emulator.storage, 'GET', '/_emulator/authorized-user')).text);
    expect(user).toMatchObject({ type: 'authorized_user', token_uri: `${emulator.storage}/o/oauth2/token` });
    const form = { ...user, grant_type: 'refresh_token' };
    expect((await bearer(tokenOf(await postForm(form)))).text).toBe('hello');
    expect((await postForm({ ...form, refresh_token: 'other' })).status).toBe(400);
    expect((await postForm({ ...form, client_secret: 'other' })).status).toBe(401);
    expect((await postForm({ ...form, grant_type: 'password' })).status).toBe(400);
  });

  test('scopes limit the rights of a token', async () => {
    const scoped = async (name: string) => tokenOf(await grant(jwt({ scope: `${SCOPE}.${name}` })));
    const statuses = async (token: string) => [
      (await bearer(token)).status,
      (await bearer(token, 'PUT', '/token-bucket/scoped', 'x')).status,
      (await bearer(token, 'GET', '/token-bucket?acl')).status,
    ];
    expect(await statuses(await scoped('read_only'))).toEqual([200, 403, 403]);
    expect(await statuses(await scoped('read_write'))).toEqual([200, 200, 403]);
    expect(await statuses(await scoped('full_control'))).toEqual([200, 200, 200]);
  });

  test('a JWT that the account signs for itself is a token too', async () => {
    const { client_email: sub } = keyFile;
    expect((await bearer(jwt({ sub, aud: undefined }))).text).toBe('hello');
    expect((await bearer(jwt({ sub, scope: undefined }))).status).toBe(401);
    expect((await bearer(jwt({ sub, exp: 1 }))).status).toBe(401);
  });
});

describe('the metadata server', () => {
  const metadata = (path: string, headers: object = { 'metadata-flavor': 'Google' }) =>
    exchange(emulator.storage, 'GET', `/computeMetadata/v1/${path}`, { headers: { ...headers } });

  test('gives the account, with its Metadata-Flavor', async () => {
    const email = await metadata('instance/service-accounts/default/email');
    expect([email.text, email.headers['metadata-flavor']]).toEqual([keyFile.client_email, 'Google']);
    expect((await metadata('project/project-id')).text).toBe(keyFile.project_id);
    const all = JSON.parse((await metadata('instance/service-accounts/default/?recursive=true')).text);
    expect(all).toMatchObject({ email: keyFile.client_email, aliases: ['default'] });
    expect((await metadata('instance/nothing')).status).toBe(404);
    const ping = await exchange(emulator.storage, 'GET', '/', { headers: { 'metadata-flavor': 'Google' } });
    expect([ping.status, ping.headers['metadata-flavor']]).toEqual([200, 'Google']);
  });

  test('gives tokens, but not without the header, and not through a proxy', async () => {
    const path = 'instance/service-accounts/default/token';
    expect((await bearer(tokenOf(await metadata(path)))).text).toBe('hello');
    expect((await metadata(path, {})).status).toBe(403);
    expect((await metadata(path, { 'metadata-flavor': 'Google', 'x-forwarded-for': '10.0.0.1' })).status).toBe(403);
  });
});

describe('issued tokens', () => {
  test('expire, and configured ones do not', async () => {
    await using brief = await startEmulator({ tokenLifetimeSeconds: 1, accessTokens: ['kept'] });
    const path = '/computeMetadata/v1/instance/service-accounts/default/token';
    const answer = await exchange(brief.storage, 'GET', path, { headers: { 'metadata-flavor': 'Google' } });
    const list = async (token: string) =>
      (await exchange(brief.storage, 'GET', '/', { headers: { authorization: `Bearer ${token}` } })).status;
    expect([JSON.parse(answer.text).expires_in, await list(tokenOf(answer))]).toEqual([1, 200]);
    await expect.poll(() => list(tokenOf(answer)), { timeout: 5000 }).toBe(401);
    expect(await list('kept')).toBe(200);
  });

  test('can be revoked, and are counted in the log', async () => {
    await exchange(emulator.storage, 'DELETE', '/_emulator/requests');
    const token = tokenOf(await grant(jwt()));
    await grant('nonsense');
    await exchange(emulator.storage, 'DELETE', '/_emulator/tokens');
    expect((await bearer(token)).status).toBe(401);
    expect((await bearer('second-token')).status).toBe(200);
    const text = (await exchange(emulator.storage, 'GET', '/_emulator/requests')).text;
    const entries: JournalEntry[] = JSON.parse(text);
    const issued = entries.filter(({ target, status }) => target === TOKEN_PATH && status === 200);
    expect(issued).toHaveLength(1);
    expect(text).not.toContain(token);
  });
});

describe('RSA signatures', () => {
  const stamp = () => `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  function signedUrl(method: string, path: string, email = keyFile.client_email): string {
    const date = stamp();
    const scope = `${date.slice(0, 8)}/auto/storage/goog4_request`;
    const query = [
      'X-Goog-Algorithm=GOOG4-RSA-SHA256',
      `X-Goog-Credential=${encodeURIComponent(`${email}/${scope}`)}`,
      `X-Goog-Date=${date}`,
      'X-Goog-Expires=60',
      'X-Goog-SignedHeaders=host',
    ].join('&');
    const host = new URL(emulator.storage).host;
    const canonical = `${method}\n${path}\n${query}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`;
    const text = `GOOG4-RSA-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
    return `${path}?${query}&X-Goog-Signature=${rsa(text, 'hex')}`;
  }

  test('in a URL', async () => {
    const target = signedUrl('GET', '/token-bucket/key');
    expect((await exchange(emulator.storage, 'GET', target)).text).toBe('hello');
    expect((await exchange(emulator.storage, 'DELETE', target)).code).toBe('SignatureDoesNotMatch');
    const stranger = signedUrl('GET', '/token-bucket/key', 'nobody@example.com');
    expect((await exchange(emulator.storage, 'GET', stranger)).code).toBe('InvalidAccessKeyId');
  });

  test('in the headers', async () => {
    const date = stamp();
    const scope = `${date.slice(0, 8)}/auto/storage/goog4_request`;
    const { host } = new URL(emulator.storage);
    const canonical = `GET\n/token-bucket/key\n\nhost:${host}\nx-goog-content-sha256:${sha256('')}\nx-goog-date:${date}\n\nhost;x-goog-content-sha256;x-goog-date\n${sha256('')}`;
    const signature = rsa(`GOOG4-RSA-SHA256\n${date}\n${scope}\n${sha256(canonical)}`, 'hex');
    const send = (hex: string) => {
      const authorization = `GOOG4-RSA-SHA256 Credential=${keyFile.client_email}/${scope},SignedHeaders=host;x-goog-content-sha256;x-goog-date,Signature=${hex}`;
      const headers = { host, authorization, 'x-goog-date': date, 'x-goog-content-sha256': sha256('') };
      return exchange(emulator.storage, 'GET', '/token-bucket/key', { headers });
    };
    expect((await send(signature)).text).toBe('hello');
    const other = signature.startsWith('0') ? '1' : '0';
    expect((await send(`${other}${signature.slice(1)}`)).code).toBe('SignatureDoesNotMatch');
  });

  test('in an old URL', async () => {
    const expires = Math.floor(Date.now() / 1000) + 60;
    const signature = encodeURIComponent(rsa(`GET\n\n\n${expires}\n/token-bucket/key`, 'base64'));
    const target = `/token-bucket/key?GoogleAccessId=${keyFile.client_email}&Expires=${expires}&Signature=${signature}`;
    expect((await exchange(emulator.storage, 'GET', target)).text).toBe('hello');
    expect((await exchange(emulator.storage, 'HEAD', target)).status).toBe(403);
  });
});
