/**
 * Checks of values, including nested ones. Errors name the path to the field, such as `rules[2].condition.ageInDays`.
 */
import { describe, invalidArgument } from '@isobar/core/provider';

/** An array of at most `max` entries. */
export function listOf(field: string, value: unknown, max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidArgument(field, `must be an array, not ${describe(value)}`);
  if (value.length > max) throw invalidArgument(field, `must have at most ${max} entries, not ${value.length}`);
  return value;
}

/** An object with known fields only. Refuses unknown ones: a misspelt condition must not be ignored. */
export function recordOf(field: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(field, `must be an object, not ${describe(value)}`);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidArgument(`${field}.${unknown}`, `is unknown; known are ${known.join(', ')}`);
  return value as Record<string, unknown>;
}

/** A whole number, at least 0. */
export function countOf(field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidArgument(field, `must be a whole number of at least 0, not ${describe(value)}`);
}

/** True or false. */
export function flagOf(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidArgument(field, `must be true or false, not ${describe(value)}`);
}

/** One of some strings. */
export function oneOf<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalidArgument(field, `must be one of ${choices.join(', ')}; not ${describe(value)}`);
  return found;
}

/** A non-empty string that XML can hold. */
export function documentText(field: string, value: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
  if (typeof value === 'string' && value !== '' && value.isWellFormed() && !/[\u0000-\u001f]/.test(value)) return value;
  throw invalidArgument(field, `must be a non-empty string without control characters; not ${describe(value)}`);
}

/** The service's name of a storage class. */
export function storageClassOf(field: string, value: unknown): string {
  if (typeof value === 'string' && /^[A-Z][A-Z_]*$/.test(value)) return value;
  throw invalidArgument(field, `must be the name of a storage class, such as NEARLINE; not ${describe(value)}`);
}
