/**
 * A bounded buffer between the HTTP client and the reader of a response body. It pauses the connection while it is full.
 */
import { CloudError, concatenate } from '@isobar/core/provider';

/** The connection is paused when more than this is buffered, and resumed when the reader takes the bytes. */
const highWaterMarkBytes = 1024 * 1024;

/** Pauses, resumes and aborts the connection. */
export interface FlowControl {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** One response body, written by the HTTP client and read by one reader. */
export class ResponseQueue {
  readonly #flow: FlowControl;
  #chunks: Uint8Array[] = [];
  #bufferedBytes = 0;
  #paused = false;
  #ended = false;
  #failure: CloudError | undefined;
  #wake: (() => void) | undefined;

  constructor(flow: FlowControl) {
    this.#flow = flow;
  }

  /** Whether more bytes may arrive. Such a body occupies a connection. */
  get isOpen(): boolean {
    return !this.#ended && this.#failure === undefined;
  }

  push(chunk: Uint8Array): void {
    // The client gives an array of its own when a paused response goes on; its memory must stay there.
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    if (this.#bufferedBytes > highWaterMarkBytes && !this.#paused) {
      this.#paused = true;
      this.#flow.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  fail(failure: CloudError): void {
    this.#failure ??= failure;
    this.#wake?.();
  }

  /** All bytes that arrived since the last call, in one array that owns its memory; `undefined` at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const chunks = await this.chunks();
    return chunks && wholeOf(chunks);
  }

  /** The same as they arrived, which copies nothing. Others may have bytes in the same memory. */
  async chunks(): Promise<readonly Uint8Array[] | undefined> {
    while (this.#chunks.length === 0) {
      if (this.#failure) throw this.#failure;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return this.#takeAll();
  }

  /** Discards the rest. The connection stays usable if the body was complete. */
  close(): void {
    this.#chunks = [];
    this.#bufferedBytes = 0;
    if (!this.#ended) this.#flow.abort(new CloudError('aborted', 'the rest was not wanted'));
  }

  #takeAll(): Uint8Array[] {
    const all = this.#chunks;
    this.#chunks = [];
    this.#bufferedBytes = 0;
    if (this.#paused) {
      this.#paused = false;
      this.#flow.resume();
    }
    return all;
  }
}

/** Chunks as one array. A chunk that fills its memory is not copied. */
function wholeOf(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first && first.byteLength === first.buffer.byteLength) return new Uint8Array(first.buffer);
  return concatenate(
    chunks,
    chunks.reduce((sum, { length }) => sum + length, 0),
  );
}
