/**
 * Checksums of an object's bytes, as clouds store and compare them: a set of algorithms, each written as base64 (CRCs as
 * four or eight bytes, most significant first).
 */
import { nodeCrypto, nodeZlib } from '../node-modules.ts';
import { type CrcPolynomial, combineCrc } from './combine-crc.ts';
import { crc32c } from './crc32c.ts';
import { type Crc64, crc64nvme, crc64Start } from './crc64nvme.ts';

/** The checksums that a service may store. */
export const algorithms = ['crc32c', 'crc32', 'crc64nvme', 'md5', 'sha256'] as const;

/** A checksum that a service may store. */
export type Algorithm = (typeof algorithms)[number];

/** Checksums of the same bytes, base64. */
export type Checksums = Readonly<Partial<Record<Algorithm, string>>>;

/** A checksum in progress. */
interface Running {
  update(bytes: Uint8Array): void;
  /** The checksum so far. May be called repeatedly. */
  digest(): string;
}

/** Checksums in progress. */
export interface RunningChecksums {
  update(bytes: Uint8Array): void;
  /** The checksums so far. May be called repeatedly. */
  digest(): Checksums;
}

/** The polynomials of the CRCs, reflected; they can be combined. */
const polynomials: Readonly<Partial<Record<Algorithm, CrcPolynomial>>> = {
  crc32: { width: 32, reflected: 0xedb88320n },
  crc32c: { width: 32, reflected: 0x82f63b78n },
  crc64nvme: { width: 64, reflected: 0x9a6c9329ac4bc9b5n },
};

/** The checksum of bytes that are all here. */
export function checksumOf(algorithm: Algorithm, bytes: Uint8Array): string {
  if (algorithm === 'crc32c') return formatCrc32(crc32c(bytes));
  if (algorithm === 'md5' || algorithm === 'sha256') return nodeCrypto().hash(algorithm, bytes, 'base64');
  const running = start(algorithm);
  running.update(bytes);
  return running.digest();
}

/** Starts checksums of bytes that come piece by piece. */
export function runningChecksums(wanted: readonly Algorithm[]): RunningChecksums {
  const all = wanted.map((algorithm) => [algorithm, start(algorithm)] as const);
  return {
    update(bytes) {
      for (const [, running] of all) running.update(bytes);
    },
    digest: () => Object.fromEntries(all.map(([algorithm, running]) => [algorithm, running.digest()])),
  };
}

function start(algorithm: Algorithm): Running {
  switch (algorithm) {
    case 'crc32c':
      return crcBy(crc32c);
    case 'crc32': {
      const { crc32 } = nodeZlib();
      return crcBy((bytes, crc) => crc32(bytes, crc));
    }
    case 'crc64nvme':
      return crc64();
    default: {
      const hash = nodeCrypto().createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.copy().digest('base64') };
    }
  }
}

function crcBy(continued: (bytes: Uint8Array, crc: number) => number): Running {
  let crc = 0;
  return {
    update(bytes) {
      crc = continued(bytes, crc);
    },
    digest: () => formatCrc32(crc),
  };
}

function crc64(): Running {
  let crc: Crc64 = crc64Start;
  return {
    update(bytes) {
      crc = crc64nvme(bytes, crc);
    },
    digest: () => btoa(bytesOf32(crc.high) + bytesOf32(crc.low)),
  };
}

function formatCrc32(crc: number): string {
  return btoa(bytesOf32(crc));
}

/** Four bytes, most significant first, as a binary string. */
function bytesOf32(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Whether the checksum of a whole follows from those of its parts. */
export function combines(algorithm: Algorithm): boolean {
  return polynomials[algorithm] !== undefined;
}

/**
 * The checksums of two consecutive parts together: of those algorithms that both parts have, and that can be combined.
 *
 * @param secondBytes Length of the second part.
 */
export function combineChecksums(first: Checksums, second: Checksums, secondBytes: number): Checksums {
  const combined: { -readonly [Name in Algorithm]?: string } = {};
  for (const [name, polynomial] of Object.entries(polynomials)) {
    const algorithm = name as Algorithm;
    const [one, other] = [first[algorithm], second[algorithm]];
    if (one === undefined || other === undefined) continue;
    const value = combineCrc(polynomial, parse(one), parse(other), secondBytes);
    combined[algorithm] = format(value, polynomial.width);
  }
  return combined;
}

function parse(checksum: string): bigint {
  let value = 0n;
  for (const byte of atob(checksum)) value = (value << 8n) | BigInt(byte.charCodeAt(0));
  return value;
}

function format(value: bigint, width: number): string {
  let bytes = '';
  for (let shift = width - 8; shift >= 0; shift -= 8)
    bytes += String.fromCharCode(Number((value >> BigInt(shift)) & 0xffn));
  return btoa(bytes);
}
