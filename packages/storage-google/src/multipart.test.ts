/** Unfinished uploads: listing them page by page, and aborting one. */
import { drain, type MultipartUpload } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

/** A page as the service writes it, with uploads given as pairs of name and id. */
function page(uploads: readonly (readonly [string, string])[], next?: readonly [string, string]) {
  const elements = uploads.map(([key, id]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`);
  const [key, id] = next ?? [];
  const more = next ? `<NextKeyMarker>${key}</NextKeyMarker><NextUploadIdMarker>${id}</NextUploadIdMarker>` : '';
  const body = `<IsTruncated>${next !== undefined}</IsTruncated>${more}${elements.join('')}`;
  return { body: `<ListMultipartUploadsResult>${body}</ListMultipartUploadsResult>` };
}

const first = '/demo-bucket?uploads=';

describe('iterateMultipartUploads', () => {
  test('lists uploads with their container', () => {
    const { storage, world } = scriptStorage();
    const started =
      '<Upload><Key>a</Key><UploadId>U+1</UploadId><Initiated>2026-01-15T10:30:00.000Z</Initiated></Upload>';
    world.service.on('GET', first, { body: `<ListMultipartUploadsResult>${started}</ListMultipartUploadsResult>` });
    expect(world.run(drain(storage.iterateMultipartUploads('demo-bucket')))).toEqual([
      { container: 'demo-bucket', name: 'a', uploadId: 'U+1', startedAt: new Date('2026-01-15T10:30:00.000Z') },
    ]);
  });
  test('follows both markers to the end: a name may have several uploads', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on(
        'GET',
        first,
        page(
          [
            ['a', 'U1'],
            ['a&amp;b', 'U2'],
          ],
          ['a&amp;b', 'U2'],
        ),
      )
      .on(
        'GET',
        '/demo-bucket?key-marker=a%26b&upload-id-marker=U2&uploads=',
        page([['a&amp;b', 'U3']], ['a&amp;b', 'U3']),
      )
      .on('GET', '/demo-bucket?key-marker=a%26b&upload-id-marker=U3&uploads=', page([['é', 'U4']]));
    const listed = world.run(drain(storage.iterateMultipartUploads('demo-bucket')));
    expect(listed.map(({ name, uploadId }) => [name, uploadId])).toEqual([
      ['a', 'U1'],
      ['a&b', 'U2'],
      ['a&b', 'U3'],
      ['é', 'U4'],
    ]);
  });
  test.each([
    ['"quoted"', 'U"1'],
    ['été, 😀', 'U,2'],
    ['[null]', 'null'],
    ['a', ''],
  ])('continues from the cursor of %s in another process', (name, id) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', first, page([], [name, id]));
    const { cursor } = world.run(storage.iterateMultipartUploads('demo-bucket').page());
    const other = scriptStorage();
    const markers = `key-marker=${encodeURIComponent(name)}&upload-id-marker=${encodeURIComponent(id)}`;
    other.world.service.on('GET', `/demo-bucket?${markers}&uploads=`, page([]));
    const { items } = other.world.run(other.storage.iterateMultipartUploads('demo-bucket').page(cursor));
    expect([typeof cursor, items]).toEqual(['string', []]);
  });
  test.each(['', 'a', 'null', '{}', '[]', '["a"]', '[1,2]'])('sends nothing for %j as a cursor', (cursor) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.iterateMultipartUploads('demo-bucket').page(cursor));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'cursor' } });
    expect(world.service.requests).toEqual([]);
  });
  test('sends the prefix with every page', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('GET', '/demo-bucket?prefix=p%2F&uploads=', page([['p/a', 'U1']], ['p/a', 'U1']))
      .on('GET', '/demo-bucket?key-marker=p%2Fa&prefix=p%2F&upload-id-marker=U1&uploads=', page([]));
    expect(world.run(drain(storage.iterateMultipartUploads('demo-bucket', { prefix: 'p/' })))).toHaveLength(1);
  });
  test('is retried when the response is unavailable', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', first, busy, page([]));
    expect(world.run(drain(storage.iterateMultipartUploads('demo-bucket')))).toEqual([]);
  });
  test('fails with not-found when the container does not exist', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', first, errorAnswer(404, 'NoSuchBucket'));
    expect(world.failureOf(storage.iterateMultipartUploads('demo-bucket').page())).toHaveProperty('code', 'not-found');
  });
});

describe('abortMultipartUpload', () => {
  const upload: MultipartUpload = { container: 'demo-bucket', name: 'a b', uploadId: 'U+1' };
  const path = '/demo-bucket/a%20b?uploadId=U%2B1';

  test('aborts an upload', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', path, { status: 204 });
    expect(world.run(storage.abortMultipartUpload(upload))).toBeUndefined();
    expect(world.service.asked).toEqual([`DELETE ${path}`]);
  });
  test('fails with not-found when the upload does not exist', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', path, errorAnswer(404, 'NoSuchUpload'));
    expect(world.failureOf(storage.abortMultipartUpload(upload))).toMatchObject({
      code: 'not-found',
      details: { container: 'demo-bucket', object: 'a b', reason: 'NoSuchUpload' },
    });
  });
  test('succeeds when an earlier attempt aborted it', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', path, networkFailure(), errorAnswer(404, 'NoSuchUpload'));
    expect(world.run(storage.abortMultipartUpload(upload))).toBeUndefined();
  });
  test.each<[string, object]>([
    ['no id, which would delete the object', { ...upload, uploadId: '' }],
    ['an undefined id', { ...upload, uploadId: undefined }],
    ['an invalid container', { ...upload, container: 'UPPER' }],
    ['an invalid name', { ...upload, name: '..' }],
  ])('sends nothing for %s', (_, wrong) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.abortMultipartUpload(wrong as MultipartUpload));
    expect(failure).toHaveProperty('code', 'invalid-argument');
    expect(world.service.requests).toEqual([]);
  });
});
