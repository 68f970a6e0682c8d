/** Tokens that make creations safe to repeat. */
import { textOf } from '../arguments.ts';
import type { Operation } from '../operations/operation.ts';
import { entropy } from '../steps/local-steps.ts';

/** The token that makes a creation safe to repeat: the caller's, or a random one for all attempts of this call. */
export function* clientTokenOf({ clientToken }: { readonly clientToken?: string }): Operation<string> {
  if (clientToken !== undefined) return textOf('clientToken', clientToken);
  const bytes = yield* entropy(16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
