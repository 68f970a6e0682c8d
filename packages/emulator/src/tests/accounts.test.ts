/** Several accounts: each owns what it creates. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, type Emulator, startEmulator } from '../index.ts';
import { elements, exchange, type Signing, signed } from './client.ts';

const pairs = [
  { accessKey: 'GOOG1FIRST', secret: 'first-secret' },
  { accessKey: 'GOOG1SECOND', secret: 'second:secret' },
];

let emulator: Emulator;
let own: Account;
let first: Account;
let second: Account;
beforeAll(async () => {
  emulator = await startEmulator({ accounts: pairs });
  [own, first, second] = emulator.accounts as [Account, Account, Account];
  await as(own, 'PUT', '/of-own');
  await as(first, 'PUT', '/of-first');
  await as(first, 'PUT', '/of-first/key', { body: 'first' });
});
afterAll(() => emulator.close());

function as({ accessKey, secret }: Account, method: string, target: string, signing: Signing = {}) {
  return signed({ storage: emulator.storage, accessKey, secret }, method, target, signing);
}

const grant = (account: Account, permission: string) =>
  `<AccessControlList><Entries><Entry><Scope type="UserById"><ID>${account.id}</ID></Scope><Permission>${permission}</Permission></Entry></Entries></AccessControlList>`;

test('a program can read the accounts', () => {
  expect([own, first, second]).toMatchObject([{ accessKey: emulator.accessKey, name: 'emulator' }, ...pairs]);
  const ids = emulator.accounts.map(({ id }) => id);
  expect(new Set([...ids, emulator.guest.id]).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^00b4903a97[\da-f]{54}$/);
});

test('each lists its own buckets', async () => {
  const listed = async (account: Account) => {
    const { text } = await as(account, 'GET', '/');
    return [elements(text, 'Name'), elements(text, 'ID'), elements(text, 'DisplayName')];
  };
  expect(await listed(own)).toEqual([['of-own'], [own.id], ['emulator']]);
  expect(await listed(first)).toEqual([['of-first'], [first.id], ['GOOG1FIRST']]);
  expect(await listed(second)).toEqual([[], [second.id], ['GOOG1SECOND']]);
});

test('a name belongs to the account that took it first', async () => {
  expect((await as(first, 'PUT', '/of-first')).code).toBe('BucketAlreadyOwnedByYou');
  const taken = await as(second, 'PUT', '/of-first');
  expect([taken.status, taken.code]).toEqual([409, 'BucketNameUnavailable']);
});

test('no other account has rights, not even the emulator’s own', async () => {
  for (const account of [own, second]) {
    const refused = await Promise.all([
      as(account, 'GET', '/of-first'),
      as(account, 'GET', '/of-first/key'),
      as(account, 'PUT', '/of-first/key', { body: 'x' }),
      as(account, 'DELETE', '/of-first/key'),
      as(account, 'GET', '/of-first?acl'),
      as(account, 'GET', '/of-first?versioning'),
      as(account, 'DELETE', '/of-first'),
    ]);
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'AccessDenied'));
  }
  expect((await as(first, 'GET', '/of-first/key')).text).toBe('first');
});

test('an account owns what it writes to another’s bucket, in every way to write', async () => {
  await as(first, 'PUT', '/shared');
  await as(first, 'PUT', '/shared?acl', { body: grant(second, 'WRITE') });
  await as(second, 'PUT', '/shared/put', { body: 'x' });
  const source = { headers: { 'x-goog-copy-source': 'shared/put' } };
  await as(second, 'PUT', '/shared/copy', source);
  const composition = '<ComposeRequest><Component><Name>put</Name></Component></ComposeRequest>';
  await as(second, 'PUT', '/shared/composed?compose', { body: composition });
  const session = await as(second, 'POST', '/shared/resumed', { headers: { 'x-goog-resumable': 'start' } });
  const target = String(session.headers.location).slice(emulator.storage.length);
  await exchange(emulator.storage, 'PUT', target, { body: 'x', headers: { 'content-length': 1 } });
  for (const name of ['put', 'copy', 'composed', 'resumed']) {
    expect((await as(second, 'GET', `/shared/${name}`)).text).toBe('x');
    expect(elements((await as(second, 'GET', `/shared/${name}?acl`)).text, 'ID')).toEqual([second.id, second.id]);
    expect((await as(first, 'GET', `/shared/${name}`)).text).toBe('x');
    expect((await as(own, 'GET', `/shared/${name}`)).code).toBe('AccessDenied');
  }
  await as(first, 'PUT', '/shared/back', { headers: { 'x-goog-copy-source': 'shared/put' } });
  expect((await as(second, 'GET', '/shared/back')).code).toBe('AccessDenied');
  const { text } = await as(first, 'GET', '/shared?fetch-owner=true&list-type=2');
  expect(elements(text, 'ID')).toEqual([first.id, ...Array.from({ length: 4 }, () => second.id)]);
  await as(second, 'POST', '/shared/parts?uploads');
  expect(elements((await as(first, 'GET', '/shared?uploads')).text, 'ID')).toEqual([second.id]);
});

test('Amazon’s dialect names owners too', async () => {
  const { text } = await as(first, 'GET', '/of-first?acl', { scheme: 'AWS4' });
  expect([elements(text, 'ID'), elements(text, 'DisplayName')]).toEqual([[first.id, first.id], ['GOOG1FIRST']]);
});

test('tokens belong to the emulator’s own account', async () => {
  const path = '/computeMetadata/v1/instance/service-accounts/default/token';
  const answer = await exchange(emulator.storage, 'GET', path, { headers: { 'metadata-flavor': 'Google' } });
  const headers = { authorization: `Bearer ${JSON.parse(answer.text).access_token}` };
  expect((await exchange(emulator.storage, 'GET', '/of-own', { headers })).status).toBe(200);
  expect((await exchange(emulator.storage, 'GET', '/of-first', { headers })).status).toBe(403);
});

test('a key that cannot be given on the command line is refused', async () => {
  await expect(startEmulator({ accounts: [{ accessKey: 'a:b', secret: 'c' }] })).rejects.toThrow('colon');
  await expect(startEmulator({ accounts: [...pairs, { accessKey: 'GOOG1FIRST', secret: 'c' }] })).rejects.toThrow(
    '--account GOOG1FIRST: another account has this key',
  );
});
