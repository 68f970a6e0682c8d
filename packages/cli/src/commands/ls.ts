/** `isobar ls`. */
import { CloudError, type Container, type Folder, isCloudError, type StorageObject } from '@isobar/core';
import type { CommandContext } from '../command-context.ts';
import { folderPrefix, matcherOf } from '../globs.ts';
import { type CloudLocation, splitGlob, written } from '../locations.ts';
import { kindOf, type Place, placeOf, sourceTree } from '../places.ts';

/** Options of `ls`. */
interface ListOptions {
  readonly long?: boolean;
  readonly recursive?: boolean;
}

/** Lists. */
export async function ls(context: CommandContext, args: readonly string[], options: ListOptions): Promise<number> {
  for (const text of args.length === 0 ? ['.'] : args) await listPlace(context, placeOf(text), options);
  return 0;
}

async function listPlace(context: CommandContext, place: Place, options: ListOptions): Promise<void> {
  if (place.kind === 'cloud' && place.container === '') return await listContainers(context, place, options);
  const glob = splitGlob(place);
  if (place.kind === 'disk' && !glob && kindOf(place.path) === 'file') {
    context.output.result(place.path, { name: place.path });
    return;
  }
  const base = glob?.base ?? place;
  const { container, driver, prefix = '' } = await sourceTree(context, base);
  const { signal } = context;
  // A name that is not a folder may be an object, or the start of a folder's name.
  const isExact = place.kind === 'cloud' && !glob && place.name !== '' && !place.name.endsWith('/');
  if (isExact && (await listObject(context, place as CloudLocation, options))) return;
  const folder = folderPrefix(prefix);
  const show = showing(context, base, folder, options);
  if (glob || options.recursive) {
    const matches = glob && matcherOf(glob.pattern);
    let count = 0;
    for await (const object of driver.iterateContainerObjects(container, { prefix: folder, signal })) {
      if (matches && !matches(object.name.slice(folder.length))) continue;
      count += 1;
      show(object);
      await context.output.flush();
    }
    if (glob && count === 0) throw nothing(place);
    return;
  }
  let isEmpty = true;
  for await (const entry of driver.iterateFolder(container, folder, { signal })) {
    isEmpty = false;
    show(entry);
    await context.output.flush();
  }
  if (isEmpty && folder !== '') throw nothing(place);
}

function nothing(place: Place): CloudError {
  return new CloudError('not-found', `${written(place)}: there is no such object or folder`);
}

async function listContainers(
  { drivers, output, signal }: CommandContext,
  { scheme }: CloudLocation,
  { long }: ListOptions,
): Promise<void> {
  const driver = await drivers.storage(scheme);
  for await (const container of driver.iterateContainers({ signal }) as AsyncIterable<Container>) {
    const { createdAt, name } = container;
    const url = `${scheme}://${name}/`;
    output.result(long ? `${timeText(createdAt)}  ${url}` : url, { url, name, ...(createdAt && { createdAt }) });
  }
}

async function listObject(context: CommandContext, place: CloudLocation, options: ListOptions): Promise<boolean> {
  const driver = await context.drivers.storage(place.scheme);
  try {
    const object = await driver.getObject(place.container, place.name, { signal: context.signal });
    showing(context, { ...place, name: '' }, '', options)(object);
    return true;
  } catch (failure) {
    if (!isCloudError(failure, 'not-found')) throw failure;
    return false;
  }
}

/** Prints entries: as URLs of clouds, as paths of the disk. */
function showing(
  { output }: CommandContext,
  base: Place,
  folder: string,
  { long = false }: ListOptions,
): (entry: StorageObject | Folder) => void {
  const urlOf = (name: string): string =>
    base.kind === 'cloud'
      ? `${base.scheme}://${base.container}/${name}`
      : `${base.path === '/' ? '' : base.path}/${name.slice(folder.length)}`;
  return (entry) => {
    if ('prefix' in entry) {
      const url = urlOf(entry.prefix);
      output.result(long ? `${''.padStart(14)}  ${''.padEnd(20)}  ${url}` : url, { url, prefix: entry.prefix });
      return;
    }
    const { checksums, contentType, etag, lastModified, name, sizeBytes, version } = entry;
    const url = urlOf(name);
    output.result(long ? `${String(sizeBytes).padStart(14)}  ${timeText(lastModified)}  ${url}` : url, {
      url,
      name,
      sizeBytes,
      lastModified,
      contentType,
      etag,
      version,
      checksums,
    });
  };
}

function timeText(time: Date | undefined): string {
  return (time?.toISOString().replace(/\.\d+Z$/, 'Z') ?? '').padEnd(20);
}
