/**
 * The content of the origin's objects: one mebibyte of noise, repeated. An object's size is in its name (`s1024/…`), so
 * nothing is stored, and what arrives is compared with what must arrive at the speed of memory.
 */
import { createHash } from 'node:crypto';
import { checksumOf, combineChecksums } from '@isobar/core/provider';

/** Bytes after which the content repeats. Part sizes are multiples of it, so each part begins where the block does. */
export const blockBytes: number = 1024 * 1024;

/** Larger objects have no MD5, like the service's objects made of parts. */
const maxMd5Bytes: number = 64 * 1024 * 1024;

/** The same noise in every process, and in rivals/libcloud_cell.py. */
const block = createHash('shake256', { outputLength: blockBytes }).digest();
/** Twice, so that any piece up to a block long is contiguous. */
const doubled = Buffer.concat([block, block]);
const crcs = new Map<number, Crcs>();
const md5s = new Map<number, string>();

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

/** The size in an object's name, or undefined. */
export function sizeInName(name: string): number | undefined {
  const size = /^s(\d+)\//.exec(name)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** The content's MD5, if it is not too large. */
export function md5Of(sizeBytes: number, encoding: 'hex' | 'base64' = 'hex'): string | undefined {
  if (sizeBytes > maxMd5Bytes) return undefined;
  let md5 = md5s.get(sizeBytes);
  if (md5 === undefined) {
    const hash = createHash('md5');
    for (let at = 0; at < sizeBytes; at += blockBytes) hash.update(contentAt(at, sizeBytes - at));
    md5 = hash.digest('hex');
    md5s.set(sizeBytes, md5);
  }
  return Buffer.from(md5, 'hex').toString(encoding);
}

/** The content's CRC32C in Base64. */
export function crc32cOf(sizeBytes: number): string {
  return crcsOf(sizeBytes).crc32c;
}

/** The content's CRC32 in Base64. */
export function crc32Of(sizeBytes: number): string {
  return crcsOf(sizeBytes).crc32;
}

interface Crcs {
  readonly crc32: string;
  readonly crc32c: string;
}

function crcsOf(sizeBytes: number): Crcs {
  const known = crcs.get(sizeBytes);
  if (known !== undefined) return known;
  const half = Math.floor(sizeBytes / 2 / blockBytes) * blockBytes;
  const rest = sizeBytes - half;
  const made =
    half === 0 ? crcsIn(contentOf(sizeBytes)) : combineChecksums({ ...crcsOf(half) }, { ...crcsOf(rest) }, rest);
  crcs.set(sizeBytes, made as Crcs);
  return made as Crcs;
}

function crcsIn(bytes: Uint8Array): Crcs {
  return { crc32: checksumOf('crc32', bytes), crc32c: checksumOf('crc32c', bytes) };
}
