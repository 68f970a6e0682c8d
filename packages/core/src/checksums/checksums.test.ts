/** Checksums as a set: their spelling, running ones, and combined ones. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Algorithm, checksumOf, combineChecksums, combines, runningChecksums } from './checksums.ts';

const algorithms: readonly Algorithm[] = ['crc32c', 'crc32', 'crc64nvme', 'md5', 'sha256'];
const digits = new TextEncoder().encode('123456789');

describe('the checksum of "123456789"', () => {
  test.each<[Algorithm, string]>([
    ['crc32c', '4waSgw=='],
    ['crc32', 'y/Q5Jg=='],
    ['crc64nvme', 'rosUhgp5mIg='],
  ])('%s is %s', (algorithm, expected) => expect(checksumOf(algorithm, digits)).toBe(expected));
});

test('is that of Node, where Node has the algorithm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(crc32(bytes));
      expect(checksumOf('crc32', bytes)).toBe(word.toString('base64'));
      expect(checksumOf('sha256', bytes)).toBe(createHash('sha256').update(bytes).digest('base64'));
    }),
  );
});

const pieces = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 });

describe('running checksums', () => {
  test('are those of the whole, for any pieces', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const running = runningChecksums(algorithms);
        for (const part of parts) running.update(part);
        const whole = new Uint8Array(Buffer.concat(parts));
        const expected = Object.fromEntries(algorithms.map((algorithm) => [algorithm, checksumOf(algorithm, whole)]));
        expect(running.digest()).toEqual(expected);
      }),
    );
  });
  test('can be asked for repeatedly, and continue', () => {
    const running = runningChecksums(algorithms);
    running.update(digits.subarray(0, 4));
    expect(running.digest()).toEqual(running.digest());
    running.update(digits.subarray(4));
    expect(running.digest().md5).toBe(checksumOf('md5', digits));
  });
  test('of no algorithm are none', () => expect(runningChecksums([]).digest()).toEqual({}));
});

describe('combined checksums', () => {
  const each = (bytes: Uint8Array) =>
    Object.fromEntries(algorithms.map((algorithm) => [algorithm, checksumOf(algorithm, bytes)]));
  test('are those of both parts together, for the algorithms that allow it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), (one, other) => {
        const together = each(Uint8Array.from([...one, ...other]));
        const possible = Object.entries(together).filter(([algorithm]) => combines(algorithm as Algorithm));
        expect(combineChecksums(each(one), each(other), other.length)).toEqual(Object.fromEntries(possible));
      }),
    );
  });
  test('have only what both parts have', () => {
    expect(combineChecksums({ crc32c: 'AAAAAA==' }, { crc32: 'AAAAAA==' }, 1)).toEqual({});
  });
});
