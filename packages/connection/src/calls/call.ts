/** One running call, or a part of it: its timeout, its caller's signal, and who must know when it is cancelled. */
import {
  type CancelListener,
  type Cancellable,
  CloudError,
  type ListingOptions,
  type Scope,
} from '@isobar/core/provider';
import type { OperationTrace } from '../tracing.ts';

/** A scope that is cancelled when its time is up or its signal fires. */
export class Call implements Scope {
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
  readonly #onParent: CancelListener | undefined;
  #deadlineMs: number | undefined;
  /** Most calls have one listener at a time. */
  #listener: CancelListener | undefined;
  #others: Set<CancelListener> | undefined;
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
    this.#deadlineMs ??= Math.min(
      this.#parent?.deadlineMs ?? Number.POSITIVE_INFINITY,
      this.#timeoutMs > 0 ? performance.now() + this.#timeoutMs : Number.POSITIVE_INFINITY,
    );
    return this.#deadlineMs;
  }

  branch(): Call {
    return new Call(0, this.trace, undefined, this);
  }

  detach(timeoutMs: number): Call {
    return new Call(timeoutMs, this.trace);
  }

  /** Calls back when the call is cancelled. Starts the call's timer if it is not running. */
  listen(listener: CancelListener): void {
    if (!this.#listener || this.#listener === listener) {
      this.#listener = listener;
    } else {
      this.#others ??= new Set();
      this.#others.add(listener);
    }
    if (this.#timeoutMs > 0) this.#timer ??= setTimeout(expire, this.deadlineMs - performance.now(), this);
  }

  unlisten(listener: CancelListener): void {
    if (this.#listener === listener) this.#listener = undefined;
    this.#others?.delete(listener);
  }

  cancel(failure: CloudError): void {
    if (this.failure) return;
    this.failure = failure;
    const [first, others] = [this.#listener, this.#others];
    first?.(failure);
    for (const listener of others ?? []) listener(failure);
  }

  /** Cancels the call, or the call of which it is a part, because its timeout has expired. */
  expire(): void {
    if (this.#parent && this.#parent.deadlineMs <= this.deadlineMs) this.#parent.expire();
    else this.cancel(new CloudError('timeout', `the call did not end within its ${this.#timeoutMs} ms`));
  }

  /** Adds to the timeout error of this call, and of the call that it is a part of, what the call was waiting for. */
  explain(explanation: string): void {
    if (this.explanation !== undefined) return;
    this.explanation = explanation;
    const { failure } = this;
    if (failure?.code !== 'timeout') return;
    if (this.#parent?.failure === failure) this.#parent.explain(explanation);
    this.failure = new CloudError('timeout', `${failure.message}: ${explanation}`, failure.details);
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

function expire(call: Call): void {
  call.expire();
}

/** Checked options of a call in either kind; see `option-names.ts`. */
export type AnyCallOptions = ListingOptions & Cancellable;
