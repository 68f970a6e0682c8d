/** A scope without a clock: only a test, or the engine, cancels it. */
import type { CancelListener, CloudError, Scope } from '../provider.ts';

/** What a script can cancel. */
export class ScriptedScope implements Scope {
  failure: CloudError | undefined;
  readonly #parent: ScriptedScope | undefined;
  readonly #onParent: CancelListener = (failure) => this.cancel(failure);
  readonly #listeners = new Set<CancelListener>();

  constructor(parent?: ScriptedScope) {
    this.#parent = parent;
    this.failure = parent?.failure;
    parent?.listen(this.#onParent);
  }

  /** Nothing listens when all operations have ended. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  branch(): ScriptedScope {
    return new ScriptedScope(this);
  }

  detach(): ScriptedScope {
    return new ScriptedScope();
  }

  listen(listener: CancelListener): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: CancelListener): void {
    this.#listeners.delete(listener);
  }

  cancel(failure: CloudError): void {
    if (this.failure) return;
    this.failure = failure;
    for (const listener of this.#listeners) listener(failure);
  }

  end(): void {
    this.#parent?.unlisten(this.#onParent);
  }
}
