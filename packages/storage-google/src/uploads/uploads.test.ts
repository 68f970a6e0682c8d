/** Uploads of bytes: headers, metadata, and verification of the stored object. */
import type { CloudError, UploadOptions } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, scriptStorage } from '../../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/a.txt';
const hello = new TextEncoder().encode('Hello, GCS!\n');
const helloHash = 'crc32c=I5M/Gw==';
const stored = {
  headers: {
    etag: '"a6d83892b55ba2ae83f909f2a5532438"',
    'x-goog-generation': '17',
    'x-goog-metageneration': '1',
    'x-goog-hash': `${helloHash}, md5=ptg4krVboq6D+QnypVMkOA==`,
    'x-goog-stored-content-length': '12',
    'x-goog-stored-content-encoding': 'identity',
  },
};
const wrong = { headers: { ...stored.headers, 'x-goog-hash': 'crc32c=AAAAAA==' } };

describe('writeObject', () => {
  test('sends bytes with their checksum and type', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, stored);
    world.run(storage.writeObject(hello, 'demo-bucket', 'a.txt'));
    const request = world.service.requests[0];
    expect(request?.body).toEqual(hello);
    expect(request?.headers).toMatchObject({ 'content-type': 'text/plain', 'x-goog-hash': helloHash });
  });
  test('returns the object without looking it up', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, stored);
    expect(world.run(storage.writeObject(hello, 'demo-bucket', 'a.txt'))).toEqual({
      container: 'demo-bucket',
      name: 'a.txt',
      sizeBytes: 12,
      etag: '"a6d83892b55ba2ae83f909f2a5532438"',
      version: '17',
      contentType: 'text/plain',
      metadata: {},
      checksums: { crc32c: 'I5M/Gw==', md5: 'ptg4krVboq6D+QnypVMkOA==' },
      extra: { generation: '17', metageneration: '1', crc32c: 'I5M/Gw==', md5: 'ptg4krVboq6D+QnypVMkOA==' },
    });
  });
  test('sends a string as UTF-8', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, {});
    world.run(storage.writeObject('été', 'demo-bucket', 'a.txt'));
    expect(world.service.requests[0]?.body).toEqual(new TextEncoder().encode('été'));
  });
  test('sends an empty body with its checksum', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, {});
    world.run(storage.writeObject('', 'demo-bucket', 'a.txt'));
    expect(world.service.requests[0]?.headers['x-goog-hash']).toBe('crc32c=AAAAAA==');
  });
  test('sends all options as headers', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, {});
    const options: UploadOptions = {
      contentType: 'application/x-own',
      contentEncoding: 'gzip',
      contentDisposition: 'attachment',
      contentLanguage: 'fr',
      cacheControl: 'no-store',
      metadata: { Reviewer: 'joe' },
    };
    world.run(storage.writeObject(hello, 'demo-bucket', 'a.txt', options));
    expect(world.service.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-own',
      'content-encoding': 'gzip',
      'content-disposition': 'attachment',
      'content-language': 'fr',
      'cache-control': 'no-store',
      'x-goog-meta-reviewer': 'joe',
    });
  });
  test('returns metadata as the service stores it: with lower-case keys', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, stored);
    const options = { metadata: { Reviewer: 'Joe' } };
    expect(world.run(storage.writeObject(hello, 'demo-bucket', 'a.txt', options)).metadata).toEqual({
      reviewer: 'Joe',
    });
  });
  test('keeps metadata whose key has a meaning in JavaScript', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, stored);
    const metadata = Object.fromEntries([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    const object = world.run(storage.writeObject(hello, 'demo-bucket', 'a.txt', { metadata }));
    expect(Object.entries(object.metadata)).toEqual(Object.entries(metadata));
    expect(world.service.requests[0]?.headers).toMatchObject({
      'x-goog-meta-__proto__': 'a',
      'x-goog-meta-constructor': 'b',
    });
  });
  test('reports progress when everything is stored', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, stored);
    const reported: object[] = [];
    world.run(
      storage.writeObject(hello, 'demo-bucket', 'a.txt', { onProgress: (progress) => reported.push(progress) }),
    );
    expect(reported).toEqual([{ transferredBytes: 12, totalBytes: 12 }]);
  });
  test.each<[string, UploadOptions, string]>([
    ['a type with a line break', { contentType: 'text/plain\r\nx-goog-acl: public-read' }, 'contentType'],
    ['a disposition beyond ASCII', { contentDisposition: 'attachment; filename=é' }, 'contentDisposition'],
    ['metadata that is too large', { metadata: { a: 'x'.repeat(8192) } }, 'metadata'],
    ['metadata with a trailing space, which would be lost', { metadata: { a: 'x ' } }, 'metadata.a'],
    ['metadata with a line break', { metadata: { a: 'x\ny' } }, 'metadata.a'],
  ])('sends nothing for %s', (_, options, field) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.writeObject(hello, 'demo-bucket', 'a.txt', options));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.service.requests).toEqual([]);
  });
  test.each([
    ['a number', 7],
    ['undefined', undefined],
    ['an array', [1]],
  ])('sends nothing for %s as bytes', (_, data) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.writeObject(data as unknown as string, 'demo-bucket', 'a.txt'));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'data' } });
  });
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
  ])('sends everything again when the response was %s', (_, first) => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, first, stored);
    world.run(storage.writeObject(hello, 'demo-bucket', 'a.txt'));
    expect(world.service.requests.map(({ body }) => body)).toEqual([hello, hello]);
  });
  test('fails with not-found when the container does not exist', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, errorAnswer(404, 'NoSuchBucket'));
    expect(world.failureOf(storage.writeObject(hello, 'demo-bucket', 'a.txt'))).toHaveProperty('code', 'not-found');
  });
});

describe('integrity of what was stored', () => {
  test('fails when the service refuses the bytes with BadDigest', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, errorAnswer(400, 'BadDigest'));
    expect(world.failureOf(storage.writeObject(hello, 'demo-bucket', 'a.txt'))).toHaveProperty('code', 'integrity');
  });
  test.each([
    ['checksum', wrong],
    ['size', { headers: { ...stored.headers, 'x-goog-stored-content-length': '11' } }],
  ])('fails for another %s, and deletes only that generation', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, answer).on('DELETE', `${path}?generation=17`, { status: 204 });
    expect(world.failureOf(storage.writeObject(hello, 'demo-bucket', 'a.txt'))).toMatchObject({
      code: 'integrity',
      details: { container: 'demo-bucket', object: 'a.txt' },
    });
    expect(world.service.asked).toEqual([`PUT ${path}`, `DELETE ${path}?generation=17`]);
  });
  test('deletes nothing without a generation: it might delete another', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, { headers: { 'x-goog-hash': 'crc32c=AAAAAA==' } });
    expect(world.failureOf(storage.writeObject(hello, 'demo-bucket', 'a.txt'))).toHaveProperty('code', 'integrity');
    expect(world.service.requests).toHaveLength(1);
  });
  test('is still the error when the deletion fails, which becomes its cause', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, wrong).on('DELETE', `${path}?generation=17`, errorAnswer(403, 'AccessDenied'));
    const failure = world.failureOf(storage.writeObject(hello, 'demo-bucket', 'a.txt')) as CloudError;
    expect([failure.code, (failure.cause as CloudError).code]).toEqual(['integrity', 'permission-denied']);
  });
  test('is not verified when the service sends neither size nor checksum', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', path, {});
    expect(world.run(storage.writeObject(hello, 'demo-bucket', 'a.txt')).sizeBytes).toBe(12);
  });
});
