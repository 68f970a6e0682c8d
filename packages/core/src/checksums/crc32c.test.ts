/** CRC-32C compared with published vectors and with a bit-by-bit implementation of the definition. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

/** The definition: one bit at a time, no table. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const text = (value: string) => new TextEncoder().encode(value);

describe('published vectors', () => {
  // The last five: RFC 3720, appendix B.4.
  test.each<[string, Uint8Array, number]>([
    ['nothing', new Uint8Array(0), 0],
    ['"123456789"', text('123456789'), 0xe3069283],
    ['"Hello, GCS!\\n"', text('Hello, GCS!\n'), 0x23933f1b],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 times 0xff', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
    [
      'an iSCSI read command',
      Uint8Array.from([
        0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0,
        0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
      ]),
      0xd9963a56,
    ],
  ])('%s', (_, bytes, expected) => expect(crc32c(bytes)).toBe(expected));
});

describe('for any bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });

  test('equals the definition', () => {
    fc.assert(fc.property(bytes, (data) => crc32c(data) === bitwise(data)));
  });

  test('equals the definition on views with an offset into their buffer', () => {
    fc.assert(
      fc.property(bytes, fc.nat(20), (data, start) => crc32c(data.subarray(start)) === bitwise(data.slice(start))),
    );
  });

  test('is the same for the whole and for any chained pieces', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(300), { maxLength: 8 }), (data, cuts) => {
        let crc = 0;
        let at = 0;
        for (const cut of [...cuts.sort((one, other) => one - other), data.length]) {
          const end = Math.max(at, Math.min(cut, data.length));
          crc = crc32c(data.subarray(at, end), crc);
          at = end;
        }
        return crc === crc32c(data);
      }),
    );
  });

  test('is an unsigned 32-bit number', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const crc = crc32c(data);
        return Number.isInteger(crc) && crc >= 0 && crc <= 0xffffffff;
      }),
    );
  });
});
