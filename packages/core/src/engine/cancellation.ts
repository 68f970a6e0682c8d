/** The error that cancels an operation. */

/** Not a `CloudError`: operations catch only those. One instance is shared, so its stack is meaningless. */
class Cancellation extends Error {
  override readonly name = 'Cancellation';
}

/**
 * Thrown into a cancelled operation at its current step, so that its `finally` blocks run.
 *
 * `Generator.return` does not work: if a `finally` block of an inner operation yields, `yield*` drops the return, and the
 * outer operation continues with its next step.
 *
 * @see https://tc39.es/ecma262/#sec-generator-function-definitions-runtime-semantics-evaluation
 */
export const cancellation: Error = new Cancellation('the call was cancelled');
