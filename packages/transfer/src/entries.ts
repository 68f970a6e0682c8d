/** Reads the objects of a tree in byte order of their names, page by page. */
import {
  type Check,
  CloudError,
  compareNames,
  countOf,
  invalidArgument,
  type Listing,
  listOf,
  nextCursor,
  type Operation,
  type StorageObject,
  textOf,
} from '@isobar/core/provider';
import type { TreeEntry } from './models.ts';
import type { Side } from './sides.ts';

/** Names that are sorted in memory, where a service does not sort them. */
const maxSortedNames = 1_000_000;

/** Entries of a source that a caller gives. */
const maxGivenEntries = 1_000_000;

/** Pages in a row without a name of use, after which reading goes to the next one that is. */
const minUselessPages = 2;

/** Entries of a tree, in order. */
export interface EntryReader {
  readonly side: Side;
  /** The entries that have been read, from {@link at} on. */
  entries: readonly TreeEntry[];
  at: number;
  /** Whether there is nothing after `entries`. */
  hasEnded: boolean;
  /**
   * Reads the next entries, at least one, unless the tree ends. Called when all have been taken. Can be repeated if it fails.
   *
   * @param wanted Names before this one are of no use: most of them are left out where they are many.
   */
  fetch(wanted?: string): Operation<void>;
}

interface ReadOptions {
  /** Only names after this one. */
  readonly after: string | undefined;
  readonly checksums: boolean;
  readonly sorted: boolean;
}

/**
 * Starts to read both sides of a run.
 *
 * @param given The entries of the source, when they are known: then of the destination only what is between them is read.
 */
export function readSides(
  from: Side,
  to: Side,
  given: readonly TreeEntry[] | undefined,
  { after, checksums, sorted }: Omit<ReadOptions, 'checksums'> & { readonly checksums: readonly [boolean, boolean] },
): readonly [EntryReader, EntryReader] {
  const [ofSource, ofTarget] = checksums;
  if (!given) {
    return [
      readEntries(from, { after, checksums: ofSource, sorted }),
      readEntries(to, { after, checksums: ofTarget, sorted }),
    ];
  }
  const start = justBefore(given[0]?.name ?? '');
  return [givenEntries(from, given), readEntries(to, { after: start, checksums: ofTarget, sorted })];
}

/** Entries that are known already. */
function givenEntries(side: Side, entries: readonly TreeEntry[]): EntryReader {
  return { side, entries, at: 0, hasEnded: true, *fetch() {} };
}

/** Checks the entries that a caller gives. */
export const entriesOption: Check = (field, value) => {
  let last: string | undefined;
  for (const [index, entry] of listOf(field, value, maxGivenEntries).entries()) {
    const { name, sizeBytes } = (entry ?? {}) as Partial<TreeEntry>;
    textOf(`${field}[${index}].name`, name);
    countOf(`${field}[${index}].sizeBytes`, sizeBytes);
    if (last !== undefined && compareNames(last, name as string) >= 0) {
      throw invalidArgument(`${field}[${index}].name`, `must come after ${JSON.stringify(last)} in byte order`);
    }
    last = name;
  }
};

/** Starts to read a tree. */
export function readEntries(side: Side, { after, checksums, sorted }: ReadOptions): EntryReader {
  const { capabilities, container, operations, prefix } = side;
  const listFrom = (start: string | undefined): Listing<StorageObject> =>
    operations.iterateContainerObjects(container, {
      ...(prefix !== '' && { prefix }),
      ...(checksums && { checksums }),
      ...(start !== undefined && capabilities.startAfter && { startAfter: prefix + start }),
    });
  let listing = listFrom(after);
  let cursor: string | undefined;
  let last: string | undefined;
  let isDrained = false;
  /** Pages in a row whose names were all of no use. */
  let uselessPages = 0;

  /** The entries of the next page; `undefined` at the end. */
  function* nextPage(): Operation<readonly TreeEntry[] | undefined> {
    while (!isDrained) {
      const page = yield* listing.page(cursor);
      cursor = nextCursor(page, cursor);
      isDrained = cursor === undefined;
      const found = page.items.flatMap((object) => entriesOf(object, prefix));
      const wanted = after === undefined ? found : found.filter(({ name }) => compareNames(name, after) > 0);
      if (wanted.length > 0) return wanted;
    }
    return undefined;
  }

  /** Goes to a name, if it is far ahead. */
  function skipTo(wanted: string): void {
    const start = justBefore(wanted);
    if (uselessPages < minUselessPages || isDrained || !capabilities.startAfter || start === undefined) return;
    if (last === undefined || compareNames(start, last) <= 0) return;
    listing = listFrom(start);
    cursor = undefined;
    last = start;
  }

  function* fetchInOrder(wanted?: string): Operation<void> {
    if (wanted !== undefined) skipTo(wanted);
    const entries = (yield* nextPage()) ?? [];
    for (const { name } of entries) {
      if (last !== undefined && compareNames(last, name) >= 0) throw outOfOrder(side, last, name);
      last = name;
    }
    const isUseless = wanted !== undefined && last !== undefined && compareNames(last, wanted) < 0;
    uselessPages = isUseless ? uselessPages + 1 : 0;
    put(entries);
    reader.hasEnded = isDrained;
  }

  function* fetchAndSort(): Operation<void> {
    const all: TreeEntry[] = [];
    for (let page = yield* nextPage(); page; page = yield* nextPage()) {
      for (const entry of page) all.push(entry);
      if (all.length > maxSortedNames) throw tooMany(side);
    }
    put(all.sort((one, other) => compareNames(one.name, other.name)));
    reader.hasEnded = true;
  }

  function put(entries: readonly TreeEntry[]): void {
    reader.entries = entries;
    reader.at = 0;
  }

  const reader: EntryReader = {
    side,
    entries: [],
    at: 0,
    hasEnded: false,
    fetch: sorted ? fetchAndSort : fetchInOrder,
  };
  return reader;
}

/** A name a little before another: without its last character. */
function justBefore(name: string): string | undefined {
  const start = [...name].slice(0, -1).join('');
  return start === '' ? undefined : start;
}

/** An object as an entry. The object that stands for the tree's own folder is none. */
function entriesOf({ checksums, lastModified, name, sizeBytes, version }: StorageObject, prefix: string): TreeEntry[] {
  if (name === prefix) return [];
  if (!name.startsWith(prefix)) {
    const message = `a listing below ${JSON.stringify(prefix)} has the name ${JSON.stringify(name)}`;
    throw new CloudError('malformed-response', message, { object: name });
  }
  return [
    {
      name: name.slice(prefix.length),
      sizeBytes,
      ...(lastModified && { lastModified }),
      ...(version !== undefined && { version }),
      ...(checksums && { checksums }),
    },
  ];
}

/** An object that is looked up, as an entry. */
export function entryOf(object: StorageObject, { prefix }: Side): TreeEntry {
  return entriesOf(object, prefix)[0] as TreeEntry;
}

function outOfOrder({ container, field, provider }: Side, before: string, name: string): CloudError {
  const order = `${JSON.stringify(before)} came before ${JSON.stringify(name)}`;
  const message = `\`${field}\`: ${provider} does not list ${container} in byte order (${order}), so the two sides cannot be merged; nothing is deleted. Set \`sortListings\` to sort the names in memory`;
  return new CloudError('unsupported', message, { field, container });
}

function tooMany({ container, field }: Side): CloudError {
  return invalidArgument(
    'sortListings',
    `\`${field}\` has more than ${maxSortedNames} objects in ${container}, too many to sort in memory; transfer it prefix by prefix`,
  );
}
