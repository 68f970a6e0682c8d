/** Copies and changes of metadata: requests, kept headers, pinned generations. */
import type { CopyOptions } from '@isobar/core/provider';
import { type Answer, forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, type ScriptedStorage, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const source = { container: 'demo-bucket', name: 'dir/été 1+1.txt' };
const sourcePath = '/demo-bucket/dir/%C3%A9t%C3%A9%201%2B1.txt';
const target = '/other-bucket/new';
const copied = {
  headers: { 'x-goog-generation': '18' },
  body: '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>',
};
const found = {
  headers: {
    'content-type': 'text/plain',
    'cache-control': 'no-store',
    'content-disposition': 'attachment',
    'content-language': 'fr',
    'x-goog-stored-content-encoding': 'gzip',
    'x-goog-stored-content-length': '12',
    'x-goog-generation': '17',
    'x-goog-meta-reviewer': 'joe',
    'x-goog-meta-__proto__': 'odd',
  },
};
const copyFound = { headers: { ...found.headers, 'x-goog-generation': '18' } };
const slowDown = errorAnswer(429, 'SlowDown');

/** The headers of the copy request, without those of every request. */
function copyHeaders({ world }: ScriptedStorage): Record<string, string> {
  const request = world.service.requests.find(({ method }) => method === 'PUT');
  const { authorization, host, 'x-goog-date': date, 'x-goog-content-sha256': hash, ...others } = request?.headers ?? {};
  expect([authorization, host, date, hash]).not.toContain(undefined);
  return others;
}

describe('copyObject', () => {
  const script = (options?: CopyOptions) => {
    const scripted = scriptStorage();
    const { service } = scripted.world;
    if (options) service.on('HEAD', sourcePath, found);
    service.on('PUT', target, copied).on('HEAD', `${target}?generation=18`, copyFound);
    const object = scripted.world.run(scripted.storage.copyObject(source, 'other-bucket', 'new', options));
    expect(service.unasked).toEqual([]);
    return { ...scripted, object };
  };

  test('copies without changes, and looks the copy up', () => {
    const scripted = script();
    expect(copyHeaders(scripted)).toEqual({ 'x-goog-copy-source': sourcePath });
    expect(scripted.object).toMatchObject({
      container: 'other-bucket',
      name: 'new',
      sizeBytes: 12,
      contentType: 'text/plain',
      extra: { generation: '18' },
    });
    expect(scripted.object.metadata).toEqual(
      Object.fromEntries([
        ['reviewer', 'joe'],
        ['__proto__', 'odd'],
      ]),
    );
  });
  test('sends headers that are kept again, and pins the generation that they come from', () => {
    expect(copyHeaders(script({ contentType: 'text/x-own' }))).toEqual({
      'content-type': 'text/x-own',
      'cache-control': 'no-store',
      'content-disposition': 'attachment',
      'content-language': 'fr',
      'content-encoding': 'gzip',
      'x-goog-meta-reviewer': 'joe',
      'x-goog-meta-__proto__': 'odd',
      'x-goog-metadata-directive': 'REPLACE',
      'x-goog-copy-source': sourcePath,
      'x-goog-copy-source-generation': '17',
    });
  });
  test('replaces metadata as a whole', () => {
    const headers = copyHeaders(script({ metadata: { Kind: 'blue' } }));
    expect(headers).toMatchObject({ 'x-goog-meta-kind': 'blue', 'content-type': 'text/plain' });
    expect(headers).not.toHaveProperty('x-goog-meta-reviewer');
  });
  test('removes all metadata when it is empty', () => {
    const names = Object.keys(copyHeaders(script({ metadata: {} })));
    expect(names.filter((name) => name.startsWith('x-goog-meta-'))).toEqual([]);
    expect(names).toContain('x-goog-metadata-directive');
  });
  test('ignores options with the value undefined', () => {
    const options = { contentType: undefined, cacheControl: 'private' } as unknown as CopyOptions;
    expect(copyHeaders(script(options))).toMatchObject({ 'content-type': 'text/plain', 'cache-control': 'private' });
  });
  test('replaces nothing for options that do not change the copy', () => {
    const scripted = scriptStorage();
    scripted.world.service.on('PUT', target, copied).on('HEAD', `${target}?generation=18`, copyFound);
    scripted.world.run(scripted.storage.copyObject(source, 'other-bucket', 'new', { timeoutMs: 1000 }));
    expect(copyHeaders(scripted)).not.toHaveProperty('x-goog-metadata-directive');
  });
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
    ['a rate limit', slowDown],
  ])('is retried when the response is %s', (_, reply) => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', target, reply, copied).on('HEAD', `${target}?generation=18`, copyFound);
    expect(world.run(storage.copyObject(source, 'other-bucket', 'new')).name).toBe('new');
  });
  const missing = { container: 'demo-bucket', object: source.name };
  test.each<[string, Answer, Answer, Readonly<Record<string, string>>]>([
    ['the source', errorAnswer(404, 'NoSuchKey'), {}, missing],
    ['the container of the source', errorAnswer(404, 'NoSuchBucket'), { status: 404 }, missing],
    ['the target’s container', errorAnswer(404, 'NoSuchBucket'), copyFound, { container: 'other-bucket' }],
  ])('fails with not-found when %s is missing, and names it', (_, answer, ofSource, details) => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', target, answer).on('HEAD', sourcePath, ofSource);
    const failure = world.failureOf(storage.copyObject(source, 'other-bucket', 'new'));
    expect(failure).toMatchObject({ code: 'not-found', details });
    expect(failure).toHaveProperty('message', expect.stringContaining(details.object ?? ''));
  });
  test('fails with not-found before it copies when the source of a changed copy is missing', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', sourcePath, { status: 404 });
    const failure = world.failureOf(storage.copyObject(source, 'other-bucket', 'new', { metadata: {} }));
    expect(failure).toMatchObject({ code: 'not-found', details: { container: 'demo-bucket', object: source.name } });
    expect(world.service.requests).toHaveLength(1);
  });
  test('is repeated when the response is 200 with an error in its body, and fails when that stays', () => {
    const { storage, world } = scriptStorage();
    world.service.always('PUT', target, {
      body: '<Error><Code>InternalError</Code><Message>We tried.</Message></Error>',
    });
    expect(world.failureOf(storage.copyObject(source, 'other-bucket', 'new'))).toMatchObject({
      code: 'unavailable',
      details: { reason: 'InternalError', attempts: 3 },
    });
  });
  test('refuses a response that is not a copy result', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', target, { body: '<Other/>' });
    expect(world.failureOf(storage.copyObject(source, 'other-bucket', 'new'))).toHaveProperty(
      'code',
      'malformed-response',
    );
  });
  test.each<[string, Parameters<ScriptedStorage['storage']['copyObject']>]>([
    ['an invalid source', [{ container: 'demo-bucket', name: '' }, 'other-bucket', 'new']],
    ['an invalid container', [source, 'UPPER', 'new']],
    ['an invalid name', [source, 'other-bucket', '..']],
    ['a type with a line break', [source, 'other-bucket', 'new', { contentType: 'a\r\nb' }]],
    ['metadata beyond ASCII', [source, 'other-bucket', 'new', { metadata: { a: 'é' } }]],
  ])('sends nothing for %s', (_, args) => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.copyObject(...args))).toHaveProperty('code', 'invalid-argument');
    expect(world.service.requests).toEqual([]);
  });
});

