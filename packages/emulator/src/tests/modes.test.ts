import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { type Answer, exchange, signed, signedHeaders } from './client.ts';

let usual: Emulator;
let strict: Emulator;
beforeAll(async () => {
  usual = await startEmulator();
  strict = await startEmulator({ strict: true, s3Compat: true, amazonNamespace: true, multiDelete: 'unsupported' });
  for (const emulator of [usual, strict]) {
    await signed(emulator, 'PUT', '/mode-bucket');
    await signed(emulator, 'PUT', '/mode-bucket/key', { body: 'hello' });
  }
});
afterAll(() => Promise.all([usual.close(), strict.close()]));

describe('strict', () => {
  test('a signed accept-encoding does not match', async () => {
    const get = (emulator: Emulator, headers: object) =>
      signed(emulator, 'GET', '/mode-bucket/key', { headers: { ...headers } });
    expect((await get(usual, { 'accept-encoding': 'gzip' })).text).toBe('hello');
    const answer = await get(strict, { 'accept-encoding': 'gzip' });
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(answer.text).toContain('accept-encoding:gzip,gzip(gfe)\n');
    expect((await get(strict, {})).text).toBe('hello');
  });

  test('aws-chunked bodies are refused', async () => {
    const statuses = [];
    for (const emulator of [usual, strict]) statuses.push((await streamed(emulator, ['hi'])).code);
    expect(statuses).toEqual([undefined, 'SignatureDoesNotMatch']);
  });
});

test('deleting a missing object: 404, or 204 as at Amazon', async () => {
  for (const [emulator, status] of [
    [usual, 404],
    [strict, 204],
  ] as const) {
    expect((await signed(emulator, 'DELETE', '/mode-bucket/missing')).status).toBe(status);
    expect((await signed(emulator, 'DELETE', '/no-such-bucket/missing')).status).toBe(404);
    const headers = { 'x-goog-if-generation-match': '1' };
    expect((await signed(emulator, 'DELETE', '/mode-bucket/missing', { headers })).status).toBe(412);
  }
});

test('deleting many objects: on, or refused in two ways', async () => {
  const body = '<Delete><Object><Key>a</Key></Object></Delete>';
  const remove = async (emulator: Emulator) => {
    const { status, code, text } = await signed(emulator, 'POST', '/mode-bucket?delete', { body });
    return [status, code, /<Details>(.*?)</.exec(text)?.[1]];
  };
  expect((await remove(usual)).slice(0, 2)).toEqual([200, undefined]);
  expect((await remove(strict)).slice(0, 2)).toEqual([400, 'NotImplemented']);
  await using old = await startEmulator({ multiDelete: 'create-error' });
  expect(await remove(old)).toEqual([400, 'InvalidArgument', 'Cannot create buckets using a POST.']);
});

test("the namespace of listings: Google's, or Amazon's on request for AWS-signed requests", async () => {
  const namespace = async (emulator: Emulator, scheme: 'GOOG4' | 'AWS4', target: string) =>
    /xmlns='(.*?)'/.exec((await signed(emulator, 'GET', target, { scheme })).text)?.[1];
  for (const target of ['/', '/mode-bucket', '/mode-bucket?list-type=2', '/mode-bucket?versions']) {
    expect(await namespace(usual, 'AWS4', target)).toBe('http://doc.s3.amazonaws.com/2006-03-01');
    expect(await namespace(strict, 'GOOG4', target)).toBe('http://doc.s3.amazonaws.com/2006-03-01');
    expect(await namespace(strict, 'AWS4', target)).toBe('http://s3.amazonaws.com/doc/2006-03-01/');
  }
});

const base64Crc32 = (text: string) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};

interface Streamed {
  readonly trailers?: Record<string, string>;
  readonly announced?: string;
  /** Signs chunks and trailers. */
  readonly signs?: boolean;
  readonly forged?: boolean;
}

