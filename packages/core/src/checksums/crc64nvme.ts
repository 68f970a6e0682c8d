/**
 * CRC-64/NVME, which S3 computes over whole objects. JavaScript has no 64-bit integers that are quick, so a CRC is two
 * halves of 32 bits. Eight bytes a round with eight tables of two halves.
 *
 * @see https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme
 */

/** A CRC in two halves, each an unsigned 32-bit number. */
export interface Crc64 {
  readonly high: number;
  readonly low: number;
}

/** The CRC of no bytes. */
export const crc64Start: Crc64 = { high: 0, low: 0 };

/** 0x9a6c9329ac4bc9b5 in halves. */
const polynomial = { high: 0x9a6c9329, low: 0xac4bc9b5 };

/** Eight tables of 256 CRCs, concatenated: low half, then high half. Table n is for a byte with n bytes after it. */
let tables: Int32Array | undefined;

/**
 * Continues a CRC over more bytes.
 *
 * @param before The CRC of the preceding bytes.
 * @returns `"123456789"` gives 0xae8b14860a799888.
 */
export function crc64nvme(bytes: Uint8Array, before: Crc64 = crc64Start): Crc64 {
  tables ??= makeTables();
  const t = tables;
  let low = ~before.low;
  let high = ~before.high;
  let at = 0;
  const last = bytes.length - 7;
  for (; at < last; at += 8) {
    const a = low ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    const b = high ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24));
    const i0 = 0xe00 + ((a & 0xff) << 1);
    const i1 = 0xc00 + (((a >>> 8) & 0xff) << 1);
    const i2 = 0xa00 + (((a >>> 16) & 0xff) << 1);
    const i3 = 0x800 + ((a >>> 24) << 1);
    const i4 = 0x600 + ((b & 0xff) << 1);
    const i5 = 0x400 + (((b >>> 8) & 0xff) << 1);
    const i6 = 0x200 + (((b >>> 16) & 0xff) << 1);
    const i7 = (b >>> 24) << 1;
    low = t[i0]! ^ t[i1]! ^ t[i2]! ^ t[i3]! ^ t[i4]! ^ t[i5]! ^ t[i6]! ^ t[i7]!;
    high = t[i0 + 1]! ^ t[i1 + 1]! ^ t[i2 + 1]! ^ t[i3 + 1]! ^ t[i4 + 1]! ^ t[i5 + 1]! ^ t[i6 + 1]! ^ t[i7 + 1]!;
  }
  for (; at < bytes.length; at += 1) {
    const index = ((low ^ bytes[at]!) & 0xff) << 1;
    const shifted = (low >>> 8) | (high << 24);
    low = shifted ^ t[index]!;
    high = (high >>> 8) ^ t[index + 1]!;
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 512);
  for (let byte = 0; byte < 256; byte += 1) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit += 1) {
      const isSet = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (isSet) {
        low ^= polynomial.low;
        high ^= polynomial.high;
      }
    }
    made[byte * 2] = low;
    made[byte * 2 + 1] = high;
  }
  for (let at = 512; at < made.length; at += 2) {
    const low = made[at - 512]!;
    const high = made[at - 511]!;
    const index = (low & 0xff) << 1;
    made[at] = ((low >>> 8) | (high << 24)) ^ made[index]!;
    made[at + 1] = (high >>> 8) ^ made[index + 1]!;
  }
  return made;
}
