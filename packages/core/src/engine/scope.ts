/** What can be cancelled as a whole: a call, the operations of a group, or the cleanup of one operation. */
import type { CloudError } from '../errors.ts';

/** Notified when a scope is cancelled. */
export type CancelListener = (failure: CloudError) => void;

/**
 * A scope is cancelled at most once, with one reason. Whoever performs a step listens to the step's scope. It has no clock:
 * subclasses decide when time is up.
 */
export class Scope {
  /** Why the scope was cancelled; `undefined` if it was not. */
  failure: CloudError | undefined;
  readonly #parent: Scope | undefined;
  readonly #onParent: CancelListener | undefined;
  #listeners: Set<CancelListener> | undefined;

  /** @param parent When this scope is cancelled, the new one is too. */
  constructor(parent?: Scope) {
    this.#parent = parent;
    if (!parent) return;
    this.#onParent = (failure) => this.cancel(failure);
    if (parent.failure) this.failure = parent.failure;
    else parent.listen(this.#onParent);
  }

  /** Makes a part of this scope that can be cancelled separately, and is cancelled together with it. */
  branch(): Scope {
    return new Scope(this);
  }

  /** Makes a scope that is not cancelled with this one, but after a time of its own in milliseconds; 0 for no limit. */
  detach(_timeoutMs: number): Scope {
    return new Scope();
  }

  /** Calls back when the scope is cancelled. */
  listen(listener: CancelListener): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  unlisten(listener: CancelListener): void {
    this.#listeners?.delete(listener);
  }

  /** Cancels the scope. Only the first reason counts. */
  cancel(failure: CloudError): void {
    if (this.failure) return;
    this.failure = failure;
    for (const listener of this.#listeners ?? []) listener(failure);
  }

  /** Must be called when nothing runs in the scope any more; otherwise its parent keeps it alive. */
  end(): void {
    if (this.#onParent) this.#parent?.unlisten(this.#onParent);
  }
}
