/** Byte streams: the sources that a caller may upload, and the stream that a download returns. */
import { classNameOf, describe } from './arguments.ts';
import { invalidArgument } from './errors.ts';
import type { Operation } from './operations/operation.ts';

/** Bytes that are all in memory. A string stands for its UTF-8. */
export type BytesInMemory = string | ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

/** A caller's bytes that can be read without awaiting. Not a Node stream: those need the event loop. */
export type BlockingByteSource = BytesInMemory | Iterable<BytesInMemory>;

/** A caller's bytes: in memory, a `Blob` or `File`, a Node `Readable`, a web `ReadableStream`, or an iterable of pieces. */
export type ByteSource = BlockingByteSource | AsyncIterable<BytesInMemory> | WebStream | BlobLike;

/** What a web `ReadableStream` is, whatever library declares it. */
export interface WebStream {
  getReader(): unknown;
  readonly locked: boolean;
}

/** What a `Blob` or `File` is, whatever library declares it. */
export interface BlobLike {
  readonly size: number;
  arrayBuffer(): Promise<unknown>;
  stream(): unknown;
}

const byteStream: unique symbol = Symbol.for('isobar.byte-stream') as typeof byteStream;

/** Reads one pass over a {@link ByteStream}. */
export interface ByteReader<Described = unknown> {
  /** The next bytes, or `undefined` at the end. */
  next(): Operation<Uint8Array | undefined>;
  /** What the bytes are of, as the answer with them says. */
  object(): Operation<Described>;
  /** Releases what this pass holds. Called once, also after a failure. */
  close(): Operation<void>;
}

/**
 * Bytes that an operation delivers piece by piece. Drivers return it as an iterable with `object()`; each pass downloads
 * again.
 */
export interface ByteStream<Described = unknown> {
  readonly [byteStream]: true;
  open(): ByteReader<Described>;
}

/** Makes a {@link ByteStream} from a function that starts one pass. */
export function makeByteStream<Described>(open: () => ByteReader<Described>): ByteStream<Described> {
  return { [byteStream]: true, open };
}

/** Whether a value is a {@link ByteStream}. */
export function isByteStream(value: unknown): value is ByteStream {
  try {
    return typeof value === 'object' && value !== null && byteStream in value;
  } catch {
    // A proxy may throw on any access.
    return false;
  }
}

const encoder = new TextEncoder();

/** Bytes that are all in memory, as one array; `undefined` for any other value. Shared memory is copied: it may change. */
export function bytesInMemory(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return encoder.encode(value);
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength, byteOffset } = value;
    if (isShared(buffer)) return new Uint8Array(buffer, byteOffset, byteLength).slice();
    // `instanceof` only after `isView`: a proxy may throw on `instanceof`.
    return value instanceof Uint8Array ? value : new Uint8Array(buffer, byteOffset, byteLength);
  }
  const tag = tagOf(value);
  if (tag === 'ArrayBuffer') return new Uint8Array(value as ArrayBuffer);
  return tag === 'SharedArrayBuffer' ? new Uint8Array(value as SharedArrayBuffer).slice() : undefined;
}

function isShared(buffer: ArrayBufferLike): boolean {
  return tagOf(buffer) === 'SharedArrayBuffer';
}

/** The name of a built-in class, which is the same in every realm. */
function tagOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? classNameOf(value) : undefined;
}

/** How a source is read. */
type SourceKind = 'plain' | 'async' | 'blob';

function kindOf(source: unknown): SourceKind | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  try {
    if (isBlob(source)) return 'blob';
    if (Symbol.asyncIterator in source) return 'async';
    return Symbol.iterator in source ? 'plain' : undefined;
  } catch {
    // A proxy may throw on any access.
    return undefined;
  }
}

/**
 * Checks that a value is a source of bytes. Does not begin to read it.
 *
 * @throws {CloudError} `invalid-argument`.
 */
export function checkSource(field: string, value: unknown): void {
  if (bytesInMemory(value) || kindOf(value)) return;
  const rule = 'must be bytes, a string, a Blob, a stream, or an iterable of bytes or strings';
  throw invalidArgument(field, `${rule}; not ${describe(value)}${wayOut(value)}`);
}

/** Begins to read a checked source that is not in memory. */
export function iterateSource(
  source: ByteSource,
):
  | { readonly isAsync: false; readonly iterator: Iterator<unknown> }
  | { readonly isAsync: true; readonly iterator: AsyncIterator<unknown> } {
  const kind = kindOf(source);
  if (kind === 'plain') return { isAsync: false, iterator: (source as Iterable<unknown>)[Symbol.iterator]() };
  const stream = kind === 'blob' ? (source as BlobLike).stream() : source;
  return { isAsync: true, iterator: (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]() };
}

function isBlob(source: object): source is BlobLike {
  return 'arrayBuffer' in source && 'stream' in source && 'size' in source;
}

/** What to pass instead of a value that holds bytes but is no source, as the end of an error message. */
function wayOut(value: unknown): string {
  const name = tagOf(value);
  if (name === 'Promise') return '; await it first';
  return name === 'Response' || name === 'Request' ? `; pass its \`body\`` : '';
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
