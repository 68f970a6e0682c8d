/** CRC-64/NVME compared with the published check value and with a bit-by-bit implementation of the definition. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc64nvme } from './crc64nvme.ts';

const mask = 0xffffffffffffffffn;

/** The definition: one bit at a time, no table. */
function bitwise(bytes: Uint8Array): bigint {
  let crc = mask;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n;
  }
  return crc ^ mask;
}

function whole({ high, low }: { readonly high: number; readonly low: number }): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

test('the check value is the published one', () => {
  expect(whole(crc64nvme(new TextEncoder().encode('123456789')))).toBe(0xae8b14860a799888n);
});

describe('for any bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 100 });

  test('equals the definition', () => {
    fc.assert(fc.property(bytes, (data) => whole(crc64nvme(data)) === bitwise(data)));
  });
  test('equals the definition on views with an offset into their buffer', () => {
    fc.assert(
      fc.property(bytes, fc.nat(20), (data, start) => {
        return whole(crc64nvme(data.subarray(start))) === bitwise(data.slice(start));
      }),
    );
  });
  test('is the same for the whole and for two chained pieces', () => {
    fc.assert(
      fc.property(bytes, fc.nat(100), (data, at) => {
        const first = crc64nvme(data.subarray(0, at));
        return whole(crc64nvme(data.subarray(at), first)) === bitwise(data);
      }),
    );
  });
});
