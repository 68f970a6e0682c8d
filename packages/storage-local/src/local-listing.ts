/** Listings: walks the folders of a container in the order of the objects' names, a page at a time. */
import {
  compareNames,
  type FolderEntry,
  type ListObjectsOptions,
  listFolder,
  type Operation,
  type Page,
} from '@isobar/core/provider';
import { type LocalObject, listedObject } from './local-objects.ts';
import { isTemporary, privateFolder } from './names.ts';

/** Maximum number of items on a page: as many entries as one step reads. */
export const maxPageSize = 1000;
/** Entries that a step reads at least: some may be no objects. */
const minEntries = 16;

/**
 * A page of the objects of a container. Of the tree it reads the folders that the page is in, and of a folder the entries that
 * the page may have.
 *
 * @param cursor The last name or prefix of the page before.
 */
export function* pageOf(
  container: { readonly name: string; readonly path: string },
  options: ListObjectsOptions,
  cursor: string | undefined,
): Operation<Page<LocalObject>> {
  const { delimiter, pageSize = maxPageSize, prefix = '', startAfter } = options;
  const items: LocalObject[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  const room = (): number => pageSize - items.length - prefixes.length;

  /** What a text folds into; also all names that start with it. */
  function foldedOf(text: string): string | undefined {
    if (delimiter === undefined || !text.startsWith(prefix)) return undefined;
    const end = text.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : text.slice(0, end + delimiter.length);
  }

  function isListed(folded: string | undefined): boolean {
    return folded !== undefined && (folded === prefixes.at(-1) || isUpTo(folded, cursor));
  }

  /** Adds an object, or the prefix that it folds into. @returns Whether there was room. */
  function add(name: string, entry: FolderEntry): boolean {
    const folded = foldedOf(name);
    if (!name.startsWith(prefix) || isUpTo(name, startAfter) || isUpTo(name, cursor) || isListed(folded)) return true;
    if (room() === 0) return false;
    last = folded ?? name;
    if (folded === undefined) items.push(listedObject({ container: container.name, name }, entry));
    else prefixes.push(folded);
    return true;
  }

  /** Walks a folder: '', or a path with a slash at its end. @returns Whether there was room for all of it. */
  function* walk(folder: string): Operation<boolean> {
    const path = folder === '' ? container.path : `${container.path}/${folder.slice(0, -1)}`;
    let after = startIn(folder, prefix, startAfter, cursor);
    for (;;) {
      const limit = Math.min(Math.max(room() + 1, minEntries), maxPageSize);
      const page = yield* listFolder(path, { after, limit, order: 'paths' });
      for (const entry of page.entries) {
        if (isListed(foldedOf(folder))) return true;
        after = entry.kind === 'folder' ? `${entry.name}/` : entry.name;
        const key = folder + after;
        const mayHave = key.startsWith(prefix) || prefix.startsWith(key);
        if (!mayHave && compareNames(key, prefix) > 0) return true;
        if (!mayHave || !entry.isUtf8 || isTemporary(entry.name) || key === `${privateFolder}/`) continue;
        if (entry.kind === 'file' && !add(key, entry)) return false;
        if (entry.kind === 'folder' && !isListed(foldedOf(key)) && !(yield* walk(key))) return false;
      }
      if (!page.hasMore || page.entries.length === 0) return true;
    }
  }

  const isWhole = yield* walk('');
  return {
    items,
    ...(delimiter !== undefined && { prefixes }),
    ...(!isWhole && last !== undefined && { cursor: last }),
  };
}

function isUpTo(name: string, limit: string | undefined): boolean {
  return limit !== undefined && compareNames(name, limit) <= 0;
}

/** After which entry of a folder to start: the last one that has nothing of the page, or one a little before it. */
function startIn(
  folder: string,
  prefix: string,
  startAfter: string | undefined,
  cursor: string | undefined,
): string | undefined {
  const before = [startAfter, cursor]
    .filter((name) => name !== undefined)
    .toSorted(compareNames)
    .at(-1);
  const isFromPrefix = before === undefined || compareNames(before, prefix) < 0;
  const first = isFromPrefix ? prefix : before;
  if (!first.startsWith(folder)) return undefined;
  const [segment = '', ...below] = first.slice(folder.length).split('/');
  // A folder comes after all entries that are shorter than its name with a slash.
  if (below.length > 0) return segment;
  return isFromPrefix ? justBefore(segment) : segment;
}

/** A text that comes before another, with nothing between the two that a name would be. */
function justBefore(text: string): string | undefined {
  const unit = text.charCodeAt(text.length - 1);
  // Not in the middle of a character, and not where the one before would be half of one.
  if (!(unit > 0x20 && unit < 0xd800)) return undefined;
  return `${text.slice(0, -1)}${String.fromCharCode(unit - 1)}\u{10ffff}`;
}
