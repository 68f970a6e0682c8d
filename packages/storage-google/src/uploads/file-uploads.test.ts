/** Uploads of files: small ones in one request, large ones in parts that are read from disk as they are sent. */
import { CloudError, crc32c, type FileSlice } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import '../../../core/testing/poisoned-world.ts';
import { type Answer, networkFailure, type Reply } from '../../../core/testing/scripted-service.ts';
import { busy, errorAnswer, type ScriptedStorage, scriptStorage } from '../../testing/scripted-storage.ts';
import { filePartBytes, maxSinglePutBytes } from '../limits.ts';
import { formatCrc32c } from '../models.ts';

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

  test('sends a file, never its bytes in memory', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, stored);
    expect(world.run(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt')).sizeBytes).toBe(12);
    const version = { sizeBytes: 12, modifiedMs: 0, inode: 1 };
    const body = { path: '/tmp/a', startBytes: 0, endBytes: 12, version, checksum: true };
    expect(world.service.requests[0]?.body).toEqual(body);
  });
  test('fails with conflict when the file is written to after it was looked at', () => {
    const { storage, world } = scriptFile();
    const operation = storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt');
    const looked = operation.next();
    expect(looked.value).toMatchObject({ kind: 'stat' });
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
  test('fails when what was stored is not what was read, and removes it', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, wrong).on('DELETE', `${path}?generation=17`, { status: 204 });
    expect(world.failureOf(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt'))).toHaveProperty('code', 'integrity');
    expect(world.service.unasked).toEqual([]);
  });
  test('compares with what was read when it was sent, not with what the file was before', () => {
    const { storage, world } = scriptFile();
    const sent = { sizeBytes: 12, crc32c: 0 };
    world.service.on('PUT', path, { ...stored, sent }).on('DELETE', `${path}?generation=17`, { status: 204 });
    expect(world.failureOf(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt'))).toHaveProperty('code', 'integrity');
  });
  test('tells progress of bytes as they are read', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, stored);
    const told: object[] = [];
    world.run(
      storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt', { onProgress: (progress) => told.push(progress) }),
    );
    expect(told).toEqual([{ transferredBytes: 12, totalBytes: 12 }]);
  });
  test('sends the file again when a try breaks off', () => {
    const { storage, world } = scriptFile();
    world.service.on('PUT', path, networkFailure(), stored);
    world.run(storage.uploadObject('/tmp/a', 'demo-bucket', 'a.txt'));
    expect(world.service.requests).toHaveLength(2);
  });
  test.each([
    ['missing', '/tmp/none'],
    ['a folder', '/tmp'],
    ['no path', ''],
    ['a path with a null', '/tmp/a\0'],
  ])('sends nothing when the file is %s', (_, filePath) => {
    const { storage, world } = scriptFile();
    world.disk.folders.add('/tmp');
    const failure = world.failureOf(storage.uploadObject(filePath, 'demo-bucket', 'a.txt'));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'filePath' } });
    expect(world.service.requests).toEqual([]);
  });
});

const partBytes = filePartBytes(0);
const tailBytes = 1000;
const big = bytesOf(maxSinglePutBytes + tailBytes);
const checksum = formatCrc32c(crc32c(big));
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

/** Bytes of which no two parts are alike; quick to make, as most of them are zeros. */
function bytesOf(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 999_983) bytes[at] = (at >>> 16) | 1;
  return bytes;
}

/** A script for a large file whose first two parts arrive; what becomes of the last one is up to the test. */
function scriptBig(...lastPart: Reply[]): ScriptedStorage {
  const script = scriptStorage();
  script.world.disk.files.set('/tmp/big', big);
  script.world.service.on('POST', `${path}?uploads=`, initiated);
  for (const part of [1, 2]) script.world.service.on('PUT', partPath(part), { headers: { etag: `"part-${part}"` } });
  script.world.service.on('PUT', partPath(3), ...lastPart);
  return script;
}

/** A script for a large file that is stored. */
function scriptStored(looked: Answer = { headers: bigHeaders }, ...lastPart: Reply[]): ScriptedStorage {
  const script = scriptBig(...lastPart, { headers: { etag: '"part-3"' } });
  script.world.service.on('POST', uploadPath, completed).on('HEAD', pinned, looked);
  return script;
}

const upload = ({ storage }: ScriptedStorage, options = {}) =>
  storage.uploadObject('/tmp/big', 'demo-bucket', 'a.txt', options);

