/** Makes trees and objects of drivers from the places of a command line. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import type { AsyncStorageDriver } from '@isobar/core';
import type { AsyncPlace, AsyncTree } from '@isobar/transfer';
import type { CommandContext } from './command-context.ts';
import { type CloudLocation, type DiskLocation, diskTree, type Location, parseLocation, written } from './locations.ts';
import { usageError } from './usage-error.ts';

/** A place that is not a standard stream. */
export type Place = CloudLocation | DiskLocation;

/** Reads a place that cannot be a standard stream. */
export function placeOf(text: string): Place {
  const location: Location = parseLocation(text);
  if (location.kind === 'standard') throw usageError('- is for one object of cp only');
  return location;
}

/** Reads a place in a cloud. */
export function cloudOf(text: string, what: string): CloudLocation {
  const location = parseLocation(text);
  if (location.kind === 'cloud') return location;
  throw usageError(`${text}: ${what} is for clouds; write s3://BUCKET or gs://BUCKET`);
}

/** What is on the disk at a path. */
export function kindOf(path: string): 'file' | 'folder' | 'other' | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status && (status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other');
}

/** Whether a place can only be a folder: by its name, or because the disk has one there. */
export function isFolder(place: Place): boolean {
  if (place.kind === 'disk') return place.isFolder || kindOf(place.path) === 'folder';
  return place.name === '' || place.name.endsWith('/');
}

/** A tree that is read: it must exist. */
export async function sourceTree(context: CommandContext, place: Place): Promise<AsyncTree> {
  if (place.kind === 'cloud') return await cloudTree(context, place);
  const kind = kindOf(place.path);
  if (kind !== 'folder')
    throw usageError(kind ? `${place.path} is a ${kind}, not a folder` : `${place.path} does not exist`);
  return await treeOnDisk(context, realpathSync(place.path), false);
}

/** Refuses two folders of the disk of which one contains the other: a run would copy its own copies, or delete its source. */
export function refuseNested(source: Place, destination: Place): void {
  if (source.kind !== 'disk' || destination.kind !== 'disk') return;
  const [from, to] = [realPath(source.path), realPath(destination.path)].map((path) => `${path}${sep}`) as [
    string,
    string,
  ];
  if (!from.startsWith(to) && !to.startsWith(from)) return;
  throw usageError(`${source.path} and ${destination.path} overlap: one contains the other`);
}

/** The real path of what exists of a path, and the rest as it is. */
function realPath(path: string): string {
  if (kindOf(path) !== undefined) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), basename(path));
}

/** A tree that is written: a missing folder is made, but not in a dry run. */
export async function destinationTree(
  context: CommandContext,
  place: Place,
  { dryRun = false, fsync = false }: { readonly dryRun?: boolean; readonly fsync?: boolean },
): Promise<AsyncTree> {
  if (place.kind === 'cloud') return await cloudTree(context, place);
  const kind = kindOf(place.path);
  if (kind !== undefined && kind !== 'folder') throw usageError(`${place.path} is a ${kind}, not a folder`);
  if (kind === undefined && dryRun) {
    const stand = mkdtempSync(join(tmpdir(), 'isobar-'));
    context.onEnd(() => rmSync(stand, { recursive: true, force: true }));
    return await treeOnDisk(context, stand, false);
  }
  if (kind === undefined) mkdirSync(place.path, { recursive: true });
  return await treeOnDisk(context, realpathSync(place.path), fsync);
}

async function cloudTree({ drivers }: CommandContext, place: CloudLocation): Promise<AsyncTree> {
  if (place.container === '') throw usageError(`${written(place)} has no bucket; write ${place.scheme}://BUCKET`);
  return { driver: await drivers.storage(place.scheme), container: place.container, prefix: place.name };
}

async function treeOnDisk({ drivers }: CommandContext, path: string, fsync: boolean): Promise<AsyncTree> {
  const { container, folder, prefix } = diskTree(path);
  return { driver: await drivers.disk(folder, fsync), container, prefix };
}

/** An object of a cloud. */
export async function cloudObject({ drivers }: CommandContext, place: CloudLocation): Promise<AsyncPlace> {
  const { container, name, scheme } = place;
  if (container === '' || name === '')
    throw usageError(`${written(place)} is not an object; write ${scheme}://BUCKET/NAME`);
  return { driver: await drivers.storage(scheme), container, name };
}

/** A file of the disk as an object. */
export async function diskObject({ drivers }: CommandContext, path: string): Promise<AsyncPlace> {
  const { container, folder, prefix } = diskTree(dirname(path));
  return { driver: await drivers.disk(folder, true), container, name: prefix + basename(path) };
}

/** Whether a place is an object or a file, not a folder of them. One exchange for a cloud. */
export async function isObject(context: CommandContext, place: Place): Promise<boolean> {
  if (place.kind === 'disk') return kindOf(place.path) === 'file';
  const { container, name, scheme } = place;
  if (container === '' || name === '' || name.endsWith('/')) return false;
  return await (await context.drivers.storage(scheme)).objectExists(container, name, { signal: context.signal });
}

/** A container that exists, or must be made. */
export async function containerOf(
  { drivers }: CommandContext,
  place: CloudLocation,
): Promise<{ readonly driver: AsyncStorageDriver; readonly name: string }> {
  if (place.container === '' || place.name !== '')
    throw usageError(`${written(place)} is not a bucket; write ${place.scheme}://BUCKET`);
  return { driver: await drivers.storage(place.scheme), name: place.container };
}
