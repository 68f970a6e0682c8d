import { createHmac, createSign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { type Answer, elements, exchange, signed } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await signed(emulator, 'PUT', '/form-bucket');
});
afterAll(() => emulator.close());

/** The placeholder for the name of the file. */
const PLACEHOLDER = `$${'{filename}'}`;

type Fields = Record<string, string>;

interface Form {
  readonly conditions?: readonly unknown[];
  readonly fields?: Fields;
  readonly expires?: number;
  readonly filename?: string;
  readonly content?: string | Buffer;
  readonly scheme?: 'GOOG4' | 'AWS4';
}

/** Fields with their policy, which covers them by default. */
function signedFields({ conditions = [], fields = {}, expires = 60_000, scheme = 'GOOG4' }: Form): Fields {
  const [dialect, service, terminator] =
    scheme === 'GOOG4' ? ['goog', 'storage', 'goog4_request'] : ['amz', 's3', 'aws4_request'];
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const scope = `${date.slice(0, 8)}/auto/${service}/${terminator}`;
  const own = {
    [`x-${dialect}-algorithm`]: `${scheme}-HMAC-SHA256`,
    [`x-${dialect}-credential`]: `${emulator.accessKey}/${scope}`,
    [`x-${dialect}-date`]: date,
  };
  const key = scope
    .split('/')
    .reduce<Uint8Array | string>(
      (parent, text) => createHmac('sha256', parent).update(text).digest(),
      scheme + emulator.secret,
    );
  const policy = policyOf([...conditions, ...Object.entries(own).map(([name, value]) => ({ [name]: value }))], expires);
  const signature = createHmac('sha256', key).update(policy).digest('hex');
  return { ...fields, ...own, policy, [`x-${dialect}-signature`]: signature };
}

function policyOf(conditions: readonly unknown[], expires = 60_000): string {
  const expiration = new Date(Date.now() + expires).toISOString();
  const ascii = JSON.stringify({ expiration, conditions }).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(ascii).toString('base64');
}

/** What a browser sends. */
async function post(
  fields: Fields,
  content: string | Buffer = 'content',
  filename = 'a.txt',
  target = '/form-bucket',
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(Buffer.from(content))]), filename);
  const encoded = new Response(form);
  const body = Buffer.from(await encoded.arrayBuffer());
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '', 'content-length': body.length };
  return exchange(emulator.storage, 'POST', target, { headers, body });
}

const submit = (form: Form) => post(signedFields(form), form.content, form.filename);
const covered = (fields: Fields) => Object.entries(fields).map(([name, value]) => ({ [name]: value }));
const stored = async (path: string) => (await signed(emulator, 'GET', `/form-bucket/${path}`)).text;