describe('a large file', () => {
  test('of just the largest size for one request goes in one request', () => {
    const { storage, world } = scriptStorage();
    world.disk.files.set('/tmp/big', big.subarray(0, maxSinglePutBytes));
    world.service.on('PUT', path, {});
    world.run(storage.uploadObject('/tmp/big', 'demo-bucket', 'a.txt'));
    expect(world.service.asked).toEqual([`PUT ${path}`]);
  });
  test('goes in parts, each a slice of the file', () => {
    const script = scriptStored();
    expect(script.world.run(upload(script))).toMatchObject({
      container: 'demo-bucket',
      name: 'a.txt',
      sizeBytes: big.length,
      extra: { generation: '17', crc32c: checksum },
    });
    const bodies = script.world.service.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    const version = { sizeBytes: big.length, modifiedMs: 0, inode: 1 };
    const slice = { path: '/tmp/big', version, checksum: true };
    expect(bodies).toEqual([
      { ...slice, startBytes: 0, endBytes: partBytes },
      { ...slice, startBytes: partBytes, endBytes: 2 * partBytes },
      { ...slice, startBytes: 2 * partBytes, endBytes: 2 * partBytes + tailBytes },
    ] satisfies FileSlice[]);
    expect(script.world.service.unasked).toEqual([]);
  });
  test('has its headers on the request that starts the upload, and on no other', () => {
    const script = scriptStored();
    script.world.run(upload(script, { contentType: 'text/x-own', metadata: { a: '1' } }));
    const [first, ...others] = script.world.service.requests;
    expect(first?.headers).toMatchObject({ 'content-type': 'text/x-own', 'x-goog-meta-a': '1' });
    expect(others.some(({ headers }) => 'x-goog-meta-a' in headers)).toBe(false);
  });
  test.each(['oldest', 'newest'] as const)('is put together in order when its %s part is answered first', (first) => {
    const script = scriptStored();
    script.world.answersFirst = first;
    script.world.run(upload(script));
    const completion = script.world.service.requests.find(({ path: asked }) => asked === uploadPath)?.body;
    expect(new TextDecoder().decode(completion as Uint8Array).match(/part-\d/g)).toEqual([
      'part-1',
      'part-2',
      'part-3',
    ]);
  });
  test.each(['oldest', 'newest'] as const)('tells the sum over its parts, its %s part answered first', (first) => {
    const script = scriptStored();
    script.world.answersFirst = first;
    const told: { transferredBytes: number; totalBytes?: number }[] = [];
    script.world.run(upload(script, { onProgress: (now: { transferredBytes: number }) => told.push({ ...now }) }));
    const sums = told.map(({ transferredBytes }) => transferredBytes);
    expect(sums).toEqual(sums.toSorted((one, other) => one - other));
    expect(told).toHaveLength(3);
    expect(told.at(-1)).toEqual({ transferredBytes: big.length, totalBytes: big.length });
  });
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
  ])('sends a part again whose answer was %s, and counts its bytes once', (_, reply) => {
    const script = scriptStored({ headers: bigHeaders }, reply);
    const told: number[] = [];
    const onProgress = ({ transferredBytes }: { transferredBytes: number }) => told.push(transferredBytes);
    script.world.run(upload(script, { onProgress }));
    expect(script.world.service.asked.filter((asked) => asked === `PUT ${partPath(3)}`)).toHaveLength(2);
    expect(Math.max(...told)).toBe(big.length);
    expect(told.at(-1)).toBe(big.length);
  });
  test('is stored when the service tells no checksum but the right size', () => {
    const script = scriptStored({ headers: { 'x-goog-stored-content-length': String(big.length) } });
    expect(script.world.run(upload(script)).sizeBytes).toBe(big.length);
  });
});

describe('a large file that is not stored as it is', () => {
  test.each<[string, Answer]>([
    ['checksum', { headers: { ...bigHeaders, 'x-goog-hash': 'crc32c=AAAAAA==' } }],
    ['size', { headers: { ...bigHeaders, 'x-goog-stored-content-length': '1' } }],
  ])('fails with integrity at another %s, and removes that generation', (_, looked) => {
    const script = scriptStored(looked);
    script.world.service.on('DELETE', pinned, { status: 204 });
    expect(script.world.failureOf(upload(script))).toMatchObject({
      code: 'integrity',
      details: { container: 'demo-bucket', object: 'a.txt' },
    });
    expect(script.world.service.unasked).toEqual([]);
  });
  test('is compared with what was read of each part when it was sent', () => {
    const script = scriptBig({ headers: { etag: '"part-3"' }, sent: { sizeBytes: tailBytes, crc32c: 7 } });
    script.world.service
      .on('POST', uploadPath, completed)
      .on('HEAD', pinned, { headers: bigHeaders })
      .on('DELETE', pinned, { status: 204 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', 'integrity');
  });
  test.each<[string, Reply, string]>([
    ['is refused', errorAnswer(403, 'AccessDenied'), 'permission-denied'],
    ['has no tag', {}, 'malformed-response'],
    ['is gone from the file, which became shorter', new CloudError('conflict', 'became shorter'), 'conflict'],
    ['is gone with the whole file', new CloudError('invalid-argument', 'no such file'), 'invalid-argument'],
  ])('is dropped when a part %s', (_, reply, code) => {
    const script = scriptBig(reply);
    script.world.service.on('DELETE', uploadPath, { status: 204 });
    expect(script.world.failureOf(upload(script))).toHaveProperty('code', code);
    expect(script.world.service.asked.at(-1)).toBe(`DELETE ${uploadPath}`);
  });
  test('is dropped when the call is cancelled', () => {
    const script = scriptBig();
    script.world.service.on('DELETE', uploadPath, { status: 204 });
    script.world.cancelBefore((step) => step.kind === 'exchange' && step.request.path === partPath(3));
    expect(script.world.failureOf(upload(script))).toHaveProperty('name', 'Cancelled');
    expect(script.world.service.asked.at(-1)).toBe(`DELETE ${uploadPath}`);
  });
  test('says that the container is missing before a part is sent', () => {
    const { storage, world } = scriptStorage();
    world.disk.files.set('/tmp/big', big);
    world.service.on('POST', `${path}?uploads=`, errorAnswer(404, 'NoSuchBucket'));
    const failure = world.failureOf(storage.uploadObject('/tmp/big', 'demo-bucket', 'a.txt'));
    expect(failure).toMatchObject({ code: 'not-found', details: { container: 'demo-bucket' } });
    expect(world.service.requests).toHaveLength(1);
  });
});
