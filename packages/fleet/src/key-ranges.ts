/**
 * Lists a tree in several ranges of names at the same time. Where to cut is not known before: a listing that has nothing to do takes
 * over a part of one that has. It goes to a name in the middle between where that one is and where it ends, and sees what comes.
 */
import { compareNames } from '@isobar/core/provider';
import { type AsyncTree, type TreeEntry, treePages } from '@isobar/transfer';

/** Names after one, up to another: a range that is listed. */
export interface KeyRange {
  /** Names come after this one. Absent: from the first on. */
  readonly after: string | undefined;
  /** The last name. Absent: to the end. Another listing may take over a part: then it is less. */
  upTo: string | undefined;
}

interface OpenRange extends KeyRange {
  /** Where the listing is. */
  cursor: string | undefined;
  /** Entries since the range was cut the last time. */
  entries: number;
  iterator?: AsyncIterator<readonly TreeEntry[]>;
  /** A page that was read to find out where to cut. */
  page?: readonly TreeEntry[];
}

/** What is done with what is listed. Calls for one range follow one another. */
export interface RangeWatcher {
  /** @param range The range, with {@link KeyRange.upTo} as it is now. */
  onEntries(range: KeyRange, entries: readonly TreeEntry[]): Promise<void>;
  onEnd(range: KeyRange): Promise<void>;
}

/** How to list. */
export interface RangeOptions {
  readonly concurrency: number;
  /** A range is cut only after so many entries. */
  readonly minEntries: number;
  readonly sortListings: boolean;
  readonly signal?: AbortSignal | undefined;
  /** How many ranges are listed now. */
  readonly onListings?: (count: number) => void;
}

/** How often a listing that has nothing to do looks for work, in milliseconds. */
const pollMs = 20;
/** How often in a row it tries to cut a range. */
const maxCuts = 8;

/** Lists ranges of a tree to their ends. */
export async function listRanges(
  tree: AsyncTree,
  ranges: readonly KeyRange[],
  watcher: RangeWatcher,
  { concurrency, minEntries, onListings, signal, sortListings }: RangeOptions,
): Promise<void> {
  const waiting: OpenRange[] = ranges.map(({ after, upTo }) => ({ after, upTo, cursor: after, entries: 0 }));
  const open = new Set<OpenRange>();
  const canCut = concurrency > 1 && !sortListings && tree.driver.provider.capabilities.startAfter === true;
  let hasFailed = false;

  const pagesAfter = (startAfter: string | undefined): AsyncIterator<readonly TreeEntry[]> =>
    treePages(tree, {
      ...(startAfter !== undefined && { startAfter }),
      ...(sortListings && { sortListings }),
      ...(signal && { signal }),
    })[Symbol.asyncIterator]();

  async function list(range: OpenRange): Promise<void> {
    const iterator = range.iterator ?? pagesAfter(range.cursor);
    for (;;) {
      const page = range.page ?? ((await iterator.next()).value as readonly TreeEntry[] | undefined);
      delete range.page;
      if (!page || hasFailed) break;
      const last = (page.at(-1) as TreeEntry).name;
      const { upTo } = range;
      const isPast = upTo !== undefined && compareNames(last, upTo) > 0;
      const entries = isPast ? page.filter(({ name }) => compareNames(name, upTo) <= 0) : page;
      // From here on nothing before this name can be taken over.
      range.cursor = isPast ? upTo : last;
      range.entries += entries.length;
      await watcher.onEntries(range, entries);
      if (isPast) break;
    }
    // Nothing is taken over from now on.
    open.delete(range);
    await iterator.return?.();
    if (!hasFailed) await watcher.onEnd(range);
  }

  /** Takes over a part of the range that has had most to list. */
  async function cut(): Promise<OpenRange | undefined> {
    for (let attempt = 0; attempt < maxCuts; attempt += 1) {
      const [largest] = [...open].sort((one, other) => other.entries - one.entries);
      if (!largest || largest.entries < minEntries) return undefined;
      const { upTo } = largest;
      const middle = nameBetween(largest.cursor ?? '', upTo);
      if (middle === undefined) return undefined;
      const iterator = pagesAfter(middle);
      const page = (await iterator.next()).value as readonly TreeEntry[] | undefined;
      const isCurrent = open.has(largest) && largest.upTo === upTo && compareNames(largest.cursor ?? '', middle) < 0;
      const first = page?.[0]?.name;
      const isEmpty = first === undefined || (upTo !== undefined && compareNames(first, upTo) > 0);
      if (isCurrent) largest.upTo = middle;
      if (isCurrent && !isEmpty) {
        largest.entries = 0;
        return { after: middle, upTo, cursor: middle, entries: 0, iterator, page: page as readonly TreeEntry[] };
      }
      await iterator.return?.();
    }
    return undefined;
  }

  async function work(): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      if (hasFailed) return;
      const range = waiting.shift() ?? (canCut ? await cut() : undefined);
      if (range) {
        open.add(range);
        onListings?.(open.size);
        await list(range);
        onListings?.(open.size);
      } else if (open.size === 0 && waiting.length === 0) return;
      else await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  const workers = Array.from({ length: concurrency }, work);
  try {
    await Promise.all(workers);
  } catch (reason) {
    hasFailed = true;
    // What is being written is waited for: the caller may go on or clean up.
    await Promise.allSettled(workers);
    throw reason;
  }
}

/** The last character of most names is before this one, and the first not before the other. */
const [lowest, highest] = [0x1f, 0x7f];
/** How many characters a name in between may have beyond what both have in common. */
const maxLength = 200;

/**
 * A name in the middle between two, in byte order of UTF-8, which is that of code points.
 *
 * @param upTo Absent: the end.
 */
export function nameBetween(after: string, upTo: string | undefined): string | undefined {
  const low = codePoints(after);
  const high = upTo === undefined ? undefined : codePoints(upTo);
  const middle: number[] = [];
  let isBelowHigh = high === undefined;
  for (let index = 0; index < maxLength; index += 1) {
    const from = low[index] ?? lowest;
    const to = isBelowHigh ? ceilingOf(from) : (high?.[index] ?? lowest);
    if (to - from >= 2) {
      const code = Math.floor((from + to) / 2);
      middle.push(code >= 0xd800 && code <= 0xdfff ? 0xe000 : code);
      const name = String.fromCodePoint(...middle);
      const isBetween = compareNames(after, name) < 0 && (upTo === undefined || compareNames(name, upTo) < 0);
      return isBetween ? name : undefined;
    }
    if (low[index] === undefined && to <= from) return undefined;
    middle.push(from);
    if (to > from) isBelowHigh = true;
  }
  return undefined;
}

/**
 * What most names have at a place comes before this: where one has a digit, others have digits. Others yet are after the middle, and
 * are found when that range is cut.
 */
function ceilingOf(code: number): number {
  for (const [first, last] of ['09', 'AZ', 'az'].map(codePoints) as [number, number][]) {
    if (code >= first && code <= last) return last + 1;
  }
  return code < highest ? highest : 0x110000;
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) as number);
}
