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

/**
 * The CRC32C of two runs of bytes one after the other, from the CRC32C of each: what parts that were checked apart come
 * to together. A zero byte acts on a CRC as a linear map over its bits; squaring that map skips many zeros at once.
 *
 * @param first CRC32C of what comes first.
 * @param second CRC32C of what follows.
 * @param secondBytes How many bytes follow.
 */
export function combineCrc32c(first: number, second: number, secondBytes: number): number {
  let crc = first;
  let skip = zeroByte();
  for (let left = secondBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) crc = apply(skip, crc);
    skip = skip.map((column) => apply(skip, column));
  }
  return (crc ^ second) >>> 0;
}

/** What one zero byte does to each bit of a CRC. */
function zeroByte(): number[] {
  return Array.from({ length: 32 }, (_, bit) => {
    let value = 2 ** bit;
    for (let step = 0; step < 8; step += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value >>> 0;
  });
}

/** A linear map, given by what it does to each bit, applied to a number. */
function apply(map: readonly number[], value: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((value >>> bit) & 1) result ^= map[bit]!;
  return result >>> 0;
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
