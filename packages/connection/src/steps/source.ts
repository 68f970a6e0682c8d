/** Reads the caller's byte sources by exact amounts, blocking or asynchronously. */
import {
  type ByteSource,
  bytesInMemory,
  checkSource,
  describe,
  invalidArgument,
  iterateSource,
} from '@isobar/core/provider';

const readers = new WeakMap<object, SourceReader>();

/** The reader of a source. Makes one on first use. */
export function readerOf(source: ByteSource, field: string): SourceReader {
  const present = readers.get(source as object);
  if (present) return present;
  const reader = new SourceReader(source, field);
  readers.set(source as object, reader);
  return reader;
}

/** Closes the reader of a source. An unfinished iterator gets a `return()` call. */
export function closeSource(source: ByteSource): void {
  readers.get(source as object)?.close();
  readers.delete(source as object);
}

interface AnyIterator {
  next(): IteratorResult<unknown> | Promise<IteratorResult<unknown>>;
  return?(): unknown;
}

/** One pass over a source, with the bytes that were read from it but not yet returned. */
export class SourceReader {
  readonly #iterator: AnyIterator;
  readonly #isAsync: boolean;
  readonly #field: string;
  /** What the source is, for errors. */
  readonly #given: string;
  #ended = false;
  #pieces: Uint8Array[] = [];
  #bufferedBytes = 0;
  #queue: Promise<unknown> = Promise.resolve();

  /** @param field The argument that holds the source, for errors. */
  constructor(source: ByteSource, field = 'source') {
    checkSource(field, source);
    const { isAsync, iterator } = iterateSource(source);
    this.#field = field;
    this.#given = describe(source);
    this.#isAsync = isAsync;
    this.#iterator = iterator as AnyIterator;
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
      const way =
        'pass bytes, a string or a plain iterable of them, a file to uploadObject, or use an asynchronous driver';
      const message = `must be readable without awaiting in a blocking call, not ${this.#given}; ${way}`;
      throw invalidArgument(this.#field, message);
    }
    while (!this.#ended && this.#bufferedBytes < byteCount) {
      this.#take(this.#advance() as IteratorResult<unknown>);
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
  #advance(): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
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

  #take(next: IteratorResult<unknown>): void {
    if (next.done) {
      this.#ended = true;
      return;
    }
    const piece = bytesInMemory(next.value);
    if (!piece) throw invalidArgument(this.#field, `must give bytes or strings, not ${describe(next.value)}`);
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
