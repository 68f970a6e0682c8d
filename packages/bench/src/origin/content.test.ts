import { createHash } from 'node:crypto';
import { checksumOf } from '@isobar/core/provider';
import { expect, test } from 'vitest';
import { blockBytes, contentOf, isContent, sizeInName } from './content.ts';
import { etagOf, hashHeader } from './listings.ts';

test.for([1, 1024, blockBytes, blockBytes * 3 + 17])('checksums of %d bytes are those of the content', (size) => {
  const bytes = contentOf(size);
  const md5 = createHash('md5').update(bytes).digest();
  expect(hashHeader(size)).toBe(`crc32c=${checksumOf('crc32c', bytes)},md5=${md5.toString('base64')}`);
  expect(etagOf(size)).toBe(`"${md5.toString('hex')}"`);
});

test('content is known from any offset, and a changed byte is noticed', () => {
  const bytes = contentOf(blockBytes * 2 + 100);
  expect(isContent(bytes, 0)).toBe(true);
  expect(isContent(bytes.subarray(70_000), 70_000)).toBe(true);
  expect(isContent(bytes.subarray(70_000), 70_001)).toBe(false);
  bytes[blockBytes + 5] = (bytes[blockBytes + 5] ?? 0) ^ 1;
  expect(isContent(bytes, 0)).toBe(false);
});

test('a size is read from a name, or not', () => {
  expect([sizeInName('s1024/a/b'), sizeInName('a/s1024/b'), sizeInName('s/1')]).toEqual([1024, undefined, undefined]);
});
