/** Pages of listings. */
import { compareNames, type ListObjectsOptions, type MultipartUpload, type Page } from '@isobar/core/provider';
import { type MemoryObject, storedOf } from './memory-objects.ts';
import type { MemoryContainer } from './memory-store.ts';

/** Maximum number of items on a page. */
export const maxPageSize = 1000;

/** A page of a listing: names and folders after the cursor, which is the last one of the page before. */
export function pageOf(
  container: MemoryContainer,
  options: ListObjectsOptions,
  cursor: string | undefined,
): Page<MemoryObject> {
  const { delimiter, pageSize = maxPageSize, prefix = '', startAfter } = options;
  const { names } = container;
  const items: MemoryObject[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (let at = firstFrom(names, prefix); at < names.length; at += 1) {
    const name = names[at] as string;
    if (!name.startsWith(prefix)) break;
    const end = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
    const entry = end < 0 || delimiter === undefined ? name : name.slice(0, end + delimiter.length);
    if (isUpTo(name, startAfter) || isUpTo(entry, cursor) || entry === prefixes.at(-1)) continue;
    if (items.length + prefixes.length === pageSize) {
      return { items, ...(delimiter !== undefined && { prefixes }), cursor: last as string };
    }
    last = entry;
    if (entry === name) items.push(storedOf({ container: container.name, name }, container.get(name)).object);
    else prefixes.push(entry);
  }
  return { items, ...(delimiter !== undefined && { prefixes }) };
}

function isUpTo(name: string, limit: string | undefined): boolean {
  return limit !== undefined && compareNames(name, limit) <= 0;
}

/** The position of the first name that does not come before another. */
function firstFrom(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNames(names[middle] as string, name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A page of unfinished uploads. The cursor is the id of the last upload of the page before. */
export function uploadsPage(
  container: MemoryContainer,
  prefix: string,
  cursor: string | undefined,
): Page<MultipartUpload> {
  const all = [...container.uploads.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((one, other) => compareNames(one.name, other.name) || Number(one.uploadId) - Number(other.uploadId));
  const start = cursor === undefined ? 0 : all.findIndex(({ uploadId }) => uploadId === cursor) + 1;
  const page = all.slice(start, start + maxPageSize);
  const last = page.at(-1);
  return {
    items: page.map(({ name, startedAt, uploadId }) => ({ container: container.name, name, uploadId, startedAt })),
    ...(last && start + page.length < all.length && { cursor: last.uploadId }),
  };
}
