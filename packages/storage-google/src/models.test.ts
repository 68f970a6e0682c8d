/** Models out of headers and listings: what is kept, what is left out, what is refused. */
import { isCloudError } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { formatCrc32c, objectFromHeaders, objectFromListing, parseCrc32c, storedHashes, storedSize } from './models.ts';

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
  test('reads an answer as captured from the service', () => {
    expect(objectFromHeaders('demo', 'a', captured)).toEqual({
      container: 'demo',
      name: 'a',
      sizeBytes: 55,
      etag: '"74d"',
      contentType: 'text/plain',
      lastModified: new Date('2019-09-08T10:06:51Z'),
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
  test('leaves out what is not there instead of naming it undefined', () => {
    expect(objectFromHeaders('demo', 'a', { 'content-length': '0' })).toStrictEqual({
      container: 'demo',
      name: 'a',
      sizeBytes: 0,
      metadata: {},
      extra: {},
    });
  });
  test('leaves out a date that is none', () => {
    const headers = { 'content-length': '0', 'last-modified': 'yesterday' };
    expect(objectFromHeaders('demo', 'a', headers)).not.toHaveProperty('lastModified');
  });
  test('names the encoding in which an object is stored', () => {
    const headers = { ...captured, 'x-goog-stored-content-encoding': 'gzip' };
    expect(objectFromHeaders('demo', 'a', headers).extra.contentEncoding).toBe('gzip');
  });
  test('can be cloned, as plain data can', () => {
    const object = objectFromHeaders('demo', 'a', captured);
    expect(structuredClone(object)).toEqual(object);
  });
});

describe('storedSize', () => {
  test('prefers the size as stored: the other is that of decoded bytes', () => {
    expect(storedSize({ 'content-length': '99', 'x-goog-stored-content-length': '55' })).toBe(55);
  });
  test('makes do with the length of the content', () => expect(storedSize({ 'content-length': '99' })).toBe(99));
  test.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty header', { 'content-length': '' }],
    ['a negative size', { 'content-length': '-1' }],
    ['a size that is no number', { 'x-goog-stored-content-length': 'big' }],
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

describe('storedHashes', () => {
  const both = { crc32c: 'eDfjkw==', md5: '74g2/fJIUa+z6kA3fk/tUg==' };
  test.each([
    ['in one header', 'crc32c=eDfjkw==,md5=74g2/fJIUa+z6kA3fk/tUg=='],
    ['in two headers, joined', 'crc32c=eDfjkw==, md5=74g2/fJIUa+z6kA3fk/tUg=='],
    ['in the other order', 'md5=74g2/fJIUa+z6kA3fk/tUg==, crc32c=eDfjkw=='],
    ['beside one that is not known', 'sha9=xx, crc32c=eDfjkw==, md5=74g2/fJIUa+z6kA3fk/tUg=='],
  ])('reads both %s', (_, header) => expect(storedHashes({ 'x-goog-hash': header })).toEqual(both));
  test('reads a checksum alone: objects of parts have no MD5', () => {
    expect(storedHashes({ 'x-goog-hash': 'crc32c=eDfjkw==' })).toStrictEqual({ crc32c: 'eDfjkw==' });
  });
  test.each(['', 'crc32c', '=x', ','])('reads nothing of %j', (header) => {
    expect(storedHashes({ 'x-goog-hash': header })).toStrictEqual({});
  });
  test('reads nothing where there is no header', () => expect(storedHashes({})).toStrictEqual({}));
});

describe('formatCrc32c', () => {
  test.each([
    ['of "123456789"', 0xe3069283, '4waSgw=='],
    ['of nothing', 0, 'AAAAAA=='],
    ['of "Hello, GCS!\\n"', 0x23933f1b, 'I5M/Gw=='],
    ['of all ones', 0xffffffff, '/////w=='],
  ])('writes that %s', (_, crc, expected) => expect(formatCrc32c(crc)).toBe(expected));
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
    };
    expect(objectFromListing('demo', listed)).toStrictEqual({
      container: 'demo',
      name: 'a',
      sizeBytes: 5,
      etag: '"x"',
      metadata: {},
      extra: { generation: '7', metageneration: '1', storageClass: 'NEARLINE' },
    });
  });
});

describe('parseCrc32c', () => {
  test.each([0, 1, 0x23933f1b, 0xffffffff])('reads what formatCrc32c writes: %i', (crc) => {
    expect(parseCrc32c(formatCrc32c(crc))).toBe(crc);
  });
  test.each(['', 'AAAA', 'AAAAAAA=', 'AAAAA*=='])('reads nothing of %j', (text) => {
    expect(parseCrc32c(text)).toBeUndefined();
  });
});
