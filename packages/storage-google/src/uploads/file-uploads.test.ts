/** Uploads of files: small ones in one request, large ones in parts that are read from disk as they are sent. */
import { CloudError, checksumOf, type FileRange } from '@isobar/core/provider';
import { type Answer, forbidIo, networkFailure, type Reply } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, type ScriptedStorage, scriptStorage } from '../../testing/scripted-storage.ts';
import { filePartBytes, maxSinglePutBytes } from '../limits.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/a.txt';
const hello = new TextEncoder().encode('Hello, GCS!\n');
const stored = {
  headers: {
    'x-goog-generation': '17',
    'x-goog-hash': 'crc32c=I5M/Gw==, md5=ptg4krVboq6D+QnypVMkOA==',
    'x-goog-stored-content-length': '12',
  },
};
const wrong = { headers: { ...stored.headers, 'x-goog-hash': 'crc32c=AAAAAA==' } };

describe('a small file', () => {
  function scriptFile(bytes = hello) {
    const script = scriptStorage();
    script.world.disk.files.set('/tmp/a', bytes);
    return script;
  }

  test('sends a file as a slice, not its bytes', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, stored);
    expect(world.run(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt')).sizeBytes).toBe(12);
    const version = { sizeBytes: 12, modifiedMs: 0, inode: 1 };
    const body = { path: '/tmp/a', startBytes: 0, endBytes: 12, version };
    expect(world.service.requests[0]?.body).toEqual(body);
  });
  test('fails with conflict when the file changes after it was read with stat', () => {
    const { storage, world } = scriptFile();
    const operation = storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt');
    const first = operation.next();
    expect(first.value).toMatchObject({ action: 'stat' });
    const before = world.disk.stat('/tmp/a');
    world.disk.modifiedMs.set('/tmp/a', 1);
    const rest = (function* (): typeof operation {
      let next = operation.next(before);
      while (!next.done) {
        try {
          next = operation.next(yield next.value);
        } catch (failure) {
          next = operation.throw(failure);
        }
      }
      return next.value;
    })();
    expect(world.failureOf(rest)).toMatchObject({ code: 'conflict', details: { object: 'a.txt' } });
  });
  test('sends an empty file', () => {
    const { storage, world } = scriptFile(new Uint8Array(0));
    world.service.on('PUT', path, { headers: { 'x-goog-hash': 'crc32c=AAAAAA==' } });
    expect(world.run(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt')).sizeBytes).toBe(0);
  });
  test('fails when the stored object differs from the file, and deletes it', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, wrong).on('DELETE', `${path}?generation=17`, { status: 204 });
    expect(world.failureOf(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt'))).toHaveProperty('code', 'integrity');
    expect(world.service.unasked).toEqual([]);
  });
  test('compares with the bytes that were sent, not with an earlier content of the file', () => {
    const { storage, world } = scriptFile();
    const sent = { sizeBytes: 12, checksums: { crc32c: 'AAAAAA==' } };
    world.service.on('PUT', path, { ...stored, sent }).on('DELETE', `${path}?generation=17`, { status: 204 });
    expect(world.failureOf(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt'))).toHaveProperty('code', 'integrity');
  });
  test('reports progress as bytes are read', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, stored);
    const reported: object[] = [];
    world.run(
      storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt', { onProgress: (progress) => reported.push(progress) }),
    );
    expect(reported).toEqual([{ transferredBytes: 12, totalBytes: 12 }]);
  });
  test('sends the file again after a broken connection', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, networkFailure(), stored);
    world.run(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt'));
    expect(world.service.requests).toHaveLength(2);
  });
  test.each([
    ['missing', '/tmp/none'],
    ['a folder', '/tmp'],
    ['an empty path', ''],
    ['a path with a null', '/tmp/a\0'],
  ])('sends nothing when the file is %s', (_, filePath) => {
    const { storage, world } = scriptFile();
    world.disk.folders.add('/tmp');
    const failure = world.failureOf(storage.uploadObject(filePath, 'demo-bucket', 'a.txt'));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'filePath' } });
    expect(world.service.requests).toEqual([]);
  });
});

