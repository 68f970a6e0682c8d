/** Models from headers and listings: fields that are kept, left out or refused. */
import { isCloudError } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { objectFromHeaders, objectFromListing, storedSize } from './models.ts';

const captured = {
  etag: '"74d"',
  'last-modified': 'Sun, 08 Sep 2019 10:06:51 GMT',
  'content-type': 'text/plain',
  'content-length': '55',
  'cache-control': 'no-cache',
  'content-language': 'en',
  'content-disposition': 'inline',
  'x-goog-generation': '1567937211730069',
  'x-goog-metageneration': '1',
  'x-goog-storage-class': 'STANDARD',
  'x-goog-hash': 'crc32c=eDfjkw==, md5=74g2/fJIUa+z6kA3fk/tUg==',
  'x-goog-stored-content-encoding': 'identity',
  'x-goog-stored-content-length': '55',
  'x-goog-meta-reviewer': 'joe, jane',
};

describe('objectFromHeaders', () => {
  test('reads a response captured from the service', () => {
    expect(objectFromHeaders('demo', 'a', captured)).toEqual({
      container: 'demo',
      name: 'a',
      sizeBytes: 55,
      etag: '"74d"',
      version: '1567937211730069',
      contentType: 'text/plain',
      lastModified: new Date('2019-09-08T10:06:51Z'),
      checksums: { crc32c: 'eDfjkw==', md5: '74g2/fJIUa+z6kA3fk/tUg==' },
      metadata: { reviewer: 'joe, jane' },
      extra: {
        generation: '1567937211730069',
        metageneration: '1',
        storageClass: 'STANDARD',
        crc32c: 'eDfjkw==',
        md5: '74g2/fJIUa+z6kA3fk/tUg==',
        contentDisposition: 'inline',
        contentLanguage: 'en',
        cacheControl: 'no-cache',
      },
    });
  });
  test('leaves out absent fields instead of setting them to undefined', () => {
    expect(objectFromHeaders('demo', 'a', { 'content-length': '0' })).toStrictEqual({
      container: 'demo',
      name: 'a',
      sizeBytes: 0,
      metadata: {},
      extra: {},
    });
  });
  test('leaves out an invalid date', () => {
    const headers = { 'content-length': '0', 'last-modified': 'yesterday' };
    expect(objectFromHeaders('demo', 'a', headers)).not.toHaveProperty('lastModified');
  });
  test('has the encoding of the stored object', () => {
    const headers = { ...captured, 'x-goog-stored-content-encoding': 'gzip' };
    expect(objectFromHeaders('demo', 'a', headers).extra.contentEncoding).toBe('gzip');
  });
  test('can be cloned', () => {
    const object = objectFromHeaders('demo', 'a', captured);
    expect(structuredClone(object)).toEqual(object);
  });
});

describe('storedSize', () => {
  test('prefers the stored size to that of decoded bytes', () => {
    expect(storedSize({ 'content-length': '99', 'x-goog-stored-content-length': '55' })).toBe(55);
  });
  test('falls back to content-length', () => expect(storedSize({ 'content-length': '99' })).toBe(99));
  test.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty header', { 'content-length': '' }],
    ['a negative size', { 'content-length': '-1' }],
    ['a size that is not a number', { 'x-goog-stored-content-length': 'big' }],
  ])('refuses %s', (_, headers) => {
    const failure = (() => {
      try {
        return storedSize(headers);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(isCloudError(failure, 'malformed-response')).toBe(true);
  });
});

describe('objectFromListing', () => {
  test('has neither type nor metadata, which are not listed', () => {
    const listed = {
      name: 'a',
      sizeBytes: 5,
      etag: '"x"',
      generation: '7',
      metageneration: '1',
      storageClass: 'NEARLINE',
      lastModified: undefined,
    };
    expect(objectFromListing('demo', listed)).toStrictEqual({
      container: 'demo',
      name: 'a',
      sizeBytes: 5,
      etag: '"x"',
      version: '7',
      metadata: {},
      extra: { generation: '7', metageneration: '1', storageClass: 'NEARLINE' },
    });
  });
});
