/** `isobar cp` and `isobar mv`. */
import { mkdirSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AsyncStorageDriver, isCloudError, type TransferProgress } from '@isobar/core';
import { copyObject, copyTree, moveTree } from '@isobar/transfer';
import type { CommandContext } from '../command-context.ts';
import {
  below,
  type DiskLocation,
  type Location,
  lastSegment,
  parseLocation,
  splitGlob,
  written,
} from '../locations.ts';
import {
  cloudObject,
  destinationTree,
  diskObject,
  isFolder,
  isObject,
  kindOf,
  type Place,
  refuseNested,
  sourceTree,
} from '../places.ts';
import { sizeText } from '../sizes.ts';
import { type TreeOptions, treeOptions } from '../tree-options.ts';
import { showTransfer } from '../tree-output.ts';
import { usageError } from '../usage-error.ts';

/** Options of `cp` and `mv`. */
interface CopyOptions extends TreeOptions {
  readonly recursive?: boolean;
  readonly contentType?: string;
}

/** Copies. */
export async function cp(context: CommandContext, args: readonly string[], options: CopyOptions): Promise<number> {
  return await copyOrMove('cp', context, args, options);
}

/** Moves. */
export async function mv(context: CommandContext, args: readonly string[], options: CopyOptions): Promise<number> {
  return await copyOrMove('mv', context, args, options);
}

async function copyOrMove(
  command: 'cp' | 'mv',
  context: CommandContext,
  args: readonly string[],
  options: CopyOptions,
): Promise<number> {
  if (args.length < 2) throw usageError(`isobar ${command} needs a source and a destination`);
  const sources = args.slice(0, -1).map(parseLocation);
  const destination = parseLocation(args.at(-1) as string);
  let exitCode = 0;
  for (const source of sources) {
    if (sources.length > 1) checkFolder(destination);
    exitCode = Math.max(exitCode, await copyFrom(command, context, source, destination, options));
  }
  return exitCode;
}

function checkFolder(destination: Location): void {
  if (destination.kind !== 'standard' && isFolder(destination)) return;
  throw usageError(`${written(destination)} must be a folder for several sources; end it with a slash`);
}

async function copyFrom(
  command: 'cp' | 'mv',
  context: CommandContext,
  source: Location,
  destination: Location,
  options: CopyOptions,
): Promise<number> {
  if (source.kind === 'standard' || destination.kind === 'standard') {
    return await copyStream(command, context, source, destination, options);
  }
  const glob = source.kind === 'disk' && kindOf(source.path) ? undefined : splitGlob(source);
  if (!glob && (!options.recursive || (await isObject(context, source))))
    return await copySingle(command, context, source, destination, options);
  refuseNested(glob?.base ?? source, destination);
  const run = command === 'cp' ? copyTree : moveTree;
  const from = await sourceTree(context, glob?.base ?? source);
  const to = await destinationTree(context, destination, options);
  const chosen = treeOptions(options, destination);
  const globbed = glob ? { ...chosen, include: [`/${glob.pattern}`, ...(chosen.include ?? [])] } : chosen;
  return await showTransfer(context, (callbacks) => run(from, to, { ...globbed, ...callbacks }), written(source));
}

/** Copies one object, to or from the standard streams. */
async function copyStream(
  command: string,
  context: CommandContext,
  source: Location,
  destination: Location,
  { contentType }: CopyOptions,
): Promise<number> {
  if (command === 'mv') throw usageError('mv cannot move a standard stream; use cp');
  if (destination.kind === 'standard') {
    if (source.kind === 'standard') throw usageError('only one of the places can be -');
    const { cat } = await import('./cat.ts');
    return await cat(context, [written(source)], {});
  }
  const type = contentType === undefined ? {} : { contentType };
  const watch = { signal: context.signal, onProgress: progressOf(context) };
  const { container, driver, name } = await (destination.kind === 'cloud'
    ? cloudObject(context, destination)
    : diskObject(context, destination.path));
  const object = await driver.uploadObjectViaStream(process.stdin, container, name, { ...type, ...watch });
  report(context, command, written(destination), object.sizeBytes);
  return 0;
}

async function copySingle(
  command: 'cp' | 'mv',
  context: CommandContext,
  source: Place,
  folderOrObject: Place,
  options: CopyOptions,
): Promise<number> {
  if (source.kind === 'cloud' && (source.name === '' || source.name.endsWith('/'))) {
    throw usageError(`${written(source)} is not an object; -r copies what is below it`);
  }
  if (source.kind === 'disk' && kindOf(source.path) === 'folder') {
    throw usageError(`${source.path} is a folder; -r copies what is in it`);
  }
  const destination = placeIn(folderOrObject, lastSegment(source));
  if (options.dryRun) {
    report(context, command, written(destination), undefined);
    return 0;
  }
  const sizeBytes = await transferOne(command, context, source, destination, options);
  report(context, command, written(destination), sizeBytes);
  return 0;
}

