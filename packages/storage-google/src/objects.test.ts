/** Operations on objects that transfer no data: listings, look-ups, deletions. */
import { drain, type ListObjectsOptions } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

/** A page as the service writes it. */
function page(names: readonly string[], nextMarker?: string, prefixes: readonly string[] = []) {
  const more = nextMarker === undefined ? '' : `<NextMarker>${nextMarker}</NextMarker>`;
  const contents = names.map((name) => `<Contents><Key>${name}</Key><ETag>"e"</ETag><Size>1</Size></Contents>`);
  const folders = prefixes.map((prefix) => `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`);
  const body = `<IsTruncated>${nextMarker !== undefined}</IsTruncated>${contents.join('')}${folders.join('')}`;
  return { body: `<ListBucketResult>${more}${body}</ListBucketResult>` };
}

describe('iterateContainerObjects', () => {
  test('sends no parameters by default', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket', page(['a']));
    expect(world.run(drain(storage.iterateContainerObjects('demo-bucket')))).toEqual([
      { container: 'demo-bucket', name: 'a', sizeBytes: 1, etag: '"e"', metadata: {}, extra: {} },
    ]);
  });
  test('follows markers to the end', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('GET', '/demo-bucket', page(['a', 'b'], 'b'))
      .on('GET', '/demo-bucket?marker=b', page(['c'], 'c'))
      .on('GET', '/demo-bucket?marker=c', page(['d']));
    const names = world.run(storage.listContainerObjects('demo-bucket')).map(({ name }) => name);
    expect(names).toEqual(['a', 'b', 'c', 'd']);
  });
  test('continues from a cursor', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?marker=b%20%2F', page(['c']));
    expect(world.run(storage.iterateContainerObjects('demo-bucket').page('b /')).items).toHaveLength(1);
  });
  test('sends all options', () => {
    const { storage, world } = scriptStorage();
    const options = { prefix: 'p/', delimiter: '/', startAfter: 'p/a', pageSize: 7 };
    world.service.on('GET', '/demo-bucket?delimiter=%2F&marker=p%2Fa&max-keys=7&prefix=p%2F', page([]));
    expect(world.run(storage.iterateContainerObjects('demo-bucket', options).page()).items).toEqual([]);
  });
  test('prefers a cursor to startAfter', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?marker=m', page([]));
    world.run(storage.iterateContainerObjects('demo-bucket', { startAfter: 'a' }).page('m'));
    expect(world.service.unasked).toEqual([]);
  });
  test('returns prefixes with a delimiter', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?delimiter=%2F', page(['a'], 'b/', ['b/']));
    const { cursor, prefixes } = world.run(storage.iterateContainerObjects('demo-bucket', { delimiter: '/' }).page());
    expect({ cursor, prefixes }).toEqual({ cursor: 'b/', prefixes: ['b/'] });
  });
  test('returns no prefixes without a delimiter', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket', page(['a']));
    expect(world.run(storage.iterateContainerObjects('demo-bucket').page())).not.toHaveProperty('prefixes');
  });
  test('has no cursor on the last page', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket', page(['a']));
    expect(world.run(storage.iterateContainerObjects('demo-bucket').page())).not.toHaveProperty('cursor');
  });
  test('refuses a marker that repeats', () => {
    const { storage, world } = scriptStorage();
    world.service.always('GET', /^\/demo-bucket/, page(['a'], 'a'));
    expect(world.failureOf(storage.listContainerObjects('demo-bucket'))).toHaveProperty('code', 'malformed-response');
    expect(world.service.requests).toHaveLength(2);
  });
  test('refuses a truncated page without a marker', () => {
    const { storage, world } = scriptStorage();
    const body = '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>';
    world.service.on('GET', '/demo-bucket', { body });
    expect(world.failureOf(storage.listContainerObjects('demo-bucket'))).toHaveProperty('code', 'malformed-response');
  });
  test('refuses another document', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket', { body: '<html/>' });
    expect(world.failureOf(storage.listContainerObjects('demo-bucket'))).toHaveProperty('code', 'malformed-response');
  });
  test('requests a page again after a broken connection', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket', { ...page(['a']), breaksAfterBytes: 20 }, page(['a']));
    expect(world.run(storage.listContainerObjects('demo-bucket'))).toHaveLength(1);
  });
  test.each<[string, ListObjectsOptions, string]>([
    ['an empty delimiter', { delimiter: '' }, 'delimiter'],
    ['an empty page', { pageSize: 0 }, 'pageSize'],
    ['a page of 1,001', { pageSize: 1001 }, 'pageSize'],
    ['a fraction as page size', { pageSize: 0.5 }, 'pageSize'],
    ['a string as page size', { pageSize: '7' as unknown as number }, 'pageSize'],
  ])('sends nothing for %s', (_, options, field) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.iterateContainerObjects('demo-bucket', options).page());
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.service.requests).toEqual([]);
  });
});

describe('getObject', () => {
  test('reads an object’s headers', () => {
    const { storage, world } = scriptStorage();
    const headers = { 'content-length': '5', etag: '"e"', 'x-goog-meta-a': '1', 'x-goog-generation': '7' };
    world.service.on('HEAD', '/demo-bucket/a', { headers });
    expect(world.run(storage.getObject({ name: 'demo-bucket' }, 'a'))).toEqual({
      container: 'demo-bucket',
      name: 'a',
      sizeBytes: 5,
      etag: '"e"',
      version: '7',
      metadata: { a: '1' },
      extra: { generation: '7' },
    });
  });
  test.each([
    ['another', { 'x-goog-generation': '8' }],
    ['no', {}],
  ])('refuses a response with %s generation when one was requested', (_, received) => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a?generation=7', { headers: { 'content-length': '5', ...received } });
    const failure = world.failureOf(storage.getObject('demo-bucket', 'a', { generation: '7' }));
    expect(failure).toMatchObject({ code: 'conflict', details: { container: 'demo-bucket', object: 'a' } });
  });
  test('fails with not-found and names the object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a', { status: 404 });
    expect(world.failureOf(storage.getObject('demo-bucket', 'a'))).toMatchObject({
      code: 'not-found',
      details: { container: 'demo-bucket', object: 'a' },
    });
  });
  test('refuses a response without a size', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a', { headers: { etag: '"e"' } });
    expect(world.failureOf(storage.getObject('demo-bucket', 'a'))).toHaveProperty('code', 'malformed-response');
  });
  test('sends nothing for a name that no object can have', () => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.getObject('demo-bucket', '..'))).toHaveProperty('code', 'invalid-argument');
    expect(world.service.requests).toEqual([]);
  });
});

describe('deleteObject', () => {
  const object = { container: 'demo-bucket', name: 'a' };

  test('deletes an object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket/a', { status: 204 });
    expect(world.run(storage.deleteObject(object))).toBeUndefined();
  });
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
  ])('succeeds when the first response was %s and the second attempt finds nothing', (_, first) => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket/a', first, errorAnswer(404, 'NoSuchKey'));
    expect(world.run(storage.deleteObject(object))).toBeUndefined();
  });
  test('fails with not-found in the first attempt', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket/a', errorAnswer(404, 'NoSuchKey'));
    expect(world.failureOf(storage.deleteObject(object))).toHaveProperty('code', 'not-found');
  });
  test('fails when a later attempt is refused for another reason', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket/a', busy, errorAnswer(403, 'AccessDenied'));
    expect(world.failureOf(storage.deleteObject(object))).toHaveProperty('code', 'permission-denied');
  });
});
