import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { exchange, signed } from './client.ts';

const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only';
const READ_WRITE = 'https://www.googleapis.com/auth/devstorage.read_write';
const BUCKET = '/storage/v1/b/json-bucket';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await signed(emulator, 'PUT', '/json-bucket');
  await signed(emulator, 'PUT', '/json-bucket/a/b', { body: 'hello', headers: { 'content-type': 'text/plain' } });
});
afterAll(() => emulator.close());

async function json(method: string, target: string, body?: object) {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await signed(emulator, method, target, text);
  return { status: answer.status, value: answer.text === '' ? undefined : JSON.parse(answer.text) };
}

/** A token with limited scopes. */
async function bearer(scope: string): Promise<Record<string, string>> {
  const path = `/computeMetadata/v1/instance/service-accounts/default/token?scopes=${scope}`;
  const answer = await exchange(emulator.storage, 'GET', path, { headers: { 'metadata-flavor': 'Google' } });
  return { authorization: `Bearer ${JSON.parse(answer.text).access_token}` };
}

test.each([
  [`${BUCKET}/acl`, 'storage#bucketAccessControl'],
  [`${BUCKET}/o/a%2Fb/acl`, 'storage#objectAccessControl'],
])('%s: entries are added and removed', async (path, kind) => {
  const before = await json('GET', path);
  expect([before.status, before.value.kind, before.value.items[0].role]).toEqual([200, `${kind}s`, 'OWNER']);
  const entity = 'user-reader@example.com';
  const added = await json('POST', path, { entity, role: 'READER' });
  expect([added.status, added.value]).toMatchObject([200, { kind, entity, role: 'READER', bucket: 'json-bucket' }]);
  expect((await json('GET', `${path}/${encodeURIComponent(entity)}`)).value.role).toBe('READER');
  await json('POST', path, { entity, role: 'OWNER' });
  expect((await json('GET', path)).value.items.map((item: { role: string }) => item.role)).toEqual(['OWNER', 'OWNER']);
  expect((await json('DELETE', `${path}/${encodeURIComponent(entity)}`)).status).toBe(204);
  expect((await json('GET', `${path}/${encodeURIComponent(entity)}`)).status).toBe(404);
  for (const wrong of [
    { entity, role: 'NONE' },
    { entity: 'nobody', role: 'READER' },
  ]) {
    expect(await json('POST', path, wrong)).toMatchObject({ status: 400, value: { error: { code: 400 } } });
  }
});

test('an entry for all users applies in the XML API too', async () => {
  const get = () => exchange(emulator.storage, 'GET', '/json-bucket/a/b');
  expect((await get()).status).toBe(403);
  await json('POST', `${BUCKET}/o/a%2Fb/acl`, { entity: 'allUsers', role: 'READER' });
  expect((await get()).text).toBe('hello');
  expect((await signed(emulator, 'GET', '/json-bucket/a/b?acl')).text).toContain('AllUsers');
  expect((await json('DELETE', `${BUCKET}/o/a%2Fb/acl/allUsers`)).status).toBe(204);
  expect((await get()).status).toBe(403);
});

test('the write probe: 403, 404 or 412', async () => {
  const probe = async (headers: object, object = 'writecheck') =>
    (
      await exchange(emulator.storage, 'DELETE', `${BUCKET}/o/${object}`, {
        headers: { ...headers, 'x-goog-if-generation-match': '0' },
      })
    ).status;
  const writer = await bearer(READ_WRITE);
  expect(await probe({})).toBe(403);
  expect(await probe(await bearer(READ_ONLY))).toBe(403);
  expect(await probe(writer)).toBe(404);
  expect(await probe(writer, 'a%2Fb')).toBe(412);
  expect((await json('DELETE', `${BUCKET}/o/a%2Fb?ifGenerationMatch=0`)).status).toBe(412);
});

test('metadata, and errors in the format of the JSON API', async () => {
  expect((await json('GET', BUCKET)).value).toMatchObject({ kind: 'storage#bucket', name: 'json-bucket' });
  expect((await json('GET', `${BUCKET}/o/a%2Fb`)).value).toMatchObject({
    kind: 'storage#object',
    name: 'a/b',
    size: '5',
    contentType: 'text/plain',
    md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==',
  });
  const missing = await json('GET', `${BUCKET}/o/missing`);
  expect(missing).toMatchObject({ status: 404, value: { error: { errors: [{ reason: 'notFound' }] } } });
  expect((await json('GET', `${BUCKET}/o/a%2Fb?alt=media`)).status).toBe(501);
  expect((await json('GET', `${BUCKET}/o`)).status).toBe(501);
});
