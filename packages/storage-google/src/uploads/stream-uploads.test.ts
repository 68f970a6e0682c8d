/** Uploads of streams: short ones in one request, long ones in parts, and cleaning up after failures. */
import { type CloudError, checksumOf } from '@isobar/core/provider';
import { forbidIo, networkFailure, type Reply } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, type ScriptedStorage, scriptStorage } from '../../testing/scripted-storage.ts';
import { firstPartBytes, maxConcurrentParts } from '../limits.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/a.bin';
const initiated = {
  body: `<InitiateMultipartUploadResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><UploadId>U+1</UploadId></InitiateMultipartUploadResult>`,
};
const completed = { headers: { 'x-goog-generation': '17' }, body: '<CompleteMultipartUploadResult/>' };
const partPath = (partNumber: number) => `${path}?partNumber=${partNumber}&uploadId=U%2B1`;
const uploadPath = `${path}?uploadId=U%2B1`;

/** Bytes with different parts. */
function bytesOf(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) bytes[at] = (at * 31 + (at >>> 16)) & 0xff;
  return bytes;
}

/** A source whose pieces do not match part sizes. */
function sourceOf(bytes: Uint8Array, failure?: Error): Iterable<Uint8Array> {
  function* pieces(): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 3_000_001) yield bytes.subarray(at, at + 3_000_001);
    if (failure) throw failure;
  }
  return { [Symbol.iterator]: pieces };
}

const storedAs = (bytes: Uint8Array) => ({
  headers: {
    'x-goog-stored-content-length': String(bytes.length),
    'x-goog-hash': `crc32c=${checksumOf('crc32c', bytes)}`,
  },
});

/** A script in which all parts are stored. */
function scriptParts(parts: number, ...replies: Reply[]): ScriptedStorage {
  const script = scriptStorage();
  script.world.service.on('POST', `${path}?uploads=`, initiated);
  for (let part = 1; part <= parts; part += 1) {
    script.world.service.on('PUT', partPath(part), ...replies, { headers: { etag: `"part-${part}"` } });
  }
  return script;
}

const big = bytesOf(3 * firstPartBytes);
const bigStored = storedAs(big);

describe('a short source', () => {
  test.each([
    ['no bytes', 0],
    ['1 byte', 1],
    ['1 byte less than a part', firstPartBytes - 1],
  ])('of %s is sent in one request', (_, sizeBytes) => {
    const { storage, world } = scriptStorage();
    const bytes = big.subarray(0, sizeBytes);
    world.service.on('PUT', path, storedAs(bytes));
    expect(world.run(storage.uploadObjectViaStream(sourceOf(bytes), 'demo-bucket', 'a.bin')).sizeBytes).toBe(sizeBytes);
    expect(Buffer.compare(world.service.requests[0]?.body as Uint8Array, bytes)).toBe(0);
  });
  test('may yield strings', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, {});
    world.run(storage.uploadObjectViaStream(['é', 'té'], 'demo-bucket', 'a.bin'));
    expect(world.service.requests[0]?.body).toEqual(new TextEncoder().encode('été'));
  });
  test('that fails sends nothing, and its own error is thrown', () => {
    const { storage, world } = scriptStorage();
    const own = new TypeError('my disk');
    expect(
      world.failureOf(storage.uploadObjectViaStream(sourceOf(big.subarray(0, 9), own), 'demo-bucket', 'a.bin')),
    ).toBe(own);
    expect(world.service.requests).toEqual([]);
  });
  test.each([
    ['succeeds', {}],
    ['fails', errorAnswer(403, 'AccessDenied')],
  ])('is released once when the upload %s', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, answer);
    const source = sourceOf(big.subarray(0, 9));
    try {
      world.run(storage.uploadObjectViaStream(source, 'demo-bucket', 'a.bin'));
    } catch {}
    expect(world.sources.releasesOf(source)).toBe(1);
  });
  test('is not read when an argument is invalid', () => {
    const { storage, world } = scriptStorage();
    world.failureOf(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', '..'));
    expect(world.steps).toEqual([]);
  });
});

