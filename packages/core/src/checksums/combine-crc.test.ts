/** Combined CRCs compared with those of the whole. */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { combineCrc } from './combine-crc.ts';
import { crc32c } from './crc32c.ts';

/** Combines CRC32Cs, as numbers. */
function combine(one: number, other: number, otherBytes: number): number {
  return Number(combineCrc({ width: 32, reflected: 0x82f63b78n }, BigInt(one), BigInt(other), otherBytes));
}

describe('combining', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });

  test('two ranges gives the checksum of both together', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const together = Uint8Array.from([...one, ...other]);
        return combine(crc32c(one), crc32c(other), other.length) === crc32c(together);
      }),
    );
  });

  test('any parts one by one gives the checksum of the whole', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), (parts) => {
        const combined = parts.reduce((crc, part) => combine(crc, crc32c(part), part.length), 0);
        return combined === crc32c(Buffer.concat(parts));
      }),
    );
  });

  test('with an empty range changes nothing, on either side', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const crc = crc32c(data);
        return combine(crc, 0, 0) === crc && combine(0, crc, data.length) === crc;
      }),
    );
  });

  test('is an unsigned 32-bit number', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(word, word, fc.maxSafeNat(), (one, other, length) => {
        const crc = combine(one, other, length);
        return Number.isInteger(crc) && crc >= 0 && crc <= 0xffffffff;
      }),
    );
  });

  test.each([11, 20, 31, 32, 33, 40])('skips 2 to the power of %i bytes as repeated squaring does', (power) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (first) => {
        // The map of that many zero bytes, from the definition and by squaring only.
        let skip = Array.from({ length: 32 }, (_, bit) => {
          let value = 2 ** bit;
          for (let step = 0; step < 8; step += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
          return value >>> 0;
        });
        const through = (map: readonly number[], value: number) =>
          map.reduce((sum, column, bit) => ((value >>> bit) & 1 ? sum ^ column : sum), 0) >>> 0;
        for (let doubled = 0; doubled < power; doubled += 1) skip = skip.map((column) => through(skip, column));
        return combine(first, 0, 2 ** power) === through(skip, first);
      }),
      { numRuns: 20 },
    );
  });

  test('adds lengths beyond 2 to the power of 32', () => {
    const length = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), length, length, (first, one, other) => {
        return combine(combine(first, 0, one), 0, other) === combine(first, 0, one + other);
      }),
    );
  });
});
