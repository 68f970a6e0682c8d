/** Who may do what: the guest has an account, but only what access control lists grant it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { signed } from './client.ts';

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

test('the guest may do nothing by itself', async () => {
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

test('a wrong secret is not the guest’s', async () => {
  const answer = await signed({ ...emulator, ...emulator.guest, secret: 'x' }, 'GET', '/');
  expect(answer.code).toBe('SignatureDoesNotMatch');
});

test.each([
  ['its e-mail address', byEmail],
  ['its id', byId],
  ['all who are authenticated', () => all],
])('a grant to %s counts, as far as it goes', async (_, scope) => {
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

test('grants to all who are authenticated are none to anonymous callers', async () => {
  await newBucket();
  await asOwner('PUT', `${bucket}/key?acl`, { body: entry(all, 'READ') });
  expect((await fetch(`${emulator.storage}${bucket}/key`)).status).toBe(403);
});

test('a list is changed on conditions', async () => {
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