/** Where one object goes: below a folder, under its own last segment. */
function placeIn(place: Place, name: string): Place {
  return isFolder(place) ? below(place, name) : place;
}

/** Copies or moves one object. @returns Its size. */
async function transferOne(
  command: 'cp' | 'mv',
  context: CommandContext,
  source: Place,
  destination: Place,
  options: CopyOptions,
): Promise<number> {
  const watch = { signal: context.signal, onProgress: progressOf(context) };
  const isNew = options.overwrite === 'never' ? ({ ifAbsent: true } as const) : {};
  const limit = options.bandwidth === undefined ? {} : { maxBytesPerSecond: options.bandwidth };
  if (source.kind === 'disk' && destination.kind === 'cloud' && options.bandwidth === undefined) {
    const { container, driver, name } = await cloudObject(context, destination);
    const type = options.contentType === undefined ? {} : { contentType: options.contentType };
    const object = await driver.uploadObject(source.path, container, name, { ...type, ...isNew, ...watch });
    if (command === 'mv') unlinkSync(source.path);
    return object.sizeBytes;
  }
  if (source.kind === 'cloud' && destination.kind === 'disk' && options.bandwidth === undefined) {
    const { container, driver, name } = await cloudObject(context, source);
    const object = await driver.getObject(container, name, { signal: context.signal });
    makeParent(destination);
    const overwriteExisting = options.overwrite !== 'never';
    const { sizeBytes } = await driver.downloadObject(object, destination.path, { overwriteExisting, ...watch });
    if (command === 'mv') await removeUnchanged(driver, object);
    return sizeBytes;
  }
  const from = await (source.kind === 'cloud' ? cloudObject(context, source) : diskObject(context, source.path));
  if (destination.kind === 'disk') makeParent(destination);
  const to = await (destination.kind === 'cloud'
    ? cloudObject(context, destination)
    : diskObject(context, destination.path));
  const keepMetadata = options.metadata ?? destination.kind === 'cloud';
  const before = command === 'mv' ? await from.driver.getObject(from.container, from.name) : undefined;
  const { object } = await copyObject(from, to, { keepMetadata, ...isNew, ...limit, ...watch });
  if (before) await removeUnchanged(from.driver, before);
  return object.sizeBytes;
}

function makeParent({ path }: DiskLocation): void {
  mkdirSync(dirname(path), { recursive: true });
}

/** Deletes an object that has been copied, unless it was changed meanwhile. */
async function removeUnchanged(
  driver: AsyncStorageDriver,
  object: Awaited<ReturnType<AsyncStorageDriver['getObject']>>,
): Promise<void> {
  const { container, name, version } = object;
  try {
    await driver.deleteObject({ container, name }, version === undefined ? {} : { ifVersion: version });
  } catch (failure) {
    if (!isCloudError(failure, 'unsupported')) throw failure;
    await driver.deleteObject({ container, name });
  }
}

function progressOf({ isQuiet, output }: CommandContext): (progress: TransferProgress) => void {
  const startedMs = performance.now();
  return ({ totalBytes, transferredBytes }) => {
    if (isQuiet) return;
    const seconds = (performance.now() - startedMs) / 1000;
    const rate = seconds > 0.2 ? ` · ${sizeText(Math.round(transferredBytes / seconds))}/s` : '';
    const left =
      totalBytes && seconds > 0.2 && transferredBytes > 0
        ? ` · ${Math.ceil(((totalBytes - transferredBytes) * seconds) / transferredBytes)} s left`
        : '';
    output.status(`${sizeText(transferredBytes)}${totalBytes ? ` of ${sizeText(totalBytes)}` : ''}${rate}${left}`);
  };
}

function report(
  { isQuiet, output }: CommandContext,
  command: string,
  name: string,
  sizeBytes: number | undefined,
): void {
  output.status('');
  const outcome = command === 'cp' ? 'copied' : 'moved';
  const isDry = sizeBytes === undefined;
  if (output.isJson) {
    output.result('', { name, outcome, ...(isDry ? { dryRun: true } : { sizeBytes }) });
    const counts = {
      copied: command === 'cp' ? 1 : 0,
      moved: command === 'cp' ? 0 : 1,
      skipped: 0,
      deleted: 0,
      failed: 0,
    };
    output.result('', { ...counts, bytes: sizeBytes ?? 0, ...(isDry && { dryRun: true }) });
  } else if (!isQuiet)
    output.say(`${isDry ? 'dry run: would be ' : ''}${outcome}   ${name}${isDry ? '' : ` (${sizeText(sizeBytes)})`}`);
}