describe('a signed form', () => {
  test.each(['GOOG4', 'AWS4'] as const)('%s: stores its file, 204', async (scheme) => {
    const dialect = scheme === 'GOOG4' ? 'goog' : 'amz';
    const fields = {
      key: `by-${scheme}`,
      'Content-Type': 'text/plain',
      'Cache-Control': 'no-store',
      [`x-${dialect}-meta-Author`]: 'jané',
    };
    const answer = await submit({ fields, conditions: [{ bucket: 'form-bucket' }, ...covered(fields)], scheme });
    expect([answer.status, answer.text]).toEqual([204, '']);
    const got = await signed(emulator, 'GET', `/form-bucket/by-${scheme}`);
    expect(got.text).toBe('content');
    expect(got.headers).toMatchObject({ 'content-type': 'text/plain', 'cache-control': 'no-store' });
    expect(Buffer.from(String(got.headers['x-goog-meta-author']), 'latin1').toString()).toBe('jané');
    expect(got.headers.etag).toBe(answer.headers.etag);
  });

  test('a name that contains the name of the file', async () => {
    const fields = { key: `user/ü/${PLACEHOLDER}` };
    const conditions = [['starts-with', '$key', 'user/ü/']];
    expect((await submit({ fields, conditions, filename: 'C:\\photos\\a b.jpg' })).status).toBe(204);
    expect(await stored('user/%C3%BC/a%20b.jpg')).toBe('content');
    const elsewhere = await submit({ fields: { key: PLACEHOLDER }, conditions, filename: 'user.txt' });
    expect(elsewhere.code).toBe('InvalidPolicyDocument');
  });

  test.each([
    ['another key', { fields: { key: 'b' }, conditions: [{ key: 'a' }] }, 400, 'InvalidPolicyDocument'],
    ['a key no condition names', { fields: { key: 'a' } }, 400, 'InvalidPolicyDocument'],
    [
      'another bucket',
      { fields: { key: 'a' }, conditions: [{ key: 'a' }, { bucket: 'x' }] },
      400,
      'InvalidPolicyDocument',
    ],
    [
      'an extra field',
      { fields: { key: 'a', acl: 'public-read' }, conditions: [{ key: 'a' }] },
      400,
      'InvalidPolicyDocument',
    ],
    [
      'a missing field',
      { fields: { key: 'a' }, conditions: [{ key: 'a' }, { acl: 'private' }] },
      400,
      'InvalidPolicyDocument',
    ],
    ['an expired policy', { fields: { key: 'a' }, conditions: [{ key: 'a' }], expires: -1000 }, 403, 'AccessDenied'],
    ['no key', {}, 400, 'InvalidArgument'],
    [
      'an unknown condition',
      { fields: { key: 'a' }, conditions: [['ends-with', '$key', 'a']] },
      400,
      'InvalidPolicyDocument',
    ],
    [
      'a file that is too small',
      { fields: { key: 'a' }, conditions: [{ key: 'a' }, ['content-length-range', 8, 9]] },
      400,
      'EntityTooSmall',
    ],
    [
      'a file that is too large',
      { fields: { key: 'a' }, conditions: [{ key: 'a' }, ['content-length-range', 1, 6]] },
      400,
      'EntityTooLarge',
    ],
  ])('is refused with %s, and stores nothing', async (_, form, status, code) => {
    const answer = await submit(form);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect((await signed(emulator, 'HEAD', '/form-bucket/a')).status).toBe(404);
  });

  test('ignored fields need no condition, and the size may be at the limit', async () => {
    const conditions = [{ key: 'exact' }, ['content-length-range', 7, 7], ['starts-with', '$acl', '']];
    const fields = { key: 'exact', 'x-ignore-this': 'x' };
    expect((await submit({ fields, conditions })).status).toBe(204);
  });

  test('a wrong signature', async () => {
    const fields = signedFields({ fields: { key: 'a' }, conditions: [{ key: 'a' }] });
    const answer = await post({ ...fields, 'x-goog-signature': '0'.repeat(64) });
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('a file too large for memory', async () => {
    const content = Buffer.alloc(20 * 1024 * 1024, 'large');
    expect((await submit({ fields: { key: 'large' }, conditions: [{ key: 'large' }], content })).status).toBe(204);
    const got = await signed(emulator, 'GET', '/form-bucket/large');
    expect(got.body.equals(content)).toBe(true);
  });
});

test.each(['GoogleAccessId', 'AWSAccessKeyId'])('the old form, signed as %s', async (field) => {
  const policy = policyOf([{ key: 'old' }]);
  const signature = createHmac('sha1', emulator.secret).update(policy).digest('base64');
  expect((await post({ key: 'old', policy, [field]: emulator.accessKey, signature })).status).toBe(204);
  expect((await post({ key: 'old', policy, [field]: emulator.accessKey, signature: 'x' })).status).toBe(403);
});

test('signed by the service account', async () => {
  const file = JSON.parse((await exchange(emulator.storage, 'GET', '/_emulator/service-account')).text);
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const own = {
    key: 'by-account',
    'x-goog-algorithm': 'GOOG4-RSA-SHA256',
    'x-goog-credential': `${file.client_email}/${date.slice(0, 8)}/auto/storage/goog4_request`,
    'x-goog-date': date,
  };
  const policy = policyOf(covered(own));
  const signature = createSign('RSA-SHA256').update(policy).sign(file.private_key, 'hex');
  const other = signature.startsWith('0') ? '1' : '0';
  expect((await post({ ...own, policy, 'x-goog-signature': signature })).status).toBe(204);
  const forged = `${other}${signature.slice(1)}`;
  expect((await post({ ...own, policy, 'x-goog-signature': forged })).status).toBe(403);
});

describe('a successful upload', () => {
  const send = (more: Fields) => {
    const fields = { key: 'done & dusted', ...more };
    return submit({ fields, conditions: covered(fields) });
  };

  test.each([
    ['200', 200],
    ['204', 204],
    ['500', 204],
  ])('success_action_status %s', async (asked, status) => {
    const answer = await send({ success_action_status: asked });
    expect([answer.status, answer.text]).toEqual([status, '']);
  });

  test('201 returns a document', async () => {
    const { status, text, headers } = await send({ success_action_status: '201' });
    expect([status, elements(text, 'Bucket'), elements(text, 'Key')]).toEqual([
      201,
      ['form-bucket'],
      ['done &amp; dusted'],
    ]);
    expect(elements(text, 'Location')).toEqual([`${emulator.storage}/form-bucket/done%20%26%20dusted`]);
    expect(elements(text, 'ETag')).toEqual([headers.etag]);
  });

  test('a redirect names the stored object; an invalid URL is ignored', async () => {
    const answer = await send({ success_action_redirect: 'https://example.com/thanks?a=b' });
    expect(answer.status).toBe(303);
    const to = new URL(String(answer.headers.location));
    expect([to.origin, Object.fromEntries(to.searchParams)]).toEqual([
      'https://example.com',
      { a: 'b', bucket: 'form-bucket', key: 'done & dusted', etag: answer.headers.etag },
    ]);
    expect((await send({ success_action_redirect: 'javascript:alert(1)' })).status).toBe(204);
  });
});

test('without a policy only a public bucket accepts files', async () => {
  expect((await post({ key: 'free' })).status).toBe(403);
  await signed(emulator, 'PUT', '/public-form', { headers: { 'x-goog-acl': 'public-read-write' } });
  expect((await post({ key: 'free' }, 'free', 'f', '/public-form/')).status).toBe(204);
  expect((await post({ key: 'free' }, 'free', 'f', '/no-such-form')).code).toBe('NoSuchBucket');
  const fields = signedFields({ fields: { key: 'a' }, conditions: [{ key: 'a' }] });
  expect((await post(fields, 'x', 'f', '/no-such-form')).code).toBe('NoSuchBucket');
});
