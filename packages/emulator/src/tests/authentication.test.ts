import { createHash, createHmac } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { exchange, objectPath, signed, signedHeaders, signedTarget } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await signed(emulator, 'PUT', '/auth-bucket');
  await signed(emulator, 'PUT', '/auth-bucket/key', { body: 'hello' });
});
afterAll(() => emulator.close());

const HOUR_MS = 3_600_000;

describe('signed headers', () => {
  test.each(['GOOG4', 'AWS4'] as const)('%s is accepted', async (scheme) => {
    const put = await signed(emulator, 'PUT', '/auth-bucket/by-header', { scheme, body: 'x' });
    expect(put.status).toBe(200);
    expect((await signed(emulator, 'GET', '/auth-bucket/by-header', { scheme })).text).toBe('x');
  });

  test('any location, even none, and a host without its port', async () => {
    expect((await signed(emulator, 'GET', '/auth-bucket/key', { location: '' })).status).toBe(200);
    expect((await signed(emulator, 'GET', '/auth-bucket/key', { signedHost: '127.0.0.1' })).status).toBe(200);
    expect((await signed(emulator, 'GET', '/auth-bucket/key', { signedHost: 'example.com' })).status).toBe(403);
  });

  test('a wrong secret: 403 with the string that the server signed', async () => {
    const answer = await signed({ ...emulator, secret: 'wrong' }, 'GET', '/auth-bucket/key');
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(answer.text).toContain('<Message>Access denied.</Message>');
    expect(answer.text).toMatch(/<StringToSign>GOOG4-HMAC-SHA256\n/);
    expect(answer.text).toMatch(/<CanonicalRequest>GET\n\/auth-bucket\/key\n/);
  });

  test('an unknown key', async () => {
    const answer = await signed({ ...emulator, accessKey: 'GOOG1NOBODY' }, 'GET', '/auth-bucket/key');
    expect([answer.status, answer.code]).toEqual([403, 'InvalidAccessKeyId']);
  });

  test('a clock more than 15 minutes off', async () => {
    for (const offset of [-HOUR_MS, HOUR_MS]) {
      const answer = await signed(emulator, 'GET', '/auth-bucket/key', { atMs: Date.now() + offset });
      expect([answer.status, answer.code]).toEqual([403, 'RequestTimeTooSkewed']);
    }
    expect((await signed(emulator, 'GET', '/auth-bucket/key', { atMs: Date.now() - HOUR_MS / 6 })).status).toBe(200);
  });

  test('an x-goog header that is not signed', async () => {
    const answer = await signed(emulator, 'GET', '/auth-bucket/key', { unsigned: { 'x-goog-meta-late': 'x' } });
    expect([answer.status, answer.code]).toEqual([400, 'MalformedSecurityHeader']);
    expect(answer.text).toContain('<ParameterName>x-goog-meta-late</ParameterName>');
  });

  test('a signed header that is absent', async () => {
    const headers = signedHeaders(emulator, 'GET', '/auth-bucket/key', { headers: { 'x-goog-acl': 'private' } });
    delete headers['x-goog-acl'];
    const answer = await exchange(emulator.storage, 'GET', '/auth-bucket/key', { headers });
    expect([answer.status, answer.code]).toEqual([400, 'MalformedSecurityHeader']);
    expect(answer.text).toContain('Header was included in signedheaders, but not in the request.');
  });

  test('headers of both dialects', async () => {
    const answer = await signed(emulator, 'GET', '/auth-bucket/key', { unsigned: { 'x-amz-meta-a': 'b' } });
    expect([answer.status, answer.code]).toEqual([400, 'ExcessHeaderValues']);
    expect(answer.text).toContain('Requests cannot specify both x-amz and x-goog headers.');
  });

  test('a body that does not match the signature stores nothing', async () => {
    const headers = signedHeaders(emulator, 'PUT', '/auth-bucket/other', { body: 'signed' });
    const answer = await exchange(emulator.storage, 'PUT', '/auth-bucket/other', {
      headers: { ...headers, 'content-length': 6 },
      body: 'forged',
    });
    expect([answer.status, answer.code]).toEqual([400, 'XAmzContentSHA256Mismatch']);
    expect((await signed(emulator, 'GET', '/auth-bucket/other')).status).toBe(404);
  });

  test('a body whose hash is signed but not sent', async () => {
    const target = '/auth-bucket/covered';
    expect((await signed(emulator, 'PUT', target, { body: 'covered', omitHash: true })).status).toBe(200);
    expect((await signed(emulator, 'GET', target, { omitHash: true })).text).toBe('covered');
    const headers = {
      ...signedHeaders(emulator, 'PUT', target, { body: 'covered', omitHash: true }),
      'content-length': 6,
    };
    const forged = await exchange(emulator.storage, 'PUT', target, { headers, body: 'forged' });
    expect(forged.code).toBe('SignatureDoesNotMatch');
    expect((await signed(emulator, 'GET', target)).text).toBe('covered');
  });

  test('UNSIGNED-PAYLOAD', async () => {
    const put = await signed(emulator, 'PUT', '/auth-bucket/unsigned', {
      body: 'any',
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    expect(put.status).toBe(200);
  });

  test('a signature for one name is not valid for another', async () => {
    const headers = signedHeaders(emulator, 'GET', '/auth-bucket/a%2Fb');
    expect((await exchange(emulator.storage, 'GET', '/auth-bucket/a/b', { headers })).code).toBe(
      'SignatureDoesNotMatch',
    );
  });
});

test('a body signed chunk by chunk', async () => {
  const scheme = 'AWS4';
  const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const target = '/auth-bucket/streamed';
  const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '10' };
  const send = async (forge: boolean) => {
    const sent = signedHeaders(emulator, 'PUT', target, { scheme, payloadHash, headers });
    const body = chunkSigned(emulator.secret, sent, ['hello', 'world'], forge);
    return exchange(emulator.storage, 'PUT', target, { headers: { ...sent, 'content-length': body.length }, body });
  };
  expect((await send(true)).code).toBe('SignatureDoesNotMatch');
  expect((await signed(emulator, 'GET', target)).status).toBe(404);
  expect((await send(false)).status).toBe(200);
  expect((await signed(emulator, 'GET', target)).text).toBe('helloworld');
});

/** A body with its framing and chain of signatures. A forged body has its first chunk changed after signing. */
function chunkSigned(secret: string, headers: OutgoingHttpHeaders, chunks: string[], forge: boolean): string {
  const stamp = String(headers['x-amz-date']);
  const scope = `${stamp.slice(0, 8)}/auto/s3/aws4_request`;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const key = scope
    .split('/')
    .reduce<Uint8Array | string>((parent, part) => createHmac('sha256', parent).update(part).digest(), `AWS4${secret}`);
  let previous = /Signature=(\w+)/.exec(String(headers.authorization))?.[1] ?? '';
  const frames = [...chunks, ''].map((chunk) => {
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${stamp}\n${scope}\n${previous}\n${hash('')}\n${hash(chunk)}`;
    previous = createHmac('sha256', key).update(text).digest('hex');
    return `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${chunk}\r\n`;
  });
  return forge ? frames.join('').replace('hello', 'jello') : frames.join('');
}

describe('signed URLs', () => {
  test('give access until they expire', async () => {
    const target = signedTarget(emulator, 'GET', '/auth-bucket/key', 60);
    expect((await exchange(emulator.storage, 'GET', target)).text).toBe('hello');
    expect((await exchange(emulator.storage, 'DELETE', target)).code).toBe('SignatureDoesNotMatch');
  });

  test('expire', async () => {
    const target = signedTarget(emulator, 'GET', '/auth-bucket/key', 60, Date.now() - HOUR_MS);
    const answer = await exchange(emulator.storage, 'GET', target);
    expect([answer.status, answer.code]).toEqual([400, 'ExpiredToken']);
  });

  test('last at most seven days', async () => {
    const answer = await exchange(emulator.storage, 'GET', signedTarget(emulator, 'GET', '/auth-bucket/key', 604_801));
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  });
});

test.each([
  ['GOOG1', 'x-goog-date'],
  ['AWS', 'x-amz-date'],
])('V2: %s', async (scheme) => {
  const date = new Date().toUTCString();
  const sign = (secret: string) =>
    createHmac('sha1', secret).update(`GET\n\n\n${date}\n/auth-bucket/key`).digest('base64');
  const get = (signature: string) =>
    exchange(emulator.storage, 'GET', '/auth-bucket/key', {
      headers: { date, authorization: `${scheme} ${emulator.accessKey}:${signature}` },
    });
  expect((await get(sign(emulator.secret))).text).toBe('hello');
  expect((await get(sign('wrong'))).code).toBe('SignatureDoesNotMatch');
});

describe('a V2 signed URL', () => {
  const target = (resource: string, query: string, secret = emulator.secret) => {
    const expires = Math.floor(Date.now() / 1000) + 60;
    const signature = createHmac('sha1', secret).update(`GET\n\n\n${expires}\n${resource}`).digest('base64');
    const own = `GoogleAccessId=${emulator.accessKey}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
    return `/auth-bucket/key?${own}${query}`;
  };
  const chosen = '&response-content-type=a%2Fb&response-content-disposition=inline';

  test.each([
    ['leaves the response headers unsigned, as Google’s libraries do', '/auth-bucket/key', chosen],
    [
      'signs the response headers, as Amazon’s do',
      '/auth-bucket/key?response-content-disposition=inline&response-content-type=a/b',
      chosen,
    ],
    ['leaves the billed project unsigned', '/auth-bucket/key', `&userProject=p${chosen}`],
    ['signs the billed project alone', '/auth-bucket/key?userProject=p', `&userProject=p${chosen}`],
  ])('%s', async (_, resource, query) => {
    const answer = await exchange(emulator.storage, 'GET', target(resource, query));
    expect([answer.text, answer.headers['content-type']]).toEqual(['hello', 'a/b']);
    expect(answer.headers['content-disposition']).toBe('inline');
    const forged = await exchange(emulator.storage, 'GET', target(resource, query, 'wrong'));
    expect(forged.code).toBe('SignatureDoesNotMatch');
  });

  test('signs every other sub-resource', async () => {
    const answer = await exchange(emulator.storage, 'GET', target('/auth-bucket/key', '&acl'));
    expect(answer.code).toBe('SignatureDoesNotMatch');
  });
});

describe('without a signature', () => {
  test('nothing private can be read, written or listed', async () => {
    for (const [method, target] of [
      ['GET', '/auth-bucket/key'],
      ['GET', '/auth-bucket'],
      ['PUT', '/auth-bucket/key'],
      ['DELETE', '/auth-bucket/key'],
      ['GET', '/auth-bucket/missing'],
      ['PUT', '/other-bucket'],
    ] as const) {
      const answer = await exchange(emulator.storage, method, target, { headers: { 'content-length': 0 } });
      expect([target, answer.status, answer.code]).toEqual([target, 403, 'AccessDenied']);
      expect(answer.text).toContain('Anonymous caller does not have storage.');
    }
  });

  test('the list of buckets needs a signature', async () => {
    const answer = await exchange(emulator.storage, 'GET', '/');
    expect([answer.status, answer.code]).toEqual([400, 'MissingSecurityHeader']);
    expect(answer.text).toContain('<Details>Authorization</Details>');
  });

  test.each([
    ['GET', '/no-such-bucket'],
    ['HEAD', '/no-such-bucket'],
    ['GET', '/no-such-bucket?acl'],
    ['GET', '/no-such-bucket?versions'],
    ['PUT', '/no-such-bucket?cors'],
    ['DELETE', '/no-such-bucket'],
    ['GET', '/no-such-bucket/key'],
    ['GET', '/no-such-bucket/key?acl'],
    ['PUT', '/no-such-bucket/key'],
    ['DELETE', '/no-such-bucket/key'],
    ['POST', '/no-such-bucket/key?uploads'],
    ['GET', '/storage/v1/b/no-such-bucket'],
    ['GET', '/storage/v1/b/no-such-bucket/o/key'],
    ['GET', '/storage/v1/b/no-such-bucket/acl'],
  ])('%s %s: everybody may know that there is no such bucket', async (method, target) => {
    const answer = await exchange(emulator.storage, method, target, { headers: { 'content-length': 0 } });
    expect(answer.status).toBe(404);
    if (method !== 'HEAD' && !target.startsWith('/storage')) expect(answer.code).toBe('NoSuchBucket');
  });

  test('a caller who may list a bucket learns that an object is missing', async () => {
    await signed(emulator, 'PUT', '/listed-bucket', { headers: { 'x-goog-acl': 'public-read' } });
    await signed(emulator, 'PUT', '/listed-bucket/private', { body: 'x' });
    const missing = await exchange(emulator.storage, 'GET', '/listed-bucket/missing');
    expect([missing.status, missing.code]).toEqual([404, 'NoSuchKey']);
    expect((await exchange(emulator.storage, 'HEAD', '/listed-bucket/missing')).status).toBe(404);
    expect((await exchange(emulator.storage, 'GET', '/listed-bucket/private')).status).toBe(403);
    expect((await exchange(emulator.storage, 'GET', '/storage/v1/b/listed-bucket/o/missing')).status).toBe(404);
  });

  test('a generation has its own access control list', async () => {
    await signed(emulator, 'PUT', '/kept-bucket');
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await signed(emulator, 'PUT', '/kept-bucket?versioning', { body });
    const before = await signed(emulator, 'PUT', '/kept-bucket/k', { body: 'private' });
    await signed(emulator, 'PUT', '/kept-bucket/k', { body: 'public', headers: { 'x-goog-acl': 'public-read' } });
    expect((await exchange(emulator.storage, 'GET', '/kept-bucket/k')).text).toBe('public');
    const old = `/kept-bucket/k?generation=${before.headers['x-goog-generation']}`;
    expect((await exchange(emulator.storage, 'GET', old)).code).toBe('AccessDenied');
  });

  test('a public object can be read, and only read', async () => {
    await signed(emulator, 'PUT', '/auth-bucket/public', { body: 'all', headers: { 'x-goog-acl': 'public-read' } });
    expect((await exchange(emulator.storage, 'GET', '/auth-bucket/public')).text).toBe('all');
    expect((await exchange(emulator.storage, 'DELETE', '/auth-bucket/public')).status).toBe(403);
  });
});

test('an unknown scheme and bearer tokens are refused', async () => {
  const get = (authorization: string) =>
    exchange(emulator.storage, 'GET', '/auth-bucket/key', { headers: { authorization } });
  expect((await get('Digest x')).code).toBe('MalformedSecurityHeader');
  expect((await get('Bearer x')).status).toBe(401);
});

test('buckets can be addressed by host', async () => {
  for (const host of ['auth-bucket.storage.googleapis.com', 'auth-bucket.localhost:9897']) {
    const headers = signedHeaders(emulator, 'GET', '/key', { headers: { host } });
    expect((await exchange(emulator.storage, 'GET', '/key', { headers })).text).toBe('hello');
  }
  const path = objectPath('auth-bucket', 'key');
  const headers = signedHeaders(emulator, 'GET', path, { headers: { host: 'storage.googleapis.com' } });
  expect((await exchange(emulator.storage, 'GET', path, { headers })).text).toBe('hello');
});