/** A body in aws-chunked framing, with its trailers. */
function streamed(emulator: Emulator, chunks: readonly string[], options: Streamed = {}): Promise<Answer> {
  const { trailers = {}, announced = Object.keys(trailers).join(), signs = false, forged = false } = options;
  const target = '/mode-bucket/streamed';
  const payloadHash = signs ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const headers = {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': chunks.join('').length,
    ...(announced === '' ? {} : { 'x-amz-trailer': announced }),
  };
  const sent = signedHeaders(emulator, 'PUT', target, { scheme: 'AWS4', payloadHash, headers });
  const stamp = String(sent['x-amz-date']);
  const scope = `${stamp.slice(0, 8)}/auto/s3/aws4_request`;
  const key = scope
    .split('/')
    .reduce<Uint8Array | string>(
      (parent, part) => createHmac('sha256', parent).update(part).digest(),
      `AWS4${emulator.secret}`,
    );
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  let previous = /Signature=(\w+)/.exec(String(sent.authorization))?.[1] ?? '';
  const sign = (kind: string, digests: string) => {
    const text = `AWS4-HMAC-SHA256-${kind}\n${stamp}\n${scope}\n${previous}\n${digests}`;
    previous = createHmac('sha256', key).update(text).digest('hex');
    return previous;
  };
  const frames = [...chunks, ''].map((chunk) => {
    const signature = signs ? `;chunk-signature=${sign('PAYLOAD', `${hash('')}\n${hash(chunk)}`)}` : '';
    return `${chunk.length.toString(16)}${signature}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`;
  });
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}`);
  const signature = signs ? sign('TRAILER', hash(lines.map((line) => `${line}\n`).join(''))) : '';
  if (signs) lines.push(`x-amz-trailer-signature:${forged ? hash('forged') : signature}`);
  const body = `${frames.join('')}${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
  return exchange(emulator.storage, 'PUT', target, { headers: { ...sent, 'content-length': body.length }, body });
}

describe('trailers of aws-chunked bodies', () => {
  const text = 'helloworld';
  const digest = (algorithm: string) => createHash(algorithm).update(text).digest('base64');
  test.each([
    ['x-amz-checksum-crc32', base64Crc32(text)],
    ['x-amz-checksum-crc32c', undefined],
    ['x-amz-checksum-sha1', digest('sha1')],
    ['x-amz-checksum-sha256', digest('sha256')],
  ])('%s must fit the data', async (name, known) => {
    const put = await signed(usual, 'PUT', '/mode-bucket/crc', { body: text });
    const value = known ?? /crc32c=([^,]+)/.exec(String(put.headers['x-goog-hash']))?.[1] ?? '';
    const right = await streamed(usual, ['hello', 'world'], { trailers: { [name]: value } });
    expect([right.status, right.code]).toEqual([200, undefined]);
    expect((await streamed(usual, ['hello', 'wOrld'], { trailers: { [name]: value } })).code).toBe('BadDigest');
    expect((await signed(usual, 'GET', '/mode-bucket/streamed')).text).toBe('helloworld');
  });

  test('announced trailers must come', async () => {
    expect((await streamed(usual, ['x'], { announced: 'x-amz-checksum-crc32' })).code).toBe('IncompleteBody');
  });

  test('they are signed when the chunks are', async () => {
    const trailers = { 'x-amz-checksum-crc32': base64Crc32(text) };
    expect((await streamed(usual, ['hello', 'world'], { trailers, signs: true })).status).toBe(200);
    const forged = await streamed(usual, ['hello', 'world'], { trailers, signs: true, forged: true });
    expect([forged.status, forged.code]).toEqual([403, 'SignatureDoesNotMatch']);
  });
});

describe('a status in the middle of the body', () => {
  const QUARTER_MIB = 256 * 1024;
  const instructions = { 'x-goog-emulator-instructions': 'return-503-after-256K' };

  test('an object is not published', async () => {
    const put = (size: number) =>
      signed(usual, 'PUT', '/mode-bucket/late', { body: Buffer.alloc(size), unsigned: instructions });
    expect((await put(QUARTER_MIB + 1)).status).toBe(503);
    expect((await signed(usual, 'HEAD', '/mode-bucket/late')).status).toBe(404);
    expect((await put(QUARTER_MIB)).status).toBe(200);
  });

  test('a resumable upload keeps the received bytes', async () => {
    const start = await signed(usual, 'POST', '/mode-bucket/resumed', { headers: { 'x-goog-resumable': 'start' } });
    const session = new URL(String(start.headers.location));
    const target = session.pathname + session.search;
    const content = Buffer.alloc(3 * QUARTER_MIB, 'resumed');
    const put = (from: number, more = {}) =>
      exchange(usual.storage, 'PUT', target, {
        headers: {
          'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
          'content-length': content.length - from,
          ...more,
        },
        body: content.subarray(from),
      });
    expect((await put(0, instructions)).status).toBe(503);
    const probe = { headers: { 'content-range': 'bytes */*', 'content-length': 0 } };
    const status = await exchange(usual.storage, 'PUT', target, probe);
    expect([status.status, status.headers.range]).toEqual([308, `bytes=0-${QUARTER_MIB - 1}`]);
    expect((await put(QUARTER_MIB)).status).toBe(200);
    expect((await signed(usual, 'GET', '/mode-bucket/resumed')).body.equals(content)).toBe(true);
  });
});
