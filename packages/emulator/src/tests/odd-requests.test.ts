/** Malformed requests: each gets a response, and none causes a 500. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { exchange, signed, signedHeaders, signedTarget } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await signed(emulator, 'PUT', '/odd');
  await signed(emulator, 'PUT', '/odd/key', { body: 'x' });
});
afterAll(() => emulator.close());

const basic = { authorization: `Basic ${btoa('apache:libcloud')}` };

test.each([
  '/odd/key?X-Goog-SignedHeaders=%',
  '/odd/key?X-Goog-Algorithm=GOOG4-HMAC-SHA256&X-Goog-SignedHeaders=%',
  '/odd/key?X-Amz-SignedHeaders=host%3',
  '/odd/key?x-amz-signedheaders=%ff',
  '/odd/key?%',
  '/odd/key?a=%zz',
  '/odd?prefix=%C3',
  '/odd/%',
  '/%',
  '/storage/v1/b/%/acl',
  '/storage/v1/b/odd/o/%ff',
  '/computeMetadata/v1/instance/service-accounts/default/token?scopes=%',
])('GET %s is malformed: 400', async (target) => {
  const answer = await exchange(emulator.storage, 'GET', target, { headers: { 'metadata-flavor': 'Google' } });
  expect(answer.status).toBe(400);
});

test.each([
  '/compute/nodes?X-Goog-SignedHeaders=%',
  '/compute/nodes?limit=%',
  '/compute/nodes/%',
  '/compute/regions/%ff/nodes',
  '/_emulator/regions/%',
])('the test cloud: %s is malformed: 400', async (target) => {
  const method = target.startsWith('/_') ? 'PUT' : 'GET';
  expect((await exchange(emulator.compute, method, target, { headers: basic })).status).toBe(400);
});

test.each(['constructor', '__proto__', 'toString'])('a signed header %s that is absent is refused', async (name) => {
  const headers = signedHeaders(emulator, 'GET', '/odd/key');
  const authorization = String(headers.authorization).replace('SignedHeaders=', `SignedHeaders=${name};`);
  const byHeader = await exchange(emulator.storage, 'GET', '/odd/key', { headers: { ...headers, authorization } });
  expect([byHeader.status, byHeader.code]).toEqual([400, 'MalformedSecurityHeader']);
  const target = signedTarget(emulator, 'GET', '/odd/key', 60).replace('Headers=host', `Headers=host;${name}`);
  const byUrl = await exchange(emulator.storage, 'GET', target);
  expect([byUrl.status, byUrl.code]).toEqual([400, 'MalformedSecurityHeader']);
});

test.each(['constructor', '__proto__', 'toString'])('a header may be called %s', async (name) => {
  const headers = { [name]: 'x' };
  expect((await signed(emulator, 'GET', '/odd/key', { unsigned: headers })).text).toBe('x');
  const listed = await exchange(emulator.compute, 'GET', '/compute/nodes', { headers: { ...basic, ...headers } });
  expect(listed.status).toBe(200);
});

const noText = { toString: 1, valueOf: 1 };

test.each([
  [{ expiration: noText, conditions: [] }],
  [{ expiration: '2100-01-01T00:00:00Z', conditions: [['eq', noText, 'x']] }],
  [{ expiration: '2100-01-01T00:00:00Z', conditions: [[noText]] }],
  [{ expiration: '2100-01-01T00:00:00Z', conditions: [{ key: noText }] }],
])('the policy %j is refused', async (policy) => {
  const text = btoa(JSON.stringify(policy));
  const signature = createHmac('sha1', emulator.secret).update(text).digest('base64');
  const fields = { key: 'k', policy: text, googleaccessid: emulator.accessKey, signature };
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('file', new Blob(['x']), 'x');
  const answer = await fetch(`${emulator.storage}/odd`, { method: 'POST', body: data });
  expect([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([400, 'InvalidPolicyDocument']);
});

test.each([
  { entity: 'allUsers', role: noText },
  { entity: noText, role: 'READER' },
  { entity: 'allUsers', role: 'constructor' },
  { entity: 'allUsers', role: '__proto__' },
])('the access control entry %j is refused', async (entry) => {
  const answer = await signed(emulator, 'POST', '/storage/v1/b/odd/acl', { body: JSON.stringify(entry) });
  expect(answer.status).toBe(400);
  expect((await signed(emulator, 'GET', '/odd?acl')).text).not.toContain('AllUsers');
});

test('a token whose issuer is not text is not accepted', async () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = `${encode({ alg: 'RS256' })}.${encode({ iss: noText, sub: noText })}.AAAA`;
  const headers = { authorization: `Bearer ${jwt}` };
  expect((await exchange(emulator.storage, 'GET', '/odd/key', { headers })).status).toBe(401);
  const body = `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=${jwt}`;
  const granted = await exchange(emulator.storage, 'POST', '/o/oauth2/token', { body });
  expect([granted.status, JSON.parse(granted.text).error]).toEqual([400, 'invalid_grant']);
});

test('a request whose fault cannot be applied gets a response', async () => {
  const body = JSON.stringify([{ path: '/odd/impossible', fault: { kind: 'status', status: 99_999 } }]);
  await exchange(emulator.storage, 'POST', '/_emulator/faults', { body });
  expect((await signed(emulator, 'GET', '/odd/impossible')).status).toBe(500);
  const log = JSON.parse((await exchange(emulator.storage, 'GET', '/_emulator/requests')).text);
  expect(log.at(-1)).toMatchObject({ target: '/odd/impossible', status: 500 });
});
