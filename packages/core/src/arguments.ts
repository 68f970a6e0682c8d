/**
 * Checks of arguments, which every provider shares, and how error messages show an argument. Errors name the path to a
 * nested field, such as `rules[2].condition.ageInDays`.
 */
import { invalidArgument } from './errors.ts';

/** Checks that an argument is a non-empty string, such as a name or a token. */
export function textOf(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidArgument(field, `must be a string that is not empty, not ${describe(value)}`);
}

/** Checks that an argument can be a path: a non-empty string without NUL. */
export function pathOf(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw invalidArgument(field, `must be a path, not ${describe(value)}`);
}

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

/** A whole number within limits. By default at least 0. */
export function countOf(field: string, value: unknown, min = 0, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw invalidArgument(field, `must be a whole number ${range}, not ${describe(value)}`);
}

/** True or false. */
export function flagOf(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidArgument(field, `must be true or false, not ${describe(value)}`);
}

/** A string, which may be empty and hold any character. */
export function stringOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalidArgument(field, `must be a string, not ${describe(value)}`);
}

/** A string without lone surrogates, so that it can be sent as UTF-8. May be empty. */
export function wellFormedOf(field: string, value: unknown): string {
  if (typeof value === 'string' && value.isWellFormed()) return value;
  throw invalidArgument(field, `must be a well-formed string, not ${describe(value)}`);
}

/** A number of milliseconds from 0. */
export function millisecondsOf(field: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw invalidArgument(field, `must be a number of milliseconds from 0 (no limit), not ${describe(value)}`);
}

/** A date that is one. */
export function timeOf(field: string, value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw invalidArgument(field, `must be a valid Date, not ${describe(value)}`);
}

/** A function. */
export function functionOf(field: string, value: unknown): (...args: never) => unknown {
  if (typeof value === 'function') return value as (...args: never) => unknown;
  throw invalidArgument(field, `must be a function, not ${describe(value)}`);
}

/** One of some strings. */
export function oneOf<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalidArgument(field, `must be one of ${choices.join(', ')}; not ${describe(value)}`);
  return found;
}

/**
 * Describes an argument for an error message: a short primitive by its value, an object by its class name only, never by
 * its contents, which may be secret. Never throws, even for a proxy or a getter that does.
 */
export function describe(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 80 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined)
    return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name = classNameOf(value);
  if (name === undefined || name === 'Object') return 'an object';
  if (name === 'Array') return 'an array';
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** The name of an object's class; `undefined` when it has none, or one that does not look like a name. */
export function classNameOf(value: object): string | undefined {
  try {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? name : undefined;
  } catch {
    // A getter or a proxy may throw.
    return undefined;
  }
}
