/** Argument checks that every service shares, and how error messages show an argument. */
import { invalidArgument } from './errors.ts';

/** Checks that an argument is a non-empty string, such as a name or a token. */
export function textOf(field: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidArgument(field, `must be a string that is not empty, not ${describe(value)}`);
}

/** Checks that an argument can be a path: a non-empty string without NUL. */
export function pathOf(field: string, value: string): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw invalidArgument(field, `must be a path, not ${describe(value)}`);
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
