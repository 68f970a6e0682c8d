/**
 * What the origin's objects hold: one mebibyte of noise, repeated. An object's size is in its name (`s1024/…`), so that
 * nothing need be stored, and what arrives is compared with what must arrive at the speed of memory.
 */
import { createHash } from 'node:crypto';
import { combineCrc32c } from '@isobar/core/provider';

/** Bytes after which the content repeats. Part sizes are multiples of it, so each part begins where the block does. */
export const blockBytes: number = 1024 * 1024;

/** Objects above this have an MD5 only if it is known beforehand; the rest are like the service's objects made of parts. */
const largestMd5: number = 64 * 1024 * 1024;
const gibibyte: number = 1024 * 1024 * 1024;

const block = noise(blockBytes);
/** Twice, so that any piece up to a block long lies in it in one run. */
const doubled = Buffer.concat([block, block]);
const crcs = new Map<number, number>();
/** Those of one and two gibibytes take seconds to compute, in which the origin would answer nobody. */
const md5s = new Map<number, string>([
  [gibibyte, '15e6df55ca4f0fba73b676381b60b60d'],
  [2 * gibibyte, '6b3b89682c8e2a129de9f530879b4cab'],
]);

/** The content from an offset on: as many bytes as asked for, at most a block. The bytes are shared; do not write. */
export function contentAt(offset: number, length: number): Buffer {
  const start = offset % blockBytes;
  return doubled.subarray(start, start + Math.min(length, blockBytes));
}

/** A whole object's content. */
export function contentOf(sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let at = 0; at < sizeBytes; at += blockBytes) contentAt(at, sizeBytes - at).copy(bytes, at);
  return bytes;
}

/** Whether bytes are the content from an offset on. */
export function isContent(bytes: Uint8Array, offset: number): boolean {
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const piece = bytes.subarray(at, at + blockBytes);
    if (contentAt(offset + at, piece.length).compare(piece) !== 0) return false;
  }
  return true;
}

/** The size that a name tells, or undefined. */
export function sizeInName(name: string): number | undefined {
  const size = /^s(\d+)\//.exec(name)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** `x-goog-hash` of content of a size. */
export function hashHeader(sizeBytes: number): string {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crcOf(sizeBytes));
  const md5 = md5Of(sizeBytes);
  const more = md5 === undefined ? '' : `,md5=${Buffer.from(md5, 'hex').toString('base64')}`;
  return `crc32c=${crc.toString('base64')}${more}`;
}

/** An ETag: the MD5 where there is one. */
export function etagOf(sizeBytes: number): string {
  return `"${md5Of(sizeBytes) ?? `parts-${sizeBytes}`}"`;
}

/** CRC32C and MD5 as the JSON API gives them. */
export function jsonHashes(sizeBytes: number): { crc32c: string; md5Hash?: string } {
  const [crc32c = '', md5Hash] = hashHeader(sizeBytes)
    .split(',')
    .map((hash) => hash.slice(hash.indexOf('=') + 1));
  return { crc32c, ...(md5Hash !== undefined && { md5Hash }) };
}

function crcOf(sizeBytes: number): number {
  const known = crcs.get(sizeBytes);
  if (known !== undefined) return known;
  const half = Math.floor(sizeBytes / 2 / blockBytes) * blockBytes;
  const rest = sizeBytes - half;
  const crc = half === 0 ? slowCrc32c(contentOf(sizeBytes)) : combineCrc32c(crcOf(half), crcOf(rest), rest);
  crcs.set(sizeBytes, crc);
  return crc;
}

function md5Of(sizeBytes: number): string | undefined {
  let md5 = md5s.get(sizeBytes);
  if (md5 === undefined && sizeBytes <= largestMd5) {
    const hash = createHash('md5');
    for (let at = 0; at < sizeBytes; at += blockBytes) hash.update(contentAt(at, sizeBytes - at));
    md5 = hash.digest('hex');
    md5s.set(sizeBytes, md5);
  }
  return md5;
}

/** Bit by bit, for the block alone: it is computed once. @see https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The same noise in every process. */
function noise(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = 0x9e3779b9;
  for (let at = 0; at < length; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, at);
  }
  return bytes;
}
