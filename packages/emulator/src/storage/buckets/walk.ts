/**
 * Walks names in byte order and rolls them up at a delimiter. The walk skips each common prefix by seeking past its
 * end, so the cost of a page depends on its size, not on that of the bucket.
 */

/** An item with a name. */
export interface Named {
  readonly name: string;
}

/** What to list. */
export interface Walk<Item extends Named> {
  readonly prefix: string;
  /** Empty: names are not rolled up. */
  readonly delimiter: string;
  /** Names up to and including this are not listed; neither is a common prefix equal to it. */
  readonly after: string | undefined;
  /** Maximum of keys and common prefixes together. */
  readonly limit: number;
  /** Items with `from <= name < to` in order, at most `count`; `to` undefined means no end. */
  read(from: string, to: string | undefined, count: number): readonly Item[];
}

/** One entry of a listing. */
export type Entry<Item> = { readonly item: Item } | { readonly commonPrefix: string };

/** A page of entries, in order. */
export interface WalkPage<Item> {
  readonly entries: readonly Entry<Item>[];
  readonly truncated: boolean;
}

/** Maximum of rows read at once. */
const MAX_READ = 1001;
/** Rows read first after a common prefix, because the next name is often the start of the next prefix. */
const MIN_READ = 1;

/** Collects one page. */
export function walk<Item extends Named>({ prefix, delimiter, after, limit, read }: Walk<Item>): WalkPage<Item> {
  const entries: Entry<Item>[] = [];
  if (limit === 0) return { entries, truncated: false };
  const end = successor(prefix);
  let from: string | undefined = later(prefix, startAfter(prefix, delimiter, after));
  let count = delimiter === '' ? Math.min(limit + 1, MAX_READ) : MIN_READ;
  while (from !== undefined) {
    const items = read(from, end, count);
    let next: string | undefined = items.length < count ? undefined : `${items.at(-1)?.name}\0`;
    for (const item of items) {
      if (entries.length === limit) return { entries, truncated: true };
      const commonPrefix = rolledUp(item.name, prefix, delimiter);
      if (commonPrefix === undefined) {
        entries.push({ item });
        continue;
      }
      entries.push({ commonPrefix });
      next = successor(commonPrefix);
      break;
    }
    const skipped = items.length > 0 && entries.length > 0 && 'commonPrefix' in (entries.at(-1) as Entry<Item>);
    count = skipped || delimiter !== '' ? Math.min(skipped ? MIN_READ : count * 4, MAX_READ) : count;
    from = next;
  }
  return { entries, truncated: false };
}

/** A walk over items of which several may have the same name, distinguished by a position. */
export interface GroupedWalk<Item extends Named, Position> extends Omit<Walk<Item>, 'read' | 'after'> {
  /** Without a position: after all items of that name. */
  readonly after: { readonly name: string; readonly position?: Position | undefined } | undefined;
  /** Before every position. */
  readonly first: Position;
  positionOf(item: Item): Position;
  /** Items strictly after a name and position, up to `to`; a negative count means all. */
  readAfter(name: string, position: Position, to: string | undefined, count: number): readonly Item[];
}

/** Collects one page of such items. */
export function walkGroups<Item extends Named, Position>(groups: GroupedWalk<Item, Position>): WalkPage<Item> {
  const { prefix, delimiter, after, limit, readAfter } = groups;
  // The remaining items of the marker's own name come first, because the walk goes from name to name.
  const rest =
    after?.position === undefined || !after.name.startsWith(prefix)
      ? []
      : readAfter(after.name, after.position, `${after.name}\0`, limit + 1);
  const read = (from: string, to: string | undefined, count: number): readonly Item[] => {
    const items = [...readAfter(from, groups.first, to, count)];
    const last = items.at(-1);
    if (items.length < count || last === undefined) return items;
    items.push(...readAfter(last.name, groups.positionOf(last), `${last.name}\0`, -1));
    return items;
  };
  if (rest.length > limit) return { entries: rest.slice(0, limit).map((item) => ({ item })), truncated: limit > 0 };
  // With no room left, the walk still has to find out whether there is more.
  const room = limit - rest.length;
  const page = walk({ prefix, delimiter, after: after?.name, limit: Math.max(room, 1), read });
  const entries = [...rest.map((item) => ({ item })), ...(room === 0 ? [] : page.entries)];
  return { entries, truncated: limit > 0 && (page.truncated || (room === 0 && page.entries.length > 0)) };
}

/** The common prefix that a name is rolled up into, if any. */
export function rolledUp(name: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.slice(0, at + delimiter.length);
}

/** The first name that may be listed after a marker: past all of a common prefix, if the marker is one. */
function startAfter(prefix: string, delimiter: string, after: string | undefined): string | undefined {
  if (after === undefined) return '';
  if (after.startsWith(prefix) && rolledUp(after, prefix, delimiter) === after) return successor(after);
  return `${after}\0`;
}

/** The later of two names in byte order; `undefined` means the end. */
function later(a: string, b: string | undefined): string | undefined {
  if (b === undefined) return undefined;
  return compareNames(a, b) < 0 ? b : a;
}

/** Orders names by their UTF-8 bytes, which is by code point; JavaScript compares UTF-16 units. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The first string after all those that begin with `prefix`; `undefined` when there is none. */
export function successor(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const code = last.codePointAt(0) as number;
    if (code === 0x10ffff) continue;
    // Surrogates are not characters: after U+D7FF comes U+E000.
    return points.join('') + String.fromCodePoint(code === 0xd7ff ? 0xe000 : code + 1);
  }
  return undefined;
}