describe('a long source', () => {
  test.each([
    ['exactly a part', firstPartBytes, 1],
    ['a part and 1 byte', firstPartBytes + 1, 2],
    ['3 parts', 3 * firstPartBytes, 3],
  ])('of %s is sent in parts', (_, sizeBytes, parts) => {
    const { storage, world } = scriptParts(parts);
    const bytes = big.subarray(0, sizeBytes);
    world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, storedAs(bytes));
    expect(world.run(storage.uploadObjectViaStream(sourceOf(bytes), 'demo-bucket', 'a.bin')).sizeBytes).toBe(sizeBytes);
    const bodies = world.service.requests
      .filter(({ method }) => method === 'PUT')
      .map(({ body }) => body as Uint8Array);
    expect(Buffer.concat(bodies).equals(bytes)).toBe(true);
    expect(world.service.unasked).toEqual([]);
  });

  test.each(['oldest', 'newest'] as const)('is joined in order when its %s part is stored first', (first) => {
    const { storage, world } = scriptParts(3);
    world.answersFirst = first;
    world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, bigStored);
    world.run(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin'));
    const completion = world.service.requests.find(({ path: requested }) => requested === uploadPath)
      ?.body as Uint8Array;
    expect(new TextDecoder().decode(completion)).toBe(
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"part-1"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>"part-2"</ETag></Part><Part><PartNumber>3</PartNumber><ETag>"part-3"</ETag></Part></CompleteMultipartUpload>',
    );
  });

  test('is read no further than the parts in flight', () => {
    const { storage, world } = scriptParts(3);
    world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, bigStored);
    world.run(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin'));
    const firstExchange = world.steps.indexOf('exchange', world.steps.indexOf('parallel'));
    const pulls = world.steps.slice(0, firstExchange).filter((kind) => kind === 'pull');
    expect(pulls.length).toBeLessThanOrEqual(maxConcurrentParts);
  });

  test('has its headers on the request that starts the upload', () => {
    const { storage, world } = scriptParts(3);
    world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, bigStored);
    world.run(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin', { metadata: { a: '1' } }));
    expect(world.service.requests[0]?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-goog-meta-a': '1',
    });
  });

  test('is released once', () => {
    const { storage, world } = scriptParts(3);
    world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, bigStored);
    const source = sourceOf(big);
    world.run(storage.uploadObjectViaStream(source, 'demo-bucket', 'a.bin'));
    expect(world.sources.releasesOf(source)).toBe(1);
  });

  test('is sent again part by part when an attempt fails', () => {
    const { storage, world } = scriptParts(3, busy);
    world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, bigStored);
    expect(world.run(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin')).sizeBytes).toBe(big.length);
  });

  test.each(['oldest', 'newest'] as const)('reports stored bytes, with its %s part stored first', (first) => {
    const { storage, world } = scriptParts(3);
    world.answersFirst = first;
    world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, bigStored);
    const reported: number[] = [];
    const onProgress = ({ transferredBytes }: { transferredBytes: number }) => reported.push(transferredBytes);
    world.run(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin', { onProgress }));
    expect(reported).toEqual([firstPartBytes, 2 * firstPartBytes, 3 * firstPartBytes]);
  });
});

