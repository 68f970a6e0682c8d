import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combine, crc32c, encodeCrc32c } from './crc32c.ts';

test.each([
  ['', 'AAAAAA=='],
  ['123456789', '4waSgw=='],
  ['Hello, GCS!\n', 'I5M/Gw=='],
])('the checksum of %j is %s', (text, expected) => {
  expect(encodeCrc32c(crc32c(Buffer.from(text)))).toBe(expected);
});

test('the checksum of pieces, continued or combined, is that of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
      const whole = crc32c(Buffer.concat([first, second]));
      expect(crc32c(second, crc32c(first))).toBe(whole);
      expect(combine(crc32c(first), crc32c(second), second.length)).toBe(whole);
    }),
  );
});

test('the checksum does not depend on where in memory the bytes are', () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, index) => index * 37);
  for (let length = 0; length <= bytes.length; length++) {
    const expected = bytes.subarray(0, length).reduce((crc, byte) => crc32c(Uint8Array.of(byte), crc), 0);
    for (let offset = 0; offset < 8; offset++) {
      const moved = new Uint8Array(new ArrayBuffer(offset + length), offset);
      moved.set(bytes.subarray(0, length));
      expect(crc32c(moved), `${length} bytes at ${offset}`).toBe(expected);
    }
  }
});
