/**
 * Bytes of a response on their way to a reader that is slower than the network: a bounded queue that holds the
 * connection back when it is full.
 */
import { CloudError } from '@isobar/core/provider';

/** Above this the connection is paused; below half of it, resumed. */
const fullBytes = 1024 * 1024;

/** How the queue holds its connection back, or gives it up. */
export interface FlowControl {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** One response body, written by the HTTP client and read in order by one reader. */
export class ResponseQueue {
  readonly #flow: FlowControl;
  #chunks: Uint8Array[] = [];
  #heldBytes = 0;
  #paused = false;
  #ended = false;
  #failure: CloudError | undefined;
  #wake: (() => void) | undefined;

  constructor(flow: FlowControl) {
    this.#flow = flow;
  }

  /** Whether there is more to come, for which a connection is held. */
  get isOpen(): boolean {
    return !this.#ended && this.#failure === undefined;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > fullBytes && !this.#paused) {
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

  /** All that has come since the last call, as one array of its own; `undefined` at the end. */
  async next(): Promise<Uint8Array | undefined> {
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

  /** Gives up the rest. A body that has come to its end leaves the connection usable. */
  close(): void {
    this.#chunks = [];
    this.#heldBytes = 0;
    if (!this.#ended) this.#flow.abort(new CloudError('aborted', 'the rest was not wanted'));
  }

  #takeAll(): Uint8Array {
    const whole = concatenate(this.#chunks, this.#heldBytes);
    this.#chunks = [];
    this.#heldBytes = 0;
    if (this.#paused) {
      this.#paused = false;
      this.#flow.resume();
    }
    return whole;
  }
}

/** Chunks as one array that owns its memory, so that it can be handed to another thread. */
export function concatenate(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
