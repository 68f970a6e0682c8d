/**
 * Bytes that pass piece by piece, in and out: what a caller may hand over, and what a download hands back.
 */
import type { Operation } from './operation.ts';

/** A caller's bytes of unknown length that can be read without waiting. Node streams are not: they need the event loop. */
export type BlockingByteSource = Iterable<Uint8Array | string>;

/** A caller's bytes of unknown length: any iterable, async iterable, Node `Readable` or web `ReadableStream`. */
export type ByteSource = BlockingByteSource | AsyncIterable<Uint8Array | string>;

const byteStream: unique symbol = Symbol.for('isobar.byte-stream') as typeof byteStream;

/** Reads one pass over a {@link ByteStream}. */
export interface ByteReader {
  /** The next bytes, or `undefined` at the end. */
  next(): Operation<Uint8Array | undefined>;
  /** Lets go of what the pass holds. Called once, also after a failure. */
  close(): Operation<void>;
}

/** Bytes that an operation delivers piece by piece. Drivers show it as an iterable; every pass reads anew. */
export interface ByteStream {
  readonly [byteStream]: true;
  open(): ByteReader;
}

/** Makes a {@link ByteStream} of a function that starts one pass. */
export function makeByteStream(open: () => ByteReader): ByteStream {
  return { [byteStream]: true, open };
}

/** Whether a member of a provider returned a {@link ByteStream}. */
export function isByteStream(value: unknown): value is ByteStream {
  return typeof value === 'object' && value !== null && byteStream in value;
}
