/** Byte streams: the sources that a caller may upload, and the stream that a download returns. */
import type { Operation } from './operation.ts';

/** A caller's bytes of unknown length, readable without waiting. Not a Node stream: those need the event loop. */
export type BlockingByteSource = Iterable<Uint8Array | string>;

/** A caller's bytes of unknown length: any iterable, async iterable, Node `Readable` or web `ReadableStream`. */
export type ByteSource = BlockingByteSource | AsyncIterable<Uint8Array | string>;

const byteStream: unique symbol = Symbol.for('isobar.byte-stream') as typeof byteStream;

/** Reads one pass over a {@link ByteStream}. */
export interface ByteReader {
  /** The next bytes, or `undefined` at the end. */
  next(): Operation<Uint8Array | undefined>;
  /** Releases what this pass holds. Called once, also after a failure. */
  close(): Operation<void>;
}

/** Bytes that an operation delivers piece by piece. Drivers return it as an iterable; each pass downloads again. */
export interface ByteStream {
  readonly [byteStream]: true;
  open(): ByteReader;
}

/** Makes a {@link ByteStream} from a function that starts one pass. */
export function makeByteStream(open: () => ByteReader): ByteStream {
  return { [byteStream]: true, open };
}

/** Whether a provider's method returned a {@link ByteStream}. */
export function isByteStream(value: unknown): value is ByteStream {
  return typeof value === 'object' && value !== null && byteStream in value;
}

/** Concatenates pieces into one array that owns its memory, so that it can be transferred to another thread. */
export function concatenate(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