const partBytes = filePartBytes;
const tailBytes = 1000;
const big = bytesOf(maxSinglePutBytes + tailBytes);
const checksum = checksumOf('crc32c', big);
const uploadPath = `${path}?uploadId=U%2B1`;
const partPath = (partNumber: number) => `${path}?partNumber=${partNumber}&uploadId=U%2B1`;
const pinned = `${path}?generation=17`;
const initiated = {
  body: '<InitiateMultipartUploadResult><UploadId>U+1</UploadId></InitiateMultipartUploadResult>',
};
const completed = { headers: { 'x-goog-generation': '17' }, body: '<CompleteMultipartUploadResult/>' };
const bigHeaders = {
  'x-goog-stored-content-length': String(big.length),
  'x-goog-hash': `crc32c=${checksum}`,
  'x-goog-generation': '17',
};

/** Bytes with different parts; quick to make, because most are zeros. */
function bytesOf(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 999_983) bytes[at] = (at >>> 16) | 1;
  return bytes;
}

/** A script for a large file whose first two parts are stored; the test scripts the last one. */
function scriptBig(...lastPart: Reply[]): ScriptedStorage {
  const script = scriptStorage();
  script.world.disk.files.set('/tmp/big', big);
  script.world.service.on('POST', `${path}?uploads=`, initiated);
  for (const part of [1, 2]) script.world.service.on('PUT', partPath(part), { headers: { etag: `"part-${part}"` } });
  script.world.service.on('PUT', partPath(3), ...lastPart);
  return script;
}

/** A script for a large file that is stored. */
function scriptStored(found: Answer = { headers: bigHeaders }, ...lastPart: Reply[]): ScriptedStorage {
  const script = scriptBig(...lastPart, { headers: { etag: '"part-3"' } });
  script.world.service.on('POST', uploadPath, completed).on('HEAD', pinned, found);
  return script;
}

const upload = ({ storage }: ScriptedStorage, options = {}) =>
  storage.uploadObject('/tmp/big', 'demo-bucket', 'a.txt', options);

describe('a large file', () => {
  test('of exactly the maximum size is sent in one request', () => {
    const { storage, world } = scriptStorage();
    world.disk.files.set('/tmp/big', big.subarray(0, maxSinglePutBytes));
    world.service.on('PUT', path, {});
    world.run(storage.uploadObject('/tmp/big', 'demo-bucket', 'a.txt'));
    expect(world.service.asked).toEqual([`PUT ${path}`]);
  });
  test('is sent in parts, each a slice of the file', () => {
    const script = scriptStored();
    expect(script.world.run(upload(script))).toMatchObject({
      container: 'demo-bucket',
      name: 'a.txt',
      sizeBytes: big.length,
      checksums: { crc32c: checksum },
      extra: { generation: '17', crc32c: checksum },
    });
    const bodies = script.world.service.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    const version = { sizeBytes: big.length, modifiedMs: 0, inode: 1 };
    const slice = { path: '/tmp/big', version };
    expect(bodies).toEqual([
      { ...slice, startBytes: 0, endBytes: partBytes },
      { ...slice, startBytes: partBytes, endBytes: 2 * partBytes },
      { ...slice, startBytes: 2 * partBytes, endBytes: 2 * partBytes + tailBytes },
    ] satisfies FileRange[]);
    expect(script.world.service.unasked).toEqual([]);
  });
  test('has its headers only on the request that starts the upload', () => {
    const script = scriptStored();
    script.world.run(upload(script, { contentType: 'text/x-own', metadata: { a: '1' } }));
    const [first, ...others] = script.world.service.requests;
    expect(first?.headers).toMatchObject({ 'content-type': 'text/x-own', 'x-goog-meta-a': '1' });
    expect(others.some(({ headers }) => 'x-goog-meta-a' in headers)).toBe(false);
  });
  test.each(['oldest', 'newest'] as const)('is joined in order when its %s part is stored first', (first) => {
    const script = scriptStored();
    script.world.answersFirst = first;
    script.world.run(upload(script));
    const completion = script.world.service.requests.find(({ path: requested }) => requested === uploadPath)?.body;
    expect(new TextDecoder().decode(completion as Uint8Array).match(/part-\d/g)).toEqual([
      'part-1',
      'part-2',
      'part-3',
    ]);
  });
  test.each(['oldest', 'newest'] as const)('reports the sum over its parts, with its %s part stored first', (first) => {
    const script = scriptStored();
    script.world.answersFirst = first;
    const reported: { transferredBytes: number; totalBytes?: number }[] = [];
    script.world.run(upload(script, { onProgress: (now: { transferredBytes: number }) => reported.push({ ...now }) }));
    const sums = reported.map(({ transferredBytes }) => transferredBytes);
    expect(sums).toEqual(sums.toSorted((one, other) => one - other));
    expect(reported).toHaveLength(3);
    expect(reported.at(-1)).toEqual({ transferredBytes: big.length, totalBytes: big.length });
  });
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
  ])('sends a part again whose response was %s, and counts its bytes once', (_, reply) => {
    const script = scriptStored({ headers: bigHeaders }, reply);
    const reported: number[] = [];
    const onProgress = ({ transferredBytes }: { transferredBytes: number }) => reported.push(transferredBytes);
    script.world.run(upload(script, { onProgress }));
    expect(script.world.service.asked.filter((asked) => asked === `PUT ${partPath(3)}`)).toHaveLength(2);
    expect(Math.max(...reported)).toBe(big.length);
    expect(reported.at(-1)).toBe(big.length);
  });
  test('is accepted when the service sends no checksum but the right size', () => {
    const script = scriptStored({ headers: { 'x-goog-stored-content-length': String(big.length) } });
    expect(script.world.run(upload(script)).sizeBytes).toBe(big.length);
  });
});

