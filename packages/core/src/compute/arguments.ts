/** Checks of compute arguments, shared by all providers. All run before anything is sent. */
import { describe } from '../arguments.ts';
import { invalidArgument } from '../errors.ts';

/** The id of a node, volume, size or other resource that was passed as an id or as a model. */
export function idOf(value: { readonly id: string } | string, field: string): string {
  const id = typeof value === 'object' && value !== null ? value.id : value;
  if (typeof id === 'string' && id !== '') return id;
  throw invalidArgument(field, `must be an id or a model that a method returned, not ${describe(value)}`);
}

/** The name of a key pair that was passed as a name or as a model. */
export function keyPairNameOf(value: { readonly name: string } | string, field = 'keyPair'): string {
  const name = typeof value === 'object' && value !== null ? value.name : value;
  if (typeof name === 'string' && name !== '') return name;
  throw invalidArgument(field, `must be a key pair or its name, not ${describe(value)}`);
}
