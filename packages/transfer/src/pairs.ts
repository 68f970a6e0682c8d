/** Merges the two sides of a run: which objects both have, and which only one has. */
import { compareNames, type Operation, parallel } from '@isobar/core/provider';
import type { EntryReader } from './entries.ts';
import type { TreeEntry } from './models.ts';

/** The objects of one name: of both sides, or of one. */
export type Pair =
  | { readonly name: string; readonly source: TreeEntry; readonly target?: TreeEntry }
  | { readonly name: string; readonly source?: undefined; readonly target: TreeEntry };

/**
 * The next pairs, in byte order of their names, at least one; `undefined` at the end. Reads a page of a side when its entries are
 * used up, of both at once when both are. If that fails, the call can be repeated.
 *
 * @param wantsExtras Whether pairs without a source are of use. Else most of a large destination is not read.
 */
export function* nextPairs(
  from: EntryReader,
  to: EntryReader,
  wantsExtras: boolean,
): Operation<readonly Pair[] | undefined> {
  for (;;) {
    const empty = [from, to].filter((reader) => !reader.hasEnded && reader.at >= reader.entries.length);
    if (empty.length > 0) {
      yield* parallel(
        empty.map((reader) => reader.fetch(wantsExtras ? undefined : nextName(from, reader))),
        empty.length,
      );
    }
    const pairs = mergeBuffered(from, to);
    if (pairs.length > 0) return pairs;
    if (from.hasEnded && (to.hasEnded || (!wantsExtras && from.at >= from.entries.length))) return undefined;
  }
}

/** The name that the other side has next, if it is known. */
function nextName(from: EntryReader, reader: EntryReader): string | undefined {
  return reader === from ? undefined : from.entries[from.at]?.name;
}

/** Merges until one side has nothing left of what it has read, unless it has ended. */
function mergeBuffered(from: EntryReader, to: EntryReader): Pair[] {
  const pairs: Pair[] = [];
  for (;;) {
    const source = from.entries[from.at];
    const target = to.entries[to.at];
    if ((!source && !from.hasEnded) || (!target && !to.hasEnded) || !(source || target)) return pairs;
    const order = source && target ? compareNames(source.name, target.name) : source ? -1 : 1;
    if (order <= 0) from.at += 1;
    if (order >= 0) to.at += 1;
    if (order === 0)
      pairs.push({ name: (source as TreeEntry).name, source: source as TreeEntry, target: target as TreeEntry });
    else if (order < 0) pairs.push({ name: (source as TreeEntry).name, source: source as TreeEntry });
    else pairs.push({ name: (target as TreeEntry).name, target: target as TreeEntry });
  }
}
