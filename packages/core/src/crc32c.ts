/**
 * CRC-32C (Castagnoli), the checksum that Google Storage keeps of every object. Eight bytes a round with eight tables:
 * JavaScript has no instruction for it, and Node's `zlib.crc32` is another polynomial.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
 */

const polynomial = 0x82f63b78;
const tables = makeTables();

/**
 * Continues a CRC32C over more bytes.
 *
 * @param bytes What to add.
 * @param crc What came out of the bytes before; 0 to start.
 * @returns An unsigned 32-bit number. `"123456789"` gives 0xe3069283.
 */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  const end = bytes.length;
  const blocksEnd = end - (end % 8);
  let value = ~crc;
  let at = 0;
  for (; at < blocksEnd; at += 8) {
    value ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    value =
      t7[value & 0xff]! ^
      t6[(value >>> 8) & 0xff]! ^
      t5[(value >>> 16) & 0xff]! ^
      t4[value >>> 24]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < end; at += 1) value = t0[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

type Tables = readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

function makeTables(): Tables {
  const made = Array.from({ length: 8 }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    made[0]![byte] = value;
  }
  for (let table = 1; table < 8; table += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const before = made[table - 1]![byte]!;
      made[table]![byte] = made[0]![before & 0xff]! ^ (before >>> 8);
    }
  }
  return made as unknown as Tables;
}
