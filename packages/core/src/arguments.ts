/** Checks of arguments that are the same for every service, and how arguments look in messages. */
import { invalidArgument } from './errors.ts';

/** A text that must not be empty: a name, a token. */
export function textOf(field: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidArgument(field, `must be a string that is not empty, not ${describe(value)}`);
}

/** The path of a file or folder, as the system may be asked for it. */
export function pathOf(field: string, value: string): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw invalidArgument(field, `must be a path, not ${describe(value)}`);
}

/**
 * How an argument looks in a message: its type, and its value when that is short; of an object the name of its class, and
 * nothing that it holds. Never throws, whatever the argument does when it is looked at.
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

/** The name of an object's class, where it has one that can be shown. */
export function classNameOf(value: object): string | undefined {
  try {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? name : undefined;
  } catch {
    // A getter or a proxy may throw.
    return undefined;
  }
}
