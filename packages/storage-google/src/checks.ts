/** Checks of values, nested ones too: each failure names the path to the field, such as `rules[2].condition.ageInDays`. */
import { describe, invalidArgument } from '@isobar/core/provider';

/** A list that is not longer than the service allows. */
export function listOf(field: string, value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidArgument(field, `must be an array, not ${describe(value)}`);
  if (value.length > most) throw invalidArgument(field, `must have at most ${most} entries, not ${value.length}`);
  return value;
}

/** An object without fields that are not known: a misspelt condition must not become a missing one. */
export function recordOf(field: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(field, `must be an object, not ${describe(value)}`);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidArgument(`${field}.${unknown}`, `is unknown; known are ${known.join(', ')}`);
  return value as Record<string, unknown>;
}

/** A whole number from 0. */
export function countOf(field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidArgument(field, `must be a whole number from 0, not ${describe(value)}`);
}

/** True or false. */
export function flagOf(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidArgument(field, `must be true or false, not ${describe(value)}`);
}

/** One of some words. */
export function oneOf<Word extends string>(field: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw invalidArgument(field, `must be one of ${words.join(', ')}; not ${describe(value)}`);
  return found;
}

/** Text that is there and can be written into a document. */
export function documentText(field: string, value: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a document cannot hold them
  if (typeof value === 'string' && value !== '' && value.isWellFormed() && !/[\u0000-\u001f]/.test(value)) return value;
  throw invalidArgument(field, `must be text without control characters, and not empty; not ${describe(value)}`);
}

/** The name of a storage class, in the service's own words. */
export function storageClassOf(field: string, value: unknown): string {
  if (typeof value === 'string' && /^[A-Z][A-Z_]*$/.test(value)) return value;
  throw invalidArgument(field, `must be the name of a storage class, such as NEARLINE; not ${describe(value)}`);
}
