/** One call under way: its time limit, its caller's signal, and who must be told when it is cancelled. */
import { CloudError } from '@isobar/core/provider';
import type { OperationTrace } from './tracing.ts';

/** Time that an operation gets to clean up. */
const cleanupTimeoutMs = 10_000;

/**
 * A call and its cancellation. Cancelling happens once and for one reason; whoever performs a step of the call listens.
 */
export class Call {
  /** Why the call was cancelled; undefined while it was not. */
  failure: CloudError | undefined;
  /** Which method of which provider this is; unknown to the worker, which only performs steps. */
  readonly trace: OperationTrace | undefined;
  /** What it waited for in vain, see {@link explain}. */
  explanation: string | undefined;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #parent: Call | undefined;
  /** Told by the signal and by the parent; most calls have neither. */
  readonly #onAbort: (() => void) | undefined;
  readonly #onParent: ((failure: CloudError) => void) | undefined;
  #deadlineMs: number | undefined;
  #listeners: Set<(failure: CloudError) => void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs Limit in milliseconds, 0 for none. */
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
   * When the call must have ended, on `performance.now()`'s scale; infinite without a limit. Its time begins when this is
   * first asked for: with its first step that may take time.
   */
  get deadlineMs(): number {
    this.#deadlineMs ??=
      this.#parent?.deadlineMs ??
      (this.#timeoutMs > 0 ? performance.now() + this.#timeoutMs : Number.POSITIVE_INFINITY);
    return this.#deadlineMs;
  }

  /** A part of this call that can be cancelled alone, and is cancelled with it. */
  branch(): Call {
    return new Call(0, this.trace, undefined, this);
  }

  /** Calls back when the call is cancelled. Starts the clock of a call that has not waited before. */
  listen(listener: (failure: CloudError) => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    if (this.#timeoutMs > 0) this.#timer ??= setTimeout(() => this.expire(), this.deadlineMs - performance.now());
  }

  unlisten(listener: (failure: CloudError) => void): void {
    this.#listeners?.delete(listener);
  }

  /** Cancels the call, for the first reason given. */
  cancel(failure: CloudError): void {
    if (this.failure) return;
    this.failure = failure;
    for (const listener of this.#listeners ?? []) listener(failure);
  }

  /** Cancels the call because its time is up. */
  expire(): void {
    this.cancel(new CloudError('timeout', `the call did not end within its ${this.#timeoutMs} ms`));
  }

  /** Says what a cancelled call was waiting for, for whoever reads its failure, and for the call that it is a part of. */
  explain(explanation: string): void {
    if (this.explanation !== undefined) return;
    this.explanation = explanation;
    if (this.failure?.code !== 'timeout') return;
    this.failure = new CloudError('timeout', `${this.failure.message}: ${explanation}`, this.failure.details);
    this.#parent?.explain(explanation);
  }

  /** Must be called when the call is over, else its timer and signal hold on to it. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort);
    if (this.#onParent) this.#parent?.unlisten(this.#onParent);
  }

  #abort(): void {
    this.cancel(new CloudError('aborted', 'the call was aborted', {}, { cause: this.#signal?.reason }));
  }
}

/** The call under which the operation of another call cleans up, whatever becomes of that one. */
export function cleanupCall(call: Call): Call {
  return new Call(cleanupTimeoutMs, call.trace);
}
