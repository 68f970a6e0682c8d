/** Checks of storage arguments that are the same for every provider. All run before anything is sent. */
import { describe } from '../arguments.ts';
import { invalidArgument } from '../errors.ts';
import type { ContainerReference, ObjectReference } from './models.ts';

/** Where an object lies, both names as strings. */
export interface ObjectLocation {
  readonly container: string;
  readonly name: string;
}

/** A range of bytes: start inclusive, end exclusive, or open. */
export interface ByteRange {
  readonly startBytes: number;
  readonly endBytes?: number;
}

/** The name of a container that was given as a name or as a model. */
export function containerNameOf(container: ContainerReference): string {
  const name = typeof container === 'object' && container !== null ? container.name : container;
  if (typeof name !== 'string' || name === '') {
    throw invalidArgument('container', `must be a container or its name, not ${describe(container)}`);
  }
  return name;
}

/** Where an object lies that was given as a model or as `{ container, name }`. */
export function locationOf(object: ObjectReference): ObjectLocation {
  if (typeof object !== 'object' || object === null) {
    throw invalidArgument('object', `must be an object or { container, name }, not ${describe(object)}`);
  }
  return { container: containerNameOf(object.container), name: object.name };
}

/** A range with whole, ordered bounds. */
export function checkRange(startBytes: number, endBytes: number | undefined): ByteRange {
  if (!Number.isSafeInteger(startBytes) || startBytes < 0) {
    throw invalidArgument('startBytes', `must be a whole number of bytes from 0, not ${describe(startBytes)}`);
  }
  if (endBytes === undefined) return { startBytes };
  if (!Number.isSafeInteger(endBytes) || endBytes <= startBytes) {
    const rule = `must be a whole number of bytes above startBytes (${startBytes})`;
    throw invalidArgument('endBytes', `${rule}, as the end is exclusive; not ${describe(endBytes)}`);
  }
  return { startBytes, endBytes };
}
