/** Authorisation: the guest has an account, but only the rights that access control lists grant it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { elements, exchange, signed } from './client.ts';

let emulator: Emulator;
let bucket = '';
let made = 0;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const asOwner = (method: string, path: string, options = {}) => signed(emulator, method, path, options);
const asGuest = (method: string, path: string, options = {}) =>
  signed({ ...emulator, ...emulator.guest }, method, path, options);
const statuses = async (calls: readonly Promise<{ status: number }>[]) =>
  (await Promise.all(calls)).map(({ status }) => status);

async function newBucket(): Promise<void> {
  made += 1;
  bucket = `/access-${made}`;
  await asOwner('PUT', bucket);
  await asOwner('PUT', `${bucket}/key`, { body: 'x' });
}

const entry = (scope: string, permission: string) =>
  `<AccessControlList><Entries><Entry>${scope}<Permission>${permission}</Permission></Entry></Entries></AccessControlList>`;
const byEmail = () => `<Scope type="UserByEmail"><EmailAddress>${emulator.guest.email}</EmailAddress></Scope>`;
const byId = () => `<Scope type="UserById"><ID>${emulator.guest.id}</ID></Scope>`;
const all = '<Scope type="AllAuthenticatedUsers"/>';

test('the guest has no rights without a grant', async () => {
  await newBucket();
  const refused = await Promise.all([
    asGuest('GET', '/'),
    asGuest('PUT', '/access-of-guest'),
    asGuest('GET', bucket),
    asGuest('GET', `${bucket}?acl`),
    asGuest('GET', `${bucket}/key`),
    asGuest('GET', `${bucket}/key?acl`),
    asGuest('PUT', `${bucket}/key`, { body: 'y' }),
    asGuest('DELETE', `${bucket}/key`),
    asGuest('DELETE', `${bucket}/missing`, { headers: { 'x-goog-if-generation-match': '0' } }),
  ]);
  expect(refused.map(({ status, code }) => [status, code])).toEqual(refused.map(() => [403, 'AccessDenied']));
  expect(refused[4]?.text).toContain('guest@isobar.example does not have storage.objects.get access');
});

test('the guest’s key with a wrong secret is refused', async () => {
  const answer = await signed({ ...emulator, ...emulator.guest, secret: 'x' }, 'GET', '/');
  expect(answer.code).toBe('SignatureDoesNotMatch');
});

test.each([
  ['its e-mail address', byEmail],
  ['its id', byId],
  ['all authenticated users', () => all],
])('a grant to %s allows exactly its level', async (_, scope) => {
  await newBucket();
  const tries = () =>
    statuses([
      asGuest('GET', bucket),
      asGuest('DELETE', `${bucket}/missing`, { headers: { 'x-goog-if-generation-match': '0' } }),
      asGuest('GET', `${bucket}?acl`),
      asGuest('GET', `${bucket}/key`),
    ]);
  await asOwner('PUT', `${bucket}?acl`, { body: entry(scope(), 'READ') });
  expect(await tries()).toEqual([200, 403, 403, 403]);
  await asOwner('PUT', `${bucket}?acl`, { body: entry(scope(), 'WRITE') });
  expect(await tries()).toEqual([200, 404, 403, 403]);
  await asOwner('PUT', `${bucket}?acl`, { body: entry(scope(), 'FULL_CONTROL') });
  expect(await tries()).toEqual([200, 404, 200, 403]);
  await asOwner('PUT', `${bucket}/key?acl`, { body: entry(scope(), 'READ') });
  expect(await statuses([asGuest('GET', `${bucket}/key`), asGuest('GET', `${bucket}/key?acl`)])).toEqual([200, 403]);
});

test('grants to all authenticated users do not apply to anonymous callers', async () => {
  await newBucket();
  await asOwner('PUT', `${bucket}/key?acl`, { body: entry(all, 'READ') });
  expect((await fetch(`${emulator.storage}${bucket}/key`)).status).toBe(403);
});

test('changing a list takes preconditions', async () => {
  await newBucket();
  const acl = { body: entry(byEmail(), 'READ') };
  const on = (path: string, metageneration: number) =>
    asOwner('PUT', path, { ...acl, headers: { 'x-goog-if-metageneration-match': String(metageneration) } });
  expect((await asOwner('GET', `${bucket}?acl`)).headers['x-goog-metageneration']).toBe('1');
  expect(await statuses([on(`${bucket}?acl`, 2), on(`${bucket}/key?acl`, 2)])).toEqual([412, 412]);
  expect(await statuses([on(`${bucket}?acl`, 1), on(`${bucket}/key?acl`, 1)])).toEqual([200, 200]);
  expect(await statuses([on(`${bucket}?acl`, 1), on(`${bucket}/key?acl`, 1)])).toEqual([412, 412]);
  expect((await asOwner('GET', `${bucket}?defaultObjectAcl`)).headers['x-goog-metageneration']).toBe('2');
});

describe('the right to write to a bucket covers every way to write', () => {
  const part = (etag: unknown) =>
    `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
  const composition = '<ComposeRequest><Component><Name>key</Name></Component></ComposeRequest>';
  const removal = '<Delete><Object><Key>key</Key></Object></Delete>';
  const source = () => ({ headers: { 'x-goog-copy-source': `${bucket}/key` } });
  const asAnyone = (method: string, path: string, { headers = {}, body = '' } = {}) =>
    exchange(emulator.storage, method, path, { body, headers: { ...headers, 'content-length': body.length } });

  test.each([
    ['the guest', asGuest, 'AllAuthenticatedUsers'],
    ['anyone', asAnyone, 'AllUsers'],
  ] as const)('%s', async (_, ask, scope) => {
    await newBucket();
    const id = elements((await asOwner('POST', `${bucket}/parts?uploads`)).text, 'UploadId')[0] ?? '';
    const upload = `${bucket}/parts?uploadId=${id}`;
    const putPart = () => ask('PUT', `${bucket}/parts?partNumber=1&uploadId=${id}`, { body: 'part' });
    const tries = async () => [
      await ask('PUT', `${bucket}/copy`, source()),
      await ask('PUT', `${bucket}/composed?compose`, { body: composition }),
      await ask('POST', `${bucket}/other?uploads`),
      await putPart(),
      await ask('GET', upload),
      await ask('POST', upload, { body: part((await putPart()).headers.etag) }),
      await ask('POST', `${bucket}?delete`, { body: removal }),
      await ask('DELETE', upload),
    ];
    const grant = (path: string, permission: string) =>
      asOwner('PUT', `${path}?acl`, { body: entry(`<Scope type="${scope}"/>`, permission) });

    const refused = await tries();
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'AccessDenied'));
    await grant(bucket, 'READ');
    expect((await tries()).map(({ code }) => code)).toEqual(refused.map(() => 'AccessDenied'));
    expect((await ask('GET', `${bucket}?uploads`)).status).toBe(200);

    await grant(bucket, 'WRITE');
    const unreadable = await tries();
    expect(unreadable.map(({ status }) => status)).toEqual([403, 403, 200, 200, 200, 200, 200, 404]);
    await asOwner('PUT', `${bucket}/key`, { body: 'x' });
    await grant(`${bucket}/key`, 'READ');
    const allowed = await tries();
    expect(allowed.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404, 200, 200, 404]);
    expect((await asOwner('GET', `${bucket}/parts`)).text).toBe('part');
    expect((await asOwner('GET', `${bucket}/copy`)).text).toBe('x');
    expect((await asOwner('GET', `${bucket}/key`)).status).toBe(404);
  });

  test('a copy from another bucket needs the right to read there', async () => {
    await newBucket();
    const { headers } = source();
    await newBucket();
    await asOwner('PUT', `${bucket}?acl`, { body: entry(byEmail(), 'WRITE') });
    expect((await asGuest('PUT', `${bucket}/copy`, { headers })).code).toBe('AccessDenied');
    const from = (name: string) => ({ headers: { 'x-goog-copy-source': name } });
    expect((await asGuest('PUT', `${bucket}/copy`, from('no-such-bucket/key'))).code).toBe('NoSuchBucket');
    expect((await asGuest('PUT', `${bucket}/copy`, from(`${bucket}/missing`))).code).toBe('NoSuchKey');
  });

  test('the JSON API shows a list to callers with FULL_CONTROL', async () => {
    await newBucket();
    const acl = `/storage/v1/b${bucket}/acl`;
    expect((await asGuest('GET', acl)).status).toBe(403);
    await asOwner('PUT', `${bucket}?acl`, { body: entry(byId(), 'FULL_CONTROL') });
    expect((await asGuest('GET', acl)).status).toBe(200);
    expect((await asGuest('GET', `/storage/v1/b${bucket}/o/key/acl`)).status).toBe(403);
  });
});