describe('updateObjectMetadata', () => {
  const pinned = `${sourcePath}?generation=18`;

  test('copies the object onto itself, on the condition that it has not changed', () => {
    const scripted = scriptStorage();
    scripted.world.service.on('HEAD', sourcePath, found).on('PUT', sourcePath, copied).on('HEAD', pinned, copyFound);
    const changes = { contentType: 'text/x-own', metadata: { kind: 'blue' } };
    const object = scripted.world.run(scripted.storage.updateObjectMetadata(source, changes));
    expect(object).toMatchObject({ container: 'demo-bucket', name: source.name, extra: { generation: '18' } });
    expect(copyHeaders(scripted)).toEqual({
      'content-type': 'text/x-own',
      'cache-control': 'no-store',
      'content-disposition': 'attachment',
      'content-language': 'fr',
      'content-encoding': 'gzip',
      'x-goog-meta-kind': 'blue',
      'x-goog-metadata-directive': 'REPLACE',
      'x-goog-copy-source': sourcePath,
      'x-goog-copy-source-generation': '17',
      'x-goog-if-generation-match': '17',
    });
  });
  test('keeps the storage class, which a copy would otherwise lose to the container’s default', () => {
    const scripted = scriptStorage();
    const cold = { headers: { ...found.headers, 'x-goog-storage-class': 'NEARLINE' } };
    scripted.world.service.on('HEAD', sourcePath, cold).on('PUT', sourcePath, copied).on('HEAD', pinned, copyFound);
    scripted.world.run(scripted.storage.updateObjectMetadata(source, { cacheControl: 'private' }));
    expect(copyHeaders(scripted)).toHaveProperty('x-goog-storage-class', 'NEARLINE');
  });
  test('fails with precondition-failed when the object was replaced meanwhile', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', sourcePath, found).on('PUT', sourcePath, errorAnswer(412, 'PreconditionFailed'));
    expect(world.failureOf(storage.updateObjectMetadata(source, {}))).toHaveProperty('code', 'precondition-failed');
  });
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
  ])('succeeds when an earlier attempt was applied whose response was %s', (_, reply) => {
    const { storage, world } = scriptStorage();
    const own = { ...found.headers, 'x-goog-generation': '18', 'x-goog-hash': 'crc32c=AAAAAA==', 'x-goog-meta-a': 'b' };
    const { 'x-goog-meta-reviewer': _r, 'x-goog-meta-__proto__': _p, ...changed } = own;
    const before = { headers: { ...found.headers, 'x-goog-hash': 'crc32c=AAAAAA==' } };
    world.service.on('HEAD', sourcePath, before, { headers: changed });
    world.service.on('PUT', sourcePath, reply, errorAnswer(412, 'PreconditionFailed'));
    const object = world.run(storage.updateObjectMetadata(source, { metadata: { a: 'b' } }));
    expect(object).toMatchObject({ extra: { generation: '18' }, metadata: { a: 'b' } });
  });
  test.each([
    ['has other bytes', { 'x-goog-hash': 'crc32c=AAAAAQ==' }],
    ['has no checksum', { 'x-goog-hash': '' }],
    ['is not newer', { 'x-goog-generation': '17' }],
    ['has another type', { 'content-type': 'text/html' }],
    ['has other metadata', { 'x-goog-meta-c': 'd' }],
    ['has another size', { 'x-goog-stored-content-length': '13' }],
  ])('fails when the stored object %s', (_, differs) => {
    const { storage, world } = scriptStorage();
    const before = { ...found.headers, 'x-goog-hash': 'crc32c=AAAAAA==' };
    const other = { ...before, 'x-goog-generation': '18', ...differs } as Record<string, string>;
    world.service.on('HEAD', sourcePath, { headers: before }, { headers: other });
    world.service.on('PUT', sourcePath, networkFailure(), errorAnswer(412, 'PreconditionFailed'));
    expect(world.failureOf(storage.updateObjectMetadata(source, {}))).toHaveProperty('code', 'precondition-failed');
  });
  test('is retried after a rate limit, which changes nothing', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', sourcePath, found).on('PUT', sourcePath, slowDown, copied).on('HEAD', pinned, copyFound);
    expect(world.run(storage.updateObjectMetadata(source, {})).name).toBe(source.name);
  });
  test('fails with not-found when there is no such object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', sourcePath, { status: 404 });
    expect(world.failureOf(storage.updateObjectMetadata(source, {}))).toHaveProperty('code', 'not-found');
  });
  test('sends nothing for changes that a header cannot carry', () => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.updateObjectMetadata(source, { cacheControl: 'a\nb' }));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'cacheControl' } });
    expect(world.service.requests).toEqual([]);
  });
});
