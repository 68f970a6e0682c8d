/** An operation without steps, where an interface asks for one. */
import type { Operation } from './operation.ts';

/** Returns a known result. No exchange. */
// biome-ignore lint/correctness/useYield: it needs no step
export function* immediate<Result>(result: Result): Operation<Result> {
  return result;
}
