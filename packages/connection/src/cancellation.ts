/** How a cancelled operation learns of it. */

/** Not a `CloudError`, so that operations, which handle only those, let it pass. Its stack says nothing, as it is shared. */
class Cancellation extends Error {
  override readonly name = 'Cancellation';
}

/**
 * What a cancelled operation is thrown at the step that it waits for. Its `finally` blocks run, and what they clean up is
 * cleaned up.
 *
 * `return` would not do: when a `finally` block of an inner operation yields, `yield*` forgets that it was told to return,
 * and the outer operation goes on with its next step as if nothing had happened.
 *
 * @see https://tc39.es/ecma262/#sec-generator-function-definitions-runtime-semantics-evaluation
 */
export const cancellation: Error = new Cancellation('the call was cancelled');
