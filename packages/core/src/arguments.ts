/** Checks of arguments that are the same for every service, and how arguments look in messages. */
import { invalidArgument } from './errors.ts';

/** A text that must not be empty: a name, a token. */
export function textOf(value: string, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidArgument(field, `must be a string that is not empty, not ${describe(value)}`);
}

/** How an argument looks in a message: its type, and its value when that is short. */
export function describe(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 80 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined)
    return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
