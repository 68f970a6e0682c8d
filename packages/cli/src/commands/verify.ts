/** `isobar verify`. */
import { dirname } from 'node:path';
import { compareTrees, verifyTree } from '@isobar/transfer';
import type { CommandContext } from '../command-context.ts';
import { lastSegment } from '../locations.ts';
import { isObject, type Place, placeOf, sourceTree } from '../places.ts';
import { type FilterFlags, filterOptions } from '../tree-options.ts';
import { showComparison } from '../tree-output.ts';
import { usageError } from '../usage-error.ts';

/** Options of `verify`. */
interface VerifyOptions extends FilterFlags {
  readonly quick?: boolean;
  readonly ignoreExtra?: boolean;
  readonly concurrency?: number;
  readonly sort?: boolean;
}

/** Compares two trees, or two objects. */
export async function verify(
  context: CommandContext,
  args: readonly string[],
  options: VerifyOptions,
): Promise<number> {
  const [source, destination] = args.map(placeOf) as [Place, Place];
  const { concurrency, ignoreExtra = false, quick = false, sort } = options;
  const one = await oneObject(context, source, destination);
  const from = await sourceTree(context, one?.source ?? source);
  const to = await sourceTree(context, one?.destination ?? destination);
  const chosen = {
    ...filterOptions(options),
    ...(one && { include: [`/${escaped(one.name)}`] }),
    ...(concurrency !== undefined && { concurrency }),
    ...(sort && { sortListings: true }),
  };
  const compare = quick ? compareTrees : verifyTree;
  return await showComparison(context, ignoreExtra, (callbacks) => compare(from, to, { ...chosen, ...callbacks }));
}

/** Two objects, as trees in which only they are looked at. */
async function oneObject(
  context: CommandContext,
  source: Place,
  destination: Place,
): Promise<{ readonly source: Place; readonly destination: Place; readonly name: string } | undefined> {
  if (!(await isObject(context, source))) return undefined;
  const name = lastSegment(source);
  const isOne = await isObject(context, destination);
  if (isOne && lastSegment(destination) !== name) {
    throw usageError('two objects can be compared only if their names end alike');
  }
  return { source: parentOf(source), name, destination: isOne ? parentOf(destination) : destination };
}

function parentOf(place: Place): Place {
  if (place.kind === 'disk') return { ...place, path: dirname(place.path), isFolder: true };
  return { ...place, name: place.name.slice(0, place.name.lastIndexOf('/') + 1) };
}

/** A name as a glob that stands for nothing else. */
function escaped(name: string): string {
  return name.replaceAll(/[\\*?[\]{}()!+@|,]/g, '\\$&');
}
