/**
 * CRC32C (Castagnoli), the checksum that Google Storage stores for every object. Node has only CRC-32, so this is our
 * own: table-driven, sixteen bytes at a time. `combine` joins the checksums of two pieces without reading them again, for
 * composed and multipart objects.
 *
 * @see https://cloud.google.com/storage/docs/data-validation
 */

import { endianness } from 'node:os';

/** The Castagnoli polynomial, bit-reversed (RFC 3720, appendix B.4 uses the same CRC). */
const POLYNOMIAL = 0x82f63b78;

/** Sixteen tables of 256 entries: table n is for a byte with n bytes after it. */
const tables: Int32Array = buildTables();

function buildTables(): Int32Array {
  const built = new Int32Array(16 * 256);
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
  // Words are read in the machine's own byte order, which must be the one of the tables.
  if (bytes.length < 16 || endianness() !== 'LE') return ~overBytes(~crc, bytes, 0, bytes.length) >>> 0;
  const start = -bytes.byteOffset & 3;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, ((bytes.length - start) >>> 4) * 4);
  const afterWords = overWords(overBytes(~crc, bytes, 0, start), words);
  return ~overBytes(afterWords, bytes, start + words.byteLength, bytes.length) >>> 0;
}

function overBytes(crc: number, bytes: Uint8Array, start: number, end: number): number {
  let value = crc;
  for (let at = start; at < end; at++) value = tables[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  return value;
}

/** Goes over four words at a time. */
function overWords(crc: number, words: Int32Array): number {
  let value = crc;
  for (let at = 0; at < words.length; at += 4) {
    value =
      ofWord(value ^ words[at]!, 12) ^
      ofWord(words[at + 1]!, 8) ^
      ofWord(words[at + 2]!, 4) ^
      ofWord(words[at + 3]!, 0);
  }
  return value;
}

/** What a word adds that has `following` bytes after it. */
function ofWord(word: number, following: number): number {
  const table = following * 256;
  return (
    tables[table + 768 + (word & 0xff)]! ^
    tables[table + 512 + ((word >>> 8) & 0xff)]! ^
    tables[table + 256 + ((word >>> 16) & 0xff)]! ^
    tables[table + (word >>> 24)]!
  );
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
