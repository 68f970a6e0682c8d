/**
 * Combines the CRCs of two consecutive byte ranges into the CRC of both. Appending a zero byte is a linear map on the bits
 * of a CRC; squaring that map gives the map for twice as many zeros.
 */

/** A CRC's polynomial, with the bits of each byte in reverse order. */
export interface CrcPolynomial {
  readonly width: 32 | 64;
  readonly reflected: bigint;
}

/**
 * The CRC of two ranges together.
 *
 * @param secondBytes Length of the second range.
 */
export function combineCrc(polynomial: CrcPolynomial, first: bigint, second: bigint, secondBytes: number): bigint {
  let crc = first;
  let skip = zeroByte(polynomial);
  for (let left = secondBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) crc = apply(skip, crc);
    if (left > 1) {
      const before = skip;
      skip = before.map((column) => apply(before, column));
    }
  }
  return crc ^ second;
}

/** The linear map of one zero byte: its effect on each bit of a CRC. */
function zeroByte({ reflected, width }: CrcPolynomial): readonly bigint[] {
  return Array.from({ length: width }, (_, bit) => {
    let value = 1n << BigInt(bit);
    for (let step = 0; step < 8; step += 1) value = value & 1n ? (value >> 1n) ^ reflected : value >> 1n;
    return value;
  });
}

/** Applies a linear map, given by its effect on each bit, to a number. */
function apply(map: readonly bigint[], value: bigint): bigint {
  let result = 0n;
  let rest = value;
  for (let bit = 0; rest > 0n; bit += 1, rest >>= 1n) if (rest & 1n) result ^= map[bit] as bigint;
  return result;
}
