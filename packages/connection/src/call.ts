/** One running call: its timeout, its caller's signal, and the listeners to notify when it is cancelled. */
import { CloudError } from '@isobar/core/provider';
import type { OperationTrace } from './tracing.ts';

/** Timeout of an operation's cleanup. */
const cleanupTimeoutMs = 10_000;

/**
 * A call and its cancellation. A call is cancelled at most once, with one reason. The code that performs a step listens.
 */
export class Call {
  /** Why the call was cancelled; `undefined` if it was not. */
  failure: CloudError | undefined;
  /** The provider and method; `undefined` in the worker, which only performs steps. */
  readonly trace: OperationTrace | undefined;
  /** What a cancelled call was waiting for, see {@link explain}. */
  explanation: string | undefined;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #parent: Call | undefined;
  /** Listeners on the signal and on the parent; most calls have neither. */
  readonly #onAbort: (() => void) | undefined;
  readonly #onParent: ((failure: CloudError) => void) | undefined;
  #deadlineMs: number | undefined;
  #listeners: Set<(failure: CloudError) => void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs Timeout in milliseconds, 0 for none. */
  constructor(timeoutMs: number, trace?: OperationTrace, signal?: AbortSignal, parent?: Call) {
    this.trace = trace;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#parent = parent;
    if (signal) {
      this.#onAbort = () => this.#abort();
      if (signal.aborted) this.#abort();
      else signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    if (parent) {
      this.#onParent = (failure) => this.cancel(failure);
      if (parent.failure) this.failure = parent.failure;
      else parent.listen(this.#onParent);
    }
  }

  /**
   * The deadline on `performance.now()`'s scale; infinite without a timeout. The time starts when this is first read, which
   * is at the first step that may take time.
   */
  get deadlineMs(): number {
    this.#deadlineMs ??=
      this.#parent?.deadlineMs ??
      (this.#timeoutMs > 0 ? performance.now() + this.#timeoutMs : Number.POSITIVE_INFINITY);
    return this.#deadlineMs;
  }

  /** Makes a part of this call that can be cancelled separately, and is cancelled together with it. */
  branch(): Call {
    return new Call(0, this.trace, undefined, this);
  }

  /** Calls back when the call is cancelled. Starts the call's timer if it is not running. */
  listen(listener: (failure: CloudError) => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    if (this.#timeoutMs > 0) this.#timer ??= setTimeout(() => this.expire(), this.deadlineMs - performance.now());
  }

  unlisten(listener: (failure: CloudError) => void): void {
    this.#listeners?.delete(listener);
  }

  /** Cancels the call. Only the first reason counts. */
  cancel(failure: CloudError): void {
    if (this.failure) return;
    this.failure = failure;
    for (const listener of this.#listeners ?? []) listener(failure);
  }

  /** Cancels the call because its timeout has expired. */
  expire(): void {
    this.cancel(new CloudError('timeout', `the call did not end within its ${this.#timeoutMs} ms`));
  }

  /** Adds to the timeout error of this call, and of its parent, what the call was waiting for. */
  explain(explanation: string): void {
    if (this.explanation !== undefined) return;
    this.explanation = explanation;
    if (this.failure?.code !== 'timeout') return;
    this.failure = new CloudError('timeout', `${this.failure.message}: ${explanation}`, this.failure.details);
    this.#parent?.explain(explanation);
  }

  /** Must be called at the end of the call; otherwise its timer and signal keep it alive. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort);
    if (this.#onParent) this.#parent?.unlisten(this.#onParent);
  }

  #abort(): void {
    this.cancel(new CloudError('aborted', 'the call was aborted', {}, { cause: this.#signal?.reason }));
  }
}

/** Makes a separate call for the cleanup of an operation, so that cancelling the operation does not cancel its cleanup. */
export function cleanupCall(call: Call): Call {
  return new Call(cleanupTimeoutMs, call.trace);
}
