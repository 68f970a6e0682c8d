/** What can be cancelled as a whole: a call, the operations of a group, or the cleanup of one operation. */
import type { CloudError } from '../errors.ts';

/** Notified when a scope is cancelled. */
export type CancelListener = (failure: CloudError) => void;

/** A scope is cancelled at most once, with one reason. Whoever performs a step listens to the step's scope. */
export interface Scope {
  /** Why the scope was cancelled; `undefined` if it was not. */
  readonly failure: CloudError | undefined;
  /** Makes a part of this scope that can be cancelled separately, and is cancelled together with it. */
  branch(): Scope;
  /** Makes a scope that is not cancelled with this one, but after a time of its own in milliseconds; 0 for no limit. */
  detach(timeoutMs: number): Scope;
  /** Calls back when the scope is cancelled. */
  listen(listener: CancelListener): void;
  unlisten(listener: CancelListener): void;
  /** Cancels the scope. Only the first reason counts. */
  cancel(failure: CloudError): void;
  /** Must be called when nothing runs in the scope any more; otherwise its parent keeps it alive. */
  end(): void;
}
