/** `isobar rm`. */
import { unlinkSync } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { someFailed } from '../exit-codes.ts';
import { folderPrefix, matcherOf } from '../globs.ts';
import { splitGlob, written } from '../locations.ts';
import { cloudObject, kindOf, type Place, placeOf, sourceTree } from '../places.ts';
import { countText } from '../sizes.ts';
import { usageError } from '../usage-error.ts';

/** Options of `rm`. */
interface RemoveOptions {
  readonly recursive?: boolean;
  readonly dryRun?: boolean;
  readonly uploads?: boolean;
}

/** Objects that one call deletes. */
const batch = 1000;

/** Deletes. */
export async function rm(context: CommandContext, args: readonly string[], options: RemoveOptions): Promise<number> {
  const counts = { copied: 0, skipped: 0, deleted: 0, failed: 0, bytes: 0 };
  for (const text of args) {
    const place = placeOf(text);
    if (options.uploads) await removeUploads(context, place, options, counts);
    else if (options.recursive || splitGlob(place)) await removeMany(context, place, options, counts);
    else await removeOne(context, place, options, counts);
  }
  const { isQuiet, output } = context;
  if (output.isJson) output.result('', counts);
  else if (!isQuiet) {
    const failed = counts.failed > 0 ? `, failed ${countText(counts.failed)}` : '';
    output.say(
      `${options.dryRun ? 'dry run, nothing was changed: ' : ''}deleted ${countText(counts.deleted)}${failed}`,
    );
  }
  return counts.failed > 0 ? someFailed : 0;
}

interface Counts {
  deleted: number;
  failed: number;
}

function said({ isVerbose, output }: CommandContext, counts: Counts, name: string): void {
  counts.deleted += 1;
  if (output.isJson || isVerbose || !output.isResultTerminal)
    output.result(`deleted  ${name}`, { name, outcome: 'deleted' });
}

async function removeOne(
  context: CommandContext,
  place: Place,
  { dryRun }: RemoveOptions,
  counts: Counts,
): Promise<void> {
  if (place.kind === 'cloud' && (place.name === '' || place.name.endsWith('/'))) {
    throw usageError(`${written(place)} is not an object; -r deletes what is below it`);
  }
  if (place.kind === 'disk') {
    const kind = kindOf(place.path);
    if (kind !== 'file') throw usageError(`${place.path} ${kind ? `is a ${kind}, not a file` : 'does not exist'}`);
    if (!dryRun) unlinkSync(place.path);
    said(context, counts, place.path);
    return;
  }
  const { container, driver, name } = await cloudObject(context, place);
  const { signal } = context;
  // Many clouds say nothing about an object that is not there; a person has then misspelt its name.
  await driver.getObject(container, name, { signal });
  if (!dryRun) await driver.deleteObject({ container, name }, { signal });
  said(context, counts, written(place));
}

async function removeMany(
  context: CommandContext,
  place: Place,
  { dryRun }: RemoveOptions,
  counts: Counts,
): Promise<void> {
  const glob = splitGlob(place);
  const matches = glob && matcherOf(glob.pattern);
  const { container, driver, prefix = '' } = await sourceTree(context, glob?.base ?? place);
  const folder = folderPrefix(prefix);
  const { output, signal } = context;
  const base = place.kind === 'cloud' ? `${place.scheme}://${place.container}/` : `${place.path}:`;
  let names: string[] = [];
  const flush = async (): Promise<void> => {
    const objects = names.map((name) => ({ container, name }));
    names = [];
    if (objects.length === 0) return;
    if (dryRun) return objects.forEach(({ name }) => void said(context, counts, base + name));
    const { deleted, failed } = await driver.deleteObjects(objects, { signal });
    for (const { name } of deleted) said(context, counts, base + name);
    for (const { error, name } of failed) {
      counts.failed += 1;
      output.say(`failed   ${base}${name}: ${error.message}`);
    }
    output.status(`${countText(counts.deleted)} deleted`);
  };
  for await (const { name } of driver.iterateContainerObjects(container, { prefix: folder, signal })) {
    if (matches && !matches(name.slice(folder.length))) continue;
    names.push(name);
    if (names.length === batch) await flush();
  }
  await flush();
}

async function removeUploads(
  context: CommandContext,
  place: Place,
  { dryRun }: RemoveOptions,
  counts: Counts,
): Promise<void> {
  if (place.kind === 'disk') throw usageError('--uploads is for clouds; the disk has none');
  const { container, driver } = await sourceTree(context, place);
  const { signal } = context;
  for await (const upload of driver.iterateMultipartUploads(container, { prefix: place.name, signal })) {
    if (!dryRun) await driver.abortMultipartUpload(upload, { signal });
    said(context, counts, `${place.scheme}://${place.container}/${upload.name} (unfinished upload)`);
  }
}
