/** Reads the caller's byte sources by exact amounts, blocking or asynchronously. */
import { type ByteSource, byteHint, describe, invalidArgument } from '@isobar/core/provider';

const readers = new WeakMap<object, SourceReader>();
const encoder = new TextEncoder();

/** The reader of a source. Makes one on first use. */
export function readerOf(source: ByteSource): SourceReader {
  const present = readers.get(source as object);
  if (present) return present;
  const reader = new SourceReader(source);
  readers.set(source as object, reader);
  return reader;
}

/** Closes the reader of a source. An unfinished iterator gets a `return()` call. */
export function closeSource(source: ByteSource): void {
  readers.get(source as object)?.close();
  readers.delete(source as object);
}

type Chunk = Uint8Array | string;
interface AnyIterator {
  next(): IteratorResult<Chunk> | Promise<IteratorResult<Chunk>>;
  return?(): unknown;
}

/** One pass over a source, with the bytes that were read from it but not yet returned. */
export class SourceReader {
  readonly #iterator: AnyIterator;
  readonly #isAsync: boolean;
  #ended = false;
  #pieces: Uint8Array[] = [];
  #bufferedBytes = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(source: ByteSource) {
    const asyncIterable = (source as Partial<AsyncIterable<Chunk>>)?.[Symbol.asyncIterator];
    const iterable = (source as Partial<Iterable<Chunk>>)?.[Symbol.iterator];
    const start = (asyncIterable ?? iterable) as ((this: unknown) => AnyIterator) | undefined;
    const isWhole = typeof source === 'string' || ArrayBuffer.isView(source);
    if (typeof start !== 'function' || isWhole) {
      const hint = typeof source === 'string' ? '; for a string use writeObject' : byteHint(source, 'source');
      throw invalidArgument('source', `must be an iterable of byte arrays, not ${describe(source)}${hint}`);
    }
    this.#isAsync = asyncIterable !== undefined;
    this.#iterator = start.call(source);
  }

  /** The next `byteCount` bytes, fewer at the end. Concurrent callers are served in order. */
  pull(byteCount: number): Promise<Uint8Array> {
    const pulled = this.#queue.then(async () => {
      while (!this.#ended && this.#bufferedBytes < byteCount) this.#take(await this.#advance());
      return this.#give(byteCount);
    });
    this.#queue = pulled.catch(() => {});
    return pulled;
  }

  /** Like {@link pull}, but synchronous; for sources that are plain iterables. */
  pullBlocking(byteCount: number): Uint8Array {
    if (this.#isAsync) {
      const message = 'must be a plain iterable in a blocking call: an async iterable or stream needs the event loop';
      throw invalidArgument('source', message);
    }
    while (!this.#ended && this.#bufferedBytes < byteCount) {
      this.#take(this.#advance() as IteratorResult<Chunk>);
    }
    return this.#give(byteCount);
  }

  /**
   * Stops an unfinished source. Does not wait for it and ignores its errors: a source that hangs must not block the call
   * that closes it.
   */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      const stopped: unknown = this.#iterator.return?.();
      if (stopped instanceof Promise) stopped.catch(() => {});
    } catch {}
  }

  /** Reads the next chunk. A source that fails has ended, so it gets no `return()` call. */
  #advance(): IteratorResult<Chunk> | Promise<IteratorResult<Chunk>> {
    const failed = (failure: unknown): never => {
      this.#ended = true;
      throw failure;
    };
    try {
      const next = this.#iterator.next();
      return next instanceof Promise ? next.catch(failed) : next;
    } catch (failure) {
      return failed(failure);
    }
  }

  #take(next: IteratorResult<Chunk>): void {
    if (next.done) {
      this.#ended = true;
      return;
    }
    const piece = typeof next.value === 'string' ? encoder.encode(next.value) : next.value;
    if (!(piece instanceof Uint8Array)) {
      throw invalidArgument(
        'source',
        `must yield byte arrays or strings, not ${describe(piece)}${byteHint(piece, 'bytes')}`,
      );
    }
    // A copy, because a source may reuse one buffer for all its pieces.
    this.#pieces.push(typeof next.value === 'string' ? piece : new Uint8Array(piece));
    this.#bufferedBytes += piece.length;
  }

  #give(byteCount: number): Uint8Array {
    const given = new Uint8Array(Math.min(byteCount, this.#bufferedBytes));
    let at = 0;
    let whole = 0;
    for (const piece of this.#pieces) {
      if (at + piece.length > given.length) break;
      given.set(piece, at);
      at += piece.length;
      whole += 1;
    }
    this.#pieces.splice(0, whole);
    const [first] = this.#pieces;
    if (first && at < given.length) {
      given.set(first.subarray(0, given.length - at), at);
      this.#pieces[0] = first.subarray(given.length - at);
    }
    this.#bufferedBytes -= given.length;
    return given;
  }
}
