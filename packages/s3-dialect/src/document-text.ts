/** Checks text that goes into a document. */
import { describe, invalidArgument } from '@isobar/core/provider';

/** A non-empty string that XML can hold. */
export function documentText(field: string, value: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
  if (typeof value === 'string' && value !== '' && value.isWellFormed() && !/[\u0000-\u001f]/.test(value)) return value;
  throw invalidArgument(field, `must be a non-empty string without control characters; not ${describe(value)}`);
}