describe('a large file that is not stored correctly', () => {
  test.each<[string, Answer]>([
    ['checksum', { headers: { ...bigHeaders, 'x-goog-hash': 'crc32c=AAAAAA==' } }],
    ['size', { headers: { ...bigHeaders, 'x-goog-stored-content-length': '1' } }],
  ])('fails with integrity for another %s, and deletes that generation', (_, found) => {
    const script = scriptStored(found);
    script.world.service.on('DELETE', pinned, { status: 204 });
    expect(script.world.failureOf(upload(script))).toMatchObject({
      code: 'integrity',
      details: { container: 'demo-bucket', object: 'a.txt' },
    });
    expect(script.world.service.unasked).toEqual([]);
  });
  test('is compared with the bytes that were sent in each part', () => {
    const script = scriptBig({
      headers: { etag: '"part-3"' },
      sent: { sizeBytes: tailBytes, checksums: { crc32c: 'AAAABw==' } },
    });
    script.world.service
      .on('POST', uploadPath, completed)
      .on('HEAD', pinned, { headers: bigHeaders })
      .on('DELETE', pinned, { status: 204 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', 'integrity');
  });
  test.each<[string, Reply, string]>([
    ['is refused', errorAnswer(403, 'AccessDenied'), 'permission-denied'],
    ['has no ETag', {}, 'malformed-response'],
    ['is missing because the file became shorter', new CloudError('conflict', 'became shorter'), 'conflict'],
    ['is missing because the file was deleted', new CloudError('invalid-argument', 'no such file'), 'invalid-argument'],
  ])('is aborted when a part %s', (_, reply, code) => {
    const script = scriptBig(reply);
    script.world.service.on('DELETE', uploadPath, { status: 204 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', code);
    expect(script.world.service.asked.at(-1)).toBe(`DELETE ${uploadPath}`);
  });
  test('is aborted when the call is cancelled', () => {
    const script = scriptBig();
    script.world.service.on('DELETE', uploadPath, { status: 204 });
    script.world.cancelBefore((step) => step.kind === 'exchange' && step.request.path === partPath(3));
    expect(script.world.failureOf(upload(script))).toHaveProperty('name', 'Cancelled');
    expect(script.world.service.asked.at(-1)).toBe(`DELETE ${uploadPath}`);
  });
  test('fails with not-found before a part is sent when the container is missing', () => {
    const { storage, world } = scriptStorage();
    world.disk.files.set('/tmp/big', big);
    world.service.on('POST', `${path}?uploads=`, errorAnswer(404, 'NoSuchBucket'));
    const failure = world.failureOf(storage.uploadObject('/tmp/big', 'demo-bucket', 'a.txt'));
    expect(failure).toMatchObject({ code: 'not-found', details: { container: 'demo-bucket' } });
    expect(world.service.requests).toHaveLength(1);
  });
});
