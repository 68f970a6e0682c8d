/**
 * What a command line names: an object, a folder or a container of a cloud (`gs://bucket/name`, `s3://bucket/name`,
 * `PROFILE://bucket/name`), or a path on the disk (`file:/a/b`, `./b`). Names are taken as they are: nothing is percent-encoded.
 */
import { homedir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { usageError } from './usage-error.ts';

/** A place in a cloud. */
export interface CloudLocation {
  readonly kind: 'cloud';
  /** A scheme of a provider, or the name of a profile. */
  readonly scheme: string;
  /** Empty: the account. */
  readonly container: string;
  /** Name of an object, or a prefix. Empty: the container. */
  readonly name: string;
}

/** A place on the disk. */
export interface DiskLocation {
  readonly kind: 'disk';
  /** As it was written, for messages. */
  readonly written: string;
  readonly path: string;
  /** Whether it ends in a slash, so that it must be a folder. */
  readonly isFolder: boolean;
}

/** Standard input or output: `-`. */
export interface StandardStream {
  readonly kind: 'standard';
}

/** Any place. */
export type Location = CloudLocation | DiskLocation | StandardStream;

/** Schemes of the providers that have one. */
export const schemes: Readonly<Record<string, string>> = { gs: 'google-storage', s3: 's3' };

/** Reads a place from the command line. */
export function parseLocation(text: string): Location {
  if (text === '') throw usageError('a place must not be empty; write s3://BUCKET/NAME, gs://BUCKET/NAME or a path');
  if (text === '-') return { kind: 'standard' };
  const cloud = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text);
  if (cloud && cloud[1]?.toLowerCase() !== 'file') {
    const [, scheme = '', rest = ''] = cloud;
    const slash = rest.indexOf('/');
    const [container, name] = slash < 0 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash + 1)];
    if (container === '' && name !== '') throw usageError(`${text} has no bucket; write ${scheme}://BUCKET/NAME`);
    return { kind: 'cloud', scheme: scheme.toLowerCase(), container, name };
  }
  const written = text.replace(/^file:(\/\/(?=\/))?/i, '').replace(/^~(?=\/|$)/, homedir());
  if (written.includes('\0')) throw usageError('a path cannot have a NUL');
  return { kind: 'disk', written: text, path: resolve(written), isFolder: /[/\\]$|^\.{0,2}$/.test(written) };
}

/** A place as it is written. */
export function written(location: Location): string {
  if (location.kind === 'standard') return '-';
  if (location.kind === 'disk') return location.path;
  const { container, name, scheme } = location;
  return `${scheme}://${container}${container === '' ? '' : '/'}${name}`;
}

/** The part of a name after its last slash. */
export function lastSegment(location: CloudLocation | DiskLocation): string {
  return location.kind === 'disk' ? basename(location.path) : location.name.slice(location.name.lastIndexOf('/') + 1);
}

/** The same place with a name below it. */
export function below<Place extends CloudLocation | DiskLocation>(place: Place, name: string): Place {
  if (place.kind === 'disk') return { ...place, path: resolve(place.path, name), isFolder: false };
  const { name: prefix } = place as CloudLocation;
  return { ...place, name: prefix === '' || prefix.endsWith('/') ? prefix + name : `${prefix}/${name}` };
}

/** A glob, split into the place that it starts from and the pattern below it; `undefined` when it has no special character. */
export function splitGlob<Place extends CloudLocation | DiskLocation>(
  place: Place,
): { readonly base: Place; readonly pattern: string } | undefined {
  const text = place.kind === 'disk' ? place.path : (place as CloudLocation).name;
  const special = /[*?[{]/.exec(text);
  if (!special) return undefined;
  const slash = text.lastIndexOf('/', special.index);
  const pattern = text.slice(slash + 1);
  if (place.kind === 'disk') return { base: { ...place, path: text.slice(0, slash) || '/', isFolder: true }, pattern };
  return { base: { ...place, name: text.slice(0, slash + 1) }, pattern };
}

/** How a folder of the disk is a tree of the local provider: a container, and a prefix where its name cannot be one's. */
export function diskTree(path: string): {
  readonly folder: string;
  readonly container: string;
  readonly prefix: string;
} {
  let [folder, container, prefix] = [dirname(path), basename(path), ''];
  while (!/^[^.\p{Cc}\\/:*?"<>|#][^\p{Cc}\\/:*?"<>|#]*$/u.test(container)) {
    if (container === '')
      throw usageError(`${path}: the folder of the whole disk cannot be transferred; name one in it`);
    prefix = `${container}/${prefix}`;
    [folder, container] = [dirname(folder), basename(folder)];
  }
  return { folder, container, prefix };
}
