import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { elements, exchange, objectPath, rawExchange, signed, signedHeaders } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await signed(emulator, 'PUT', '/box');
});
afterAll(() => emulator.close());

const put = (target: string, body: string | Uint8Array, headers = {}) =>
  signed(emulator, 'PUT', target, { body, headers });
const get = (target: string, headers = {}) => signed(emulator, 'GET', target, { headers });

describe('PUT and GET', () => {
  test('return the bytes and the attributes', async () => {
    const written = await put('/box/full', 'Hello, GCS!\n', {
      'content-type': 'text/plain',
      'cache-control': 'no-store',
      'content-language': 'de',
      'content-disposition': 'inline',
      'x-goog-meta-reviewer': 'joe, jane',
      'x-goog-storage-class': 'NEARLINE',
    });
    expect(written.status).toBe(200);
    expect(written.headers.etag).toBe('"a6d83892b55ba2ae83f909f2a5532438"');
    const read = await get('/box/full');
    expect(read.text).toBe('Hello, GCS!\n');
    expect(read.headers).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'no-store',
      'content-language': 'de',
      'content-disposition': 'inline',
      'content-length': '12',
      etag: '"a6d83892b55ba2ae83f909f2a5532438"',
      'x-goog-meta-reviewer': 'joe, jane',
      'x-goog-storage-class': 'NEARLINE',
      'x-goog-hash': 'crc32c=I5M/Gw==, md5=ptg4krVboq6D+QnypVMkOA==',
      'x-goog-generation': written.headers['x-goog-generation'],
      'x-goog-metageneration': '1',
      'x-goog-stored-content-length': '12',
      'x-goog-stored-content-encoding': 'identity',
      server: 'UploadServer',
    });
    expect(read.headers['x-guploader-uploadid']).toBeTruthy();
    const head = await signed(emulator, 'HEAD', '/box/full');
    expect([head.headers['content-length'], head.body.length]).toEqual(['12', 0]);
    const amazon = await signed(emulator, 'HEAD', '/box/full', { scheme: 'AWS4' });
    expect(amazon.headers['x-amz-meta-reviewer']).toBe('joe, jane');
  });

  test('keep similar names apart and unchanged', async () => {
    const special = [
      '/a',
      'a//b',
      './a',
      'a/../b',
      'a/./b',
      '%2F',
      'a%2Fb',
      'a+b',
      'a b',
      'é',
      'e\u0301',
      '😀',
      'a?b#c',
      'a&b<c>',
      ' ',
      'a/',
    ];
    await Promise.all(special.map((name) => put(objectPath('box', name), name)));
    for (const name of special) expect((await get(objectPath('box', name))).text).toBe(name);
  });

  test('work for any name', async () => {
    const anyName = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((name) => !/[\r\n]/.test(name) && name !== '.' && name !== '..' && Buffer.byteLength(name) <= 1024);
    await fc.assert(
      fc.asyncProperty(anyName, async (name) => {
        expect((await put(objectPath('box', name), name)).status).toBe(200);
        expect((await get(objectPath('box', name))).text).toBe(name);
        expect((await signed(emulator, 'DELETE', objectPath('box', name))).status).toBe(204);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['a'.repeat(1025), 'KeyTooLong'],
    ['é'.repeat(513), 'KeyTooLong'],
    ['a\nb', 'InvalidObjectName'],
    ['a\rb', 'InvalidObjectName'],
    ['.', 'InvalidObjectName'],
    ['..', 'InvalidObjectName'],
  ])('refuse the name %j', async (name, code) => {
    const answer = await put(objectPath('box', name), 'x');
    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  test('refuse a name that is not UTF-8', async () => {
    expect((await put('/box/%FF', 'x')).code).toBe('InvalidURI');
  });

  test('a missing bucket', async () => {
    expect((await put('/nowhere/key', 'x')).code).toBe('NoSuchBucket');
    expect((await get('/nowhere/key')).code).toBe('NoSuchBucket');
    const missing = await get('/box/nothing');
    expect([missing.status, missing.code]).toEqual([404, 'NoSuchKey']);
    expect(missing.text).toBe(
      "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code>" +
        '<Message>The specified key does not exist.</Message><Details>No such object: box/nothing</Details></Error>',
    );
    expect(missing.headers).toMatchObject({
      'content-type': 'application/xml; charset=UTF-8',
      'cache-control': 'private, max-age=0',
      expires: missing.headers.date,
    });
    const head = await signed(emulator, 'HEAD', '/box/nothing');
    expect([head.status, head.body.length]).toEqual([404, 0]);
  });
});

describe('bodies', () => {
  const wrongMd5 = createHash('md5').update('other').digest('base64');
  test.each([
    [{ 'content-md5': wrongMd5 }, 'BadDigest'],
    [{ 'content-md5': 'nonsense' }, 'InvalidDigest'],
    [{ 'x-goog-hash': 'crc32c=AAAAAA==' }, 'BadDigest'],
    [{ 'x-goog-hash': `md5=${wrongMd5}` }, 'BadDigest'],
    [{ 'x-goog-hash': 'crc32c=x' }, 'InvalidDigest'],
    [{ 'x-goog-storage-class': 'GLACIER' }, 'InvalidStorageClass'],
    [{ 'x-goog-acl': 'everyone' }, 'InvalidArgument'],
    [{ 'x-goog-meta-long': 'x'.repeat(8192) }, 'MetadataTooLarge'],
    [{ 'x-goog-content-length-range': '1,3' }, 'EntityTooLarge'],
    [{ 'x-goog-content-length-range': '6,9' }, 'EntityTooSmall'],
  ])('with %j are refused and not stored', async (headers, code) => {
    const answer = await put('/box/refused', 'hello', headers);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await get('/box/refused')).status).toBe(404);
  });

  test('with right digests are stored', async () => {
    const md5 = createHash('md5').update('123456789').digest('base64');
    const headers = { 'content-md5': md5, 'x-goog-hash': `crc32c=4waSgw==,md5=${md5}` };
    expect((await put('/box/digested', '123456789', headers)).status).toBe(200);
  });

  test('need a length', async () => {
    const headers = signedHeaders(emulator, 'PUT', '/box/none');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await rawExchange(
      emulator.storage,
      `PUT /box/none HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 411 /);
    expect(answer).toContain('<Code>MissingContentLength</Code>');
  });

  test('may be chunked', async () => {
    const answer = await signed(emulator, 'PUT', '/box/chunked', {
      body: 'in pieces',
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(answer.status).toBe(200);
    expect((await get('/box/chunked')).text).toBe('in pieces');
  });

  test('shorter than declared store nothing', async () => {
    await put('/box/kept', 'before');
    const headers = signedHeaders(emulator, 'PUT', '/box/kept', { payloadHash: 'UNSIGNED-PAYLOAD' });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    await rawExchange(
      emulator.storage,
      `PUT /box/kept HTTP/1.1\r\n${lines.join('')}Content-Length: 100\r\n\r\nshort`,
      true,
    );
    expect((await get('/box/kept')).text).toBe('before');
  });

  test('are requested with 100 Continue, or refused before they are sent', async () => {
    const send = (secret: string) => {
      const headers = signedHeaders({ ...emulator, secret }, 'PUT', '/box/expected', {
        payloadHash: 'UNSIGNED-PAYLOAD',
      });
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = `PUT /box/expected HTTP/1.1\r\n${lines.join('')}Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`;
      return rawExchange(emulator.storage, secret === 'wrong' ? head : `${head}ok`);
    };
    expect(await send(emulator.secret)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(await send('wrong')).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('of many megabytes round-trip, in memory and in files', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024 + 7, 'isobar');
    expect((await put('/box/large', body)).status).toBe(200);
    const read = await get('/box/large');
    expect(read.body.equals(body)).toBe(true);
    const part = await get('/box/large', { range: 'bytes=9000000-9000011' });
    expect(part.body.equals(body.subarray(9_000_000, 9_000_012))).toBe(true);
  });

  test('in aws-chunked framing are decoded', async () => {
    const framed = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n';
    const answer = await signed(emulator, 'PUT', '/box/framed', {
      scheme: 'AWS4',
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '11' },
      body: framed,
    });
    expect(answer.status).toBe(200);
    const read = await get('/box/framed');
    expect([read.text, read.headers['content-encoding']]).toEqual(['hello world', undefined]);
  });
});

describe('ranges', () => {
  beforeAll(() => put('/box/ten', '0123456789'));
  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s', async (range, text, contentRange) => {
    const answer = await get('/box/ten', { range });
    expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([206, text, contentRange]);
  });

  test.each(['bytes=5-2', 'bytes=a-b', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-'])('%s is ignored', async (range) => {
    const answer = await get('/box/ten', { range });
    expect([answer.status, answer.text]).toEqual([200, '0123456789']);
  });

  test('beyond the end: 416 with the size', async () => {
    const answer = await get('/box/ten', { range: 'bytes=10-' });
    expect([answer.status, answer.code, answer.headers['content-range']]).toEqual([416, 'InvalidRange', 'bytes */10']);
  });
});

describe('conditions', () => {
  test('create only, replace exactly, delete exactly', async () => {
    const first = await put('/box/c', '1', { 'x-goog-if-generation-match': '0' });
    expect(first.status).toBe(200);
    const again = await put('/box/c', '2', { 'x-goog-if-generation-match': '0' });
    expect([again.status, again.code]).toEqual([412, 'PreconditionFailed']);
    const generation = String(first.headers['x-goog-generation']);
    expect(generation).toMatch(/^\d{16}$/);
    const second = await put('/box/c', '3', { 'x-goog-if-generation-match': generation });
    expect(second.status).toBe(200);
    expect(Number(second.headers['x-goog-generation'])).toBeGreaterThan(Number(generation));
    const stale = await signed(emulator, 'DELETE', '/box/c', { headers: { 'x-goog-if-generation-match': generation } });
    expect(stale.status).toBe(412);
    expect((await get(`/box/c?generation=${generation}`)).code).toBe('NoSuchKey');
    expect((await get('/box/c', { 'x-goog-if-metageneration-match': '2' })).status).toBe(412);
    expect((await put('/box/c', '4', { 'x-goog-if-generation-match': 'x' })).code).toBe('InvalidArgument');
  });

  test('on reads', async () => {
    const { headers } = await put('/box/r', 'r');
    const etag = String(headers.etag);
    expect((await get('/box/r', { 'if-match': etag })).status).toBe(200);
    expect((await get('/box/r', { 'if-match': '"other"' })).status).toBe(412);
    const unmodified = await get('/box/r', { 'if-none-match': etag });
    expect([unmodified.status, unmodified.body.length]).toEqual([304, 0]);
    const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
    const yesterday = new Date(Date.now() - 86_400_000).toUTCString();
    expect((await get('/box/r', { 'if-modified-since': tomorrow })).status).toBe(304);
    expect((await get('/box/r', { 'if-modified-since': yesterday })).status).toBe(200);
    expect((await get('/box/r', { 'if-unmodified-since': yesterday })).status).toBe(412);
  });

  test('of plain HTTP are ignored on writes', async () => {
    expect((await put('/box/r', 'r2', { 'if-none-match': '*' })).status).toBe(200);
  });
});

test('gzip is decoded for clients that do not accept it', async () => {
  await put('/box/zip', gzipSync('plain text'), { 'content-encoding': 'gzip' });
  const plain = await get('/box/zip', { range: 'bytes=0-1' });
  expect([plain.status, plain.text, plain.headers['content-encoding']]).toEqual([200, 'plain text', undefined]);
  expect([plain.headers['content-length'], plain.headers['x-goog-stored-content-encoding']]).toEqual([
    undefined,
    'gzip',
  ]);
  const stored = await get('/box/zip', { 'accept-encoding': 'gzip' });
  expect([stored.headers['content-encoding'], stored.body.equals(gzipSync('plain text'))]).toEqual(['gzip', true]);
  expect((await signed(emulator, 'HEAD', '/box/zip')).headers['content-length']).toBeUndefined();
  await put('/box/zip', gzipSync('x'), { 'content-encoding': 'gzip', 'cache-control': 'no-transform' });
  expect((await get('/box/zip')).headers['content-encoding']).toBe('gzip');
});

test('response headers can be chosen by the reader', async () => {
  await put('/box/chosen', 'x', { 'content-type': 'text/plain' });
  const query = 'response-content-disposition=attachment&response-content-type=a%2Fb';
  const { headers } = await get(`/box/chosen?${query}`);
  expect([headers['content-type'], headers['content-disposition']]).toEqual(['a/b', 'attachment']);
  const unicode = await get('/box/chosen?response-content-disposition=%C3%A9%E2%82%AC');
  expect(Buffer.from(String(unicode.headers['content-disposition']), 'latin1').toString()).toBe('é€');
  expect((await get('/box/chosen?response-content-type=a%0D%0AX%3A%20b')).code).toBe('InvalidArgument');
});

test('DELETE of a missing object is 404', async () => {
  await put('/box/gone', 'x');
  expect((await signed(emulator, 'DELETE', '/box/gone')).status).toBe(204);
  expect((await signed(emulator, 'DELETE', '/box/gone')).code).toBe('NoSuchKey');
});

test('with versioning, old generations stay', async () => {
  await signed(emulator, 'PUT', '/versioned');
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await signed(emulator, 'PUT', '/versioned?versioning', { body });
  const first = String((await put('/versioned/k', '1')).headers['x-goog-generation']);
  await put('/versioned/k', '2');
  await signed(emulator, 'DELETE', '/versioned/k');
  expect((await get('/versioned/k')).status).toBe(404);
  expect((await get(`/versioned/k?generation=${first}`)).text).toBe('1');
  const listing = await get('/versioned?versions');
  expect(elements(listing.text, 'IsLatest')).toEqual(['false', 'false']);
  expect((await signed(emulator, 'DELETE', '/versioned')).code).toBe('BucketNotEmpty');
  for (const generation of elements(listing.text, 'Generation')) {
    expect((await signed(emulator, 'DELETE', `/versioned/k?generation=${generation}`)).status).toBe(204);
  }
  expect((await signed(emulator, 'DELETE', '/versioned')).status).toBe(204);
});

test('the rest of the JSON API is 501', async () => {
  expect((await exchange(emulator.storage, 'GET', '/storage/v1/b')).status).toBe(501);
});

describe('features that are not emulated are refused, not ignored', () => {
  test.each(['attributes', 'legal-hold', 'restore', 'retention', 'select', 'tagging', 'torrent'])(
    'the sub-resource %s of an object',
    async (name) => {
      await put('/box/plain', 'x');
      const answers = await Promise.all(['GET', 'PUT'].map((method) => signed(emulator, method, `/box/plain?${name}`)));
      expect(answers.map(({ status, code }) => [status, code])).toEqual([
        [400, 'NotImplemented'],
        [400, 'NotImplemented'],
      ]);
    },
  );

  test.each([
    ['a key of the customer', { 'x-goog-encryption-algorithm': 'AES256' }],
    [
      'a key of the key service',
      { 'x-goog-encryption-kms-key-name': 'projects/p/locations/l/keyRings/r/cryptoKeys/k' },
    ],
  ])('%s, for writing and for reading', async (_, headers) => {
    await put('/box/plain', 'x');
    expect((await put('/box/secret', 'x', headers)).code).toBe('NotImplemented');
    expect((await get('/box/plain', headers)).code).toBe('NotImplemented');
    expect((await get('/box/secret')).status).toBe(404);
  });
});
