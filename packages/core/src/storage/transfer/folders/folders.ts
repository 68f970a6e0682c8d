/** Folders: prefixes of names, shown beside the objects under them. */
import type { Page } from '../../../operations/listing.ts';
import { compareNames } from '../../compare-names.ts';
import type { Folder, StorageObject } from '../../models.ts';
import type { ListFolderOptions, ListObjectsOptions } from '../../options.ts';

/** The listing that has the entries of a folder. */
export function folderListing(folder: string, { delimiter = '/', ...options }: ListFolderOptions): ListObjectsOptions {
  const prefix = folder === '' || folder.endsWith(delimiter) ? folder : folder + delimiter;
  return { ...options, delimiter, prefix };
}

/** Objects and folders of a page in one order, that of the names' bytes in UTF-8. */
export function folderPage<Item extends StorageObject>(
  container: string,
  { cursor, items, prefixes = [] }: Page<Item>,
): Page<Item | Folder> {
  const folders = prefixes.map((prefix): Folder => ({ container, prefix }));
  const entries: readonly (Item | Folder)[] = folders.length === 0 ? items : [...items, ...folders];
  return { items: entries.toSorted(byName), ...(cursor !== undefined && { cursor }) };
}

function byName(one: StorageObject | Folder, other: StorageObject | Folder): number {
  return compareNames(nameOf(one), nameOf(other));
}

function nameOf(entry: StorageObject | Folder): string {
  return 'prefix' in entry ? entry.prefix : entry.name;
}
