/** Checks of compute arguments that are the same for every provider. All run before anything is sent. */
import { invalidArgument } from '../errors.ts';
import { describe } from '../storage/arguments.ts';

/** The id of a node, volume, size or other thing that was given as its id or as a model. */
export function idOf(value: { readonly id: string } | string, field: string): string {
  const id = typeof value === 'object' && value !== null ? value.id : value;
  if (typeof id === 'string' && id !== '') return id;
  throw invalidArgument(field, `must be an id or what a method returned, not ${describe(value)}`);
}

/** A text that must not be empty: a name, a token. */
export function textOf(value: string, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidArgument(field, `must be a string that is not empty, not ${describe(value)}`);
}

/** The name of a key pair that was given as its name or as a model. */
export function keyPairNameOf(value: { readonly name: string } | string, field = 'keyPair'): string {
  const name = typeof value === 'object' && value !== null ? value.name : value;
  if (typeof name === 'string' && name !== '') return name;
  throw invalidArgument(field, `must be a key pair or its name, not ${describe(value)}`);
}
