/** The checksums in Google's header. */
import { describe, expect, test } from 'vitest';
import { storedHashes } from './stored-hashes.ts';

describe('storedHashes', () => {
  const both = { crc32c: 'eDfjkw==', md5: '74g2/fJIUa+z6kA3fk/tUg==' };
  test.each([
    ['in one header', 'crc32c=eDfjkw==,md5=74g2/fJIUa+z6kA3fk/tUg=='],
    ['in two headers, joined', 'crc32c=eDfjkw==, md5=74g2/fJIUa+z6kA3fk/tUg=='],
    ['in the other order', 'md5=74g2/fJIUa+z6kA3fk/tUg==, crc32c=eDfjkw=='],
    ['next to an unknown one', 'sha9=xx, crc32c=eDfjkw==, md5=74g2/fJIUa+z6kA3fk/tUg=='],
  ])('reads both %s', (_, header) => expect(storedHashes({ 'x-goog-hash': header })).toEqual(both));
  test('reads a checksum alone: multipart objects have no MD5', () => {
    expect(storedHashes({ 'x-goog-hash': 'crc32c=eDfjkw==' })).toStrictEqual({ crc32c: 'eDfjkw==' });
  });
  test.each(['', 'crc32c', '=x', ','])('reads nothing from %j', (header) => {
    expect(storedHashes({ 'x-goog-hash': header })).toStrictEqual({});
  });
  test('reads nothing without a header', () => expect(storedHashes({})).toStrictEqual({}));
});
