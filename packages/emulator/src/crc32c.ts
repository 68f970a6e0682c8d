/**
 * CRC32C (Castagnoli), the checksum that Google Storage stores for every object. Node has only CRC-32, so this is our
 * own: table-driven, eight bytes at a time. `combine` joins the checksums of two pieces without reading them again, for
 * composed and multipart objects.
 *
 * @see https://cloud.google.com/storage/docs/data-validation
 */

/** The Castagnoli polynomial, bit-reversed (RFC 3720, appendix B.4 uses the same CRC). */
const POLYNOMIAL = 0x82f63b78;

const tables: Uint32Array = buildTables();

function buildTables(): Uint32Array {
  const built = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    built[byte] = value;
  }
  for (let index = 256; index < built.length; index++) {
    const previous = built[index - 256] as number;
    built[index] = (built[previous & 0xff] as number) ^ (previous >>> 8);
  }
  return built;
}

/**
 * Adds bytes to a running checksum. Start with 0; the value between calls is the checksum so far.
 *
 * @param crc The checksum of everything before `bytes`.
 */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  const table = tables as { readonly [index: number]: number };
  const data = bytes as { readonly [index: number]: number };
  const { length } = bytes;
  let value = ~crc;
  let at = 0;
  for (const aligned = length - 7; at < aligned; at += 8) {
    const low = value ^ (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24));
    value =
      table[1792 + (low & 0xff)]! ^
      table[1536 + ((low >>> 8) & 0xff)]! ^
      table[1280 + ((low >>> 16) & 0xff)]! ^
      table[1024 + (low >>> 24)]! ^
      table[768 + data[at + 4]!]! ^
      table[512 + data[at + 5]!]! ^
      table[256 + data[at + 6]!]! ^
      table[data[at + 7]!]!;
  }
  for (; at < length; at++) value = table[(value ^ data[at]!) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

/** The checksum of two joined pieces, from their checksums and the length of the second. */
export function combine(first: number, second: number, secondLength: number): number {
  let crc = first;
  // The operator "append one zero byte", squared for each binary digit of the length.
  let operator = byteOperator();
  for (let length = secondLength; length > 0; length = Math.floor(length / 2)) {
    if (length % 2 === 1) crc = multiply(operator, crc);
    operator = operator.map((column) => multiply(operator, column));
  }
  return (crc ^ second) >>> 0;
}

function byteOperator(): number[] {
  let operator = [POLYNOMIAL, ...Array.from({ length: 31 }, (_, bit) => 2 ** bit)];
  for (let doubling = 0; doubling < 3; doubling++) operator = operator.map((column) => multiply(operator, column));
  return operator;
}

function multiply(matrix: readonly number[], vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector >>> 0; rest !== 0; bit++, rest >>>= 1) if (rest & 1) sum ^= matrix[bit] as number;
  return sum >>> 0;
}

/** The checksum as Google writes it: four bytes, big-endian, base64. */
export function encodeCrc32c(crc: number): string {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes.toString('base64');
}