describe('starting', () => {
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
  ])('is retried when the response was %s: the caller’s stream would be lost otherwise', (_, reply) => {
    const { storage, world } = scriptStorage();
    world.service
      .on('POST', `${path}?uploads=`, reply)
      .on('POST', `${path}?uploads=`, errorAnswer(403, 'AccessDenied'));
    world.failureOf(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin'));
    expect(world.service.requests).toHaveLength(2);
  });
  test('without an id is malformed', () => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', `${path}?uploads=`, { body: '<InitiateMultipartUploadResult/>' });
    const failure = world.failureOf(storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin'));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
});

describe('an upload that ends early', () => {
  const abandon = (script: ScriptedStorage, source = sourceOf(big)) =>
    script.world.failureOf(script.storage.uploadObjectViaStream(source, 'demo-bucket', 'a.bin'));

  test('because the source fails is aborted, and the source’s own error is thrown', () => {
    const script = scriptParts(3);
    script.world.service.on('DELETE', uploadPath, { status: 204 });
    const own = new TypeError('my disk');
    expect(abandon(script, sourceOf(big, own))).toBe(own);
    expect(script.world.service.asked.at(-1)).toBe(`DELETE ${uploadPath}`);
  });
  test('because a part is refused is aborted', () => {
    const script = scriptStorage();
    script.world.service
      .on('POST', `${path}?uploads=`, initiated)
      .always('PUT', /partNumber/, errorAnswer(403, 'AccessDenied'))
      .on('DELETE', uploadPath, { status: 204 });
    expect(abandon(script)).toHaveProperty('code', 'permission-denied');
    expect(script.world.service.unasked).toEqual([]);
  });
  test('because a part has no ETag is aborted', () => {
    const script = scriptStorage();
    script.world.service
      .on('POST', `${path}?uploads=`, initiated)
      .always('PUT', /partNumber/, {})
      .on('DELETE', uploadPath, { status: 204 });
    expect(abandon(script)).toHaveProperty('code', 'malformed-response');
    expect(script.world.service.unasked).toEqual([]);
  });
  test('because it cannot be completed is aborted', () => {
    const script = scriptParts(3);
    script.world.service
      .on('POST', uploadPath, errorAnswer(400, 'InvalidPart'))
      .on('DELETE', uploadPath, { status: 204 });
    expect(abandon(script)).toHaveProperty('code', 'invalid-argument');
    expect(script.world.service.unasked).toEqual([]);
  });
  test('because completing returns 200 with an error again and again is aborted', () => {
    const script = scriptParts(3);
    const body = '<Error><Code>InternalError</Code><Message>We tried.</Message></Error>';
    script.world.service.always('POST', uploadPath, { body }).on('DELETE', uploadPath, { status: 204 });
    expect(abandon(script)).toMatchObject({ code: 'unavailable', details: { reason: 'InternalError' } });
    expect(script.world.service.unasked).toEqual([]);
  });
  test('because it was cancelled is aborted', () => {
    const script = scriptParts(3);
    script.world.service.on('DELETE', uploadPath, { status: 204 });
    script.world.cancelBefore((step) => step.kind === 'exchange' && step.request.path === partPath(2));
    expect(abandon(script)).toHaveProperty('name', 'Cancelled');
    expect(script.world.service.asked.at(-1)).toBe(`DELETE ${uploadPath}`);
  });
  test.each<[string, Reply]>([
    ['is refused', errorAnswer(403, 'AccessDenied')],
    ['fails', networkFailure()],
  ])('keeps its own failure when aborting it %s', (_, reply) => {
    const script = scriptParts(3);
    script.world.service.always('DELETE', uploadPath, reply);
    const own = new TypeError('my disk');
    expect(abandon(script, sourceOf(big, own))).toBe(own);
  });
  test('releases the source once', () => {
    const script = scriptParts(3);
    script.world.service.on('DELETE', uploadPath, { status: 204 });
    const source = sourceOf(big, new TypeError('my disk'));
    abandon(script, source);
    expect(script.world.sources.releasesOf(source)).toBe(1);
  });
});

describe('completing', () => {
  const upload = (script: ScriptedStorage) =>
    script.storage.uploadObjectViaStream(sourceOf(big), 'demo-bucket', 'a.bin');

  test('succeeds when an earlier attempt completed it, and verifies the live object', () => {
    const script = scriptParts(3);
    script.world.service
      .on('POST', uploadPath, networkFailure(), errorAnswer(404, 'NoSuchUpload'))
      .on('HEAD', path, bigStored);
    expect(script.world.run(upload(script)).sizeBytes).toBe(big.length);
  });
  test('fails when the first attempt finds no upload', () => {
    const script = scriptParts(3);
    script.world.service
      .on('POST', uploadPath, errorAnswer(404, 'NoSuchUpload'))
      .on('DELETE', uploadPath, { status: 204 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', 'not-found');
  });
  test.each([
    ['checksum', { headers: { 'x-goog-stored-content-length': String(big.length), 'x-goog-hash': 'crc32c=AAAAAA==' } }],
    ['size', { headers: { ...bigStored.headers, 'x-goog-stored-content-length': '1' } }],
  ])('fails with integrity for another %s, and deletes that generation', (_, found) => {
    const script = scriptParts(3);
    const pinned = `${path}?generation=17`;
    script.world.service
      .on('POST', uploadPath, completed)
      .on('HEAD', pinned, found)
      .on('DELETE', pinned, { status: 204 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', 'integrity');
    expect(script.world.service.unasked).toEqual([]);
  });
  test('fails with conflict when the object was replaced before it could be verified', () => {
    const script = scriptParts(3);
    script.world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, { status: 404 });
    const failure = script.world.failureOf(upload(script)) as CloudError;
    expect([failure.code, (failure.cause as CloudError).code]).toEqual(['conflict', 'not-found']);
  });
  test('fails with not-found when the object is gone and its generation unknown', () => {
    const script = scriptParts(3);
    script.world.service
      .on('POST', uploadPath, networkFailure(), errorAnswer(404, 'NoSuchUpload'))
      .on('HEAD', path, { status: 404 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', 'not-found');
  });
  test('does not abort a complete upload when verifying it fails', () => {
    const script = scriptParts(3);
    script.world.service.on('POST', uploadPath, completed).on('HEAD', `${path}?generation=17`, { status: 403 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', 'permission-denied');
    expect(script.world.service.asked.filter((asked) => asked.startsWith('DELETE'))).toEqual([]);
  });
});
