/** Bytes to store, and a check that they came back. */
import { expect } from 'vitest';

/** One mebibyte. */
export const MIB: number = 1024 * 1024;

/** Size of a long source: more than the first part of an upload, at every provider. */
export const LONG_BYTES: number = 9 * MIB;

/** Ten bytes, each different. */
export const DIGITS = '0123456789';

const patterns = new Map<string, Uint8Array>();

/**
 * Bytes without a period: a lost, repeated or moved piece changes them. Equal calls share one array, so do not
 * change it.
 */
export function pattern(sizeBytes: number, seed = 1): Uint8Array {
  const key = `${sizeBytes} ${seed}`;
  const known = patterns.get(key);
  if (known) return known;
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  let state = seed * 0x9e3779b9 || 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  const bytes = new Uint8Array(words.buffer, 0, sizeBytes);
  patterns.set(key, bytes);
  return bytes;
}

/** Yields the bytes in pieces of a size. */
export function* pieces(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}

/** All bytes of a stream of either kind. */
export async function collect(stream: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** All items of an iterable of either kind. */
export async function itemsOf<Item>(source: Iterable<Item> | AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Bytes as text. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Text as bytes. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Compares bytes. Reports the first difference instead of printing megabytes. */
export function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual, 'bytes are a Uint8Array').toBeInstanceOf(Uint8Array);
  expect(actual.byteLength, 'number of bytes').toBe(expected.byteLength);
  if (Buffer.compare(actual, expected) === 0) return;
  const place = expected.findIndex((byte, index) => byte !== actual[index]);
  expect.fail(`bytes differ from byte ${place} on`);
}
