/** Something that must be loaded before its first use, such as credentials from a file or the environment. */
import type { Operation } from './operations/operation.ts';
import { share } from './steps/flow-steps.ts';

/** What is loaded once. */
export interface LoadedOnce<Value> {
  /** The value; `undefined` before it is loaded. */
  loaded(): Value | undefined;
  /** Loads the value, unless it is loaded. Concurrent callers share one attempt; after a failure the next call tries again. */
  load(): Operation<Value>;
}

/** Loads a value when it is first needed. */
export function loadOnce<Value>(find: () => Operation<Value>): LoadedOnce<Value> {
  const owner = {};
  let found: { readonly value: Value } | undefined;
  function* keep(): Operation<Value> {
    found ??= { value: yield* find() };
    return found.value;
  }
  return {
    loaded: () => found?.value,
    *load() {
      return found ? found.value : yield* share(owner, keep());
    },
  };
}
