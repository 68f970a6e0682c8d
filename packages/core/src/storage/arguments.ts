/** Checks of storage arguments, shared by all providers. All run before anything is sent. */
import { describe } from '../arguments.ts';
import { invalidArgument } from '../errors.ts';
import type { ContainerReference, ObjectReference } from './models.ts';

/** The container and name of an object, both as strings. */
export interface ObjectLocation {
  readonly container: string;
  readonly name: string;
}

/** A byte range: start inclusive, end exclusive; without an end it is open. */
export interface ByteRange {
  readonly startBytes: number;
  readonly endBytes?: number;
}

/** The name of a container that was passed as a name or as a model. */
export function containerNameOf(container: ContainerReference, field = 'container'): string {
  const isModel = typeof container === 'object' && container !== null;
  const name = isModel ? container.name : container;
  const given = isModel && 'container' in container ? 'an object in a container' : undefined;
  if (typeof name !== 'string' || name === '' || given) {
    throw invalidArgument(field, `must be a container or its name, not ${given ?? describe(container)}`);
  }
  return name;
}

/** The container and name of an object that was passed as a model or as `{ container, name }`. */
export function locationOf(object: ObjectReference, field = 'object'): ObjectLocation {
  if (typeof object !== 'object' || object === null) {
    const isName = field === 'object' && typeof object === 'string' && object !== '';
    const hint = isName ? `; pass { container: ${describe(object)}, name }` : '';
    throw invalidArgument(field, `must be an object or { container, name }, not ${describe(object)}${hint}`);
  }
  return { container: containerNameOf(object.container, `${field}.container`), name: object.name };
}

/** Checks an iterable of objects, which may be asynchronous. A string is iterable too, but is refused. */
export function objectsOf<Items extends object>(objects: Items): Items {
  const isObject = typeof objects === 'object' && objects !== null;
  if (isObject && (Symbol.iterator in objects || Symbol.asyncIterator in objects)) return objects;
  throw invalidArgument('objects', `must be an iterable of objects, not ${describe(objects)}`);
}

/** Checks that the bounds of a range are whole numbers in order. */
export function checkRange(startBytes: number, endBytes: number | undefined): ByteRange {
  if (!Number.isSafeInteger(startBytes) || startBytes < 0) {
    throw invalidArgument('startBytes', `must be a whole number of bytes from 0, not ${describe(startBytes)}`);
  }
  if (endBytes === undefined) return { startBytes };
  if (!Number.isSafeInteger(endBytes) || endBytes <= startBytes) {
    const rule = `must be a whole number of bytes above startBytes (${startBytes})`;
    throw invalidArgument('endBytes', `${rule}, because the end is exclusive; not ${describe(endBytes)}`);
  }
  return { startBytes, endBytes };
}

/** A header value that arrives unchanged: HTTP strips white space at both ends. */
export function headerValue(field: string, value: string): string {
  if (typeof value !== 'string') throw invalidArgument(field, `must be a string, not ${describe(value)}`);
  const problem =
    (!/^[\x20-\x7e\t]*$/.test(value) && 'must be printable ASCII, as it becomes a header') ||
    (/^\s|\s$/.test(value) && 'must not start or end with white space, as it becomes a header');
  if (problem) throw invalidArgument(field, `${problem}; encode it, for example with encodeURIComponent()`);
  return value;
}

/**
 * User metadata with lower-case keys, which every provider can hold: as headers of requests.
 *
 * @param maxBytes Maximum size of all keys and values.
 * @throws {CloudError} `invalid-argument`.
 */
export function metadataOf(metadata: Readonly<Record<string, string>>, maxBytes: number): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null) {
    throw invalidArgument('metadata', `must be an object of strings, not ${describe(metadata)}`);
  }
  const lower = new Map<string, string>();
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key)) {
      throw invalidArgument('metadata', `has the key ${describe(key)}; keys are ASCII letters, digits and -_.`);
    }
    const name = key.toLowerCase();
    if (lower.has(name)) throw invalidArgument('metadata', `has the key ${describe(key)} twice: case does not matter`);
    lower.set(name, headerValue(`metadata.${key}`, value));
    bytes += key.length + value.length;
  }
  if (bytes > maxBytes) {
    throw invalidArgument('metadata', `must be at most ${maxBytes} bytes in total, not ${bytes}`);
  }
  return Object.fromEntries(lower);
}
