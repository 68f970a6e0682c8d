/** Checks of names, headers and metadata against Google Storage's rules. All run before anything is sent. */
import {
  type ContainerReference,
  containerNameOf,
  describe,
  invalidArgument,
  locationOf,
  type ObjectLocation,
  type ObjectReference,
} from '@isobar/core/provider';
import { maxMetadataBytes, maxObjectNameBytes } from './limits.ts';

const encoder = new TextEncoder();

/** The name of a bucket that may exist. */
export function bucketNameOf(container: ContainerReference, field = 'container'): string {
  const name = containerNameOf(container, field);
  if (/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)) return name;
  const rule = 'must be 3–222 characters a–z, 0–9, dash, underscore or dot, and begin and end with a letter or digit';
  throw invalidArgument(field, `${rule}; not ${describe(name)}`);
}

/**
 * The name of a bucket that may be made: Google has more rules for those.
 *
 * @see https://cloud.google.com/storage/docs/buckets#naming
 */
export function newBucketName(containerName: string): string {
  const name = bucketNameOf(containerName, 'containerName');
  const labels = name.split('.');
  const problem =
    (labels.some((label) => label.length > 63 || label === '') && 'must have 1–63 characters between dots') ||
    (/\.-|-\./.test(name) && 'must not have a dash beside a dot') ||
    (/^\d+\.\d+\.\d+\.\d+$/.test(name) && 'must not look like an IP address') ||
    (/^goog|google/.test(name) && 'must not begin with "goog" or contain "google"');
  if (problem) throw invalidArgument('containerName', `${problem}; not ${describe(name)}`);
  return name;
}

/**
 * The name of an object, exactly as it will be stored.
 *
 * @see https://cloud.google.com/storage/docs/objects#naming
 */
export function objectNameOf(name: string, field = 'objectName'): string {
  if (typeof name !== 'string') throw invalidArgument(field, `must be a string, not ${describe(name)}`);
  // No character of a string takes more than three bytes, so most names need no counting.
  const bytes = name.length * 3 <= maxObjectNameBytes ? name.length : encoder.encode(name).length;
  const problem =
    (!name.isWellFormed() && 'must be well-formed Unicode, without lone surrogates') ||
    (bytes === 0 && 'must not be empty') ||
    (bytes > maxObjectNameBytes && `must be at most ${maxObjectNameBytes} bytes of UTF-8, not ${bytes}`) ||
    (/[\r\n]/.test(name) && 'must not contain line breaks') ||
    ((name === '.' || name === '..') && 'must not be "." or ".."');
  if (problem) throw invalidArgument(field, problem);
  return name;
}

/** Where an object lies, both names checked. */
export function checkedLocation(object: ObjectReference, field = 'object'): ObjectLocation {
  const { container, name } = locationOf(object, field);
  return { container: bucketNameOf(container, `${field}.container`), name: objectNameOf(name, `${field}.name`) };
}

/** Where an object lies whose names are arguments of their own, both checked. */
export function locationAt(container: ContainerReference, objectName: string): ObjectLocation {
  return { container: bucketNameOf(container), name: objectNameOf(objectName) };
}

/** A value that may stand in a header line and arrives as it was sent: HTTP drops blanks at either end. */
export function headerValue(field: string, value: string): string {
  if (typeof value !== 'string') throw invalidArgument(field, `must be a string, not ${describe(value)}`);
  const problem =
    (!/^[\x20-\x7e\t]*$/.test(value) && 'must be printable ASCII, as it becomes a header') ||
    (/^\s|\s$/.test(value) && 'must not begin or end with a blank, as it becomes a header');
  if (problem) throw invalidArgument(field, `${problem}; encode it, for example with encodeURIComponent()`);
  return value;
}

/** User metadata as headers with a prefix. */
export function metadataHeaders(metadata: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null) {
    throw invalidArgument('metadata', `must be an object of strings, not ${describe(metadata)}`);
  }
  const headers: Record<string, string> = {};
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key)) {
      throw invalidArgument('metadata', `has the key ${describe(key)}; keys are ASCII letters, digits and -_.`);
    }
    const name = prefix + key.toLowerCase();
    if (name in headers) throw invalidArgument('metadata', `has the key ${describe(key)} twice: case does not matter`);
    headers[name] = headerValue(`metadata.${key}`, value);
    bytes += key.length + value.length;
  }
  if (bytes > maxMetadataBytes) {
    throw invalidArgument('metadata', `must be at most ${maxMetadataBytes} bytes in all, not ${bytes}`);
  }
  return headers;
}
