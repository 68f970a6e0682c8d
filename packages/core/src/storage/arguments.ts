/** Checks of storage arguments that are the same for every provider. All run before anything is sent. */
import { describe } from '../arguments.ts';
import { byteHint } from '../byte-hints.ts';
import { invalidArgument } from '../errors.ts';
import type { ContainerReference, ObjectReference } from './models.ts';

const encoder = new TextEncoder();

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
export function containerNameOf(container: ContainerReference, field = 'container'): string {
  const isModel = typeof container === 'object' && container !== null;
  const name = isModel ? container.name : container;
  const given = isModel && 'container' in container ? 'an object in a container' : undefined;
  if (typeof name !== 'string' || name === '' || given) {
    throw invalidArgument(field, `must be a container or its name, not ${given ?? describe(container)}`);
  }
  return name;
}

/** Where an object lies that was given as a model or as `{ container, name }`. */
export function locationOf(object: ObjectReference, field = 'object'): ObjectLocation {
  if (typeof object !== 'object' || object === null) {
    const isName = field === 'object' && typeof object === 'string' && object !== '';
    const hint = isName ? `; pass { container: ${describe(object)}, name }` : '';
    throw invalidArgument(field, `must be an object or { container, name }, not ${describe(object)}${hint}`);
  }
  return { container: containerNameOf(object.container, `${field}.container`), name: object.name };
}

/** Bytes that were given as bytes, or as a string in UTF-8. */
export function bytesOf(data: Uint8Array | string): Uint8Array {
  if (typeof data === 'string') return encoder.encode(data);
  // Views alone are asked for their class: a proxy of something else may throw.
  if (ArrayBuffer.isView(data) && data instanceof Uint8Array) return data;
  const hint = byteHint(data, 'bytes');
  throw invalidArgument('data', `must be a Uint8Array or a string, not ${describe(data)}${hint}`);
}

/** A list of objects. A string is iterable too, but names no objects. */
export function objectsOf<Item>(objects: Iterable<Item>): Iterable<Item> {
  if (typeof objects === 'object' && objects !== null && Symbol.iterator in objects) return objects;
  const hint = 'of an asynchronous listing pass what toArray() gives';
  throw invalidArgument('objects', `must be an iterable of objects, not ${describe(objects)}; ${hint}`);
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
