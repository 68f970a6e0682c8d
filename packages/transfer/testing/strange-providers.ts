/** Providers for tests that list in their own way: out of byte order, or more objects than memory holds. */

import type { AsyncStorageDriver } from '@isobar/core';
import { type Listing, makeListing, type StorageObject, type StorageOperations } from '@isobar/core/provider';
import { connect } from '@isobar/design-flag';
import { memoryStorage } from '@isobar/storage-memory';

/** Memory whose listings are changed. */
function withListing(
  change: (listing: Listing<StorageObject>, options: { readonly startAfter?: string }) => Listing<StorageObject>,
): AsyncStorageDriver {
  const provider = {
    ...memoryStorage,
    operations(...args: Parameters<typeof memoryStorage.operations>): StorageOperations {
      const operations = memoryStorage.operations(...args) as StorageOperations;
      return {
        ...operations,
        iterateContainerObjects: (container, options = {}) =>
          change(operations.iterateContainerObjects(container, options), options),
      };
    },
  };
  return connect(provider as typeof memoryStorage, { async: true }) as unknown as AsyncStorageDriver;
}

/** Memory that lists by UTF-16, as Azurite does, on one page. */
export function listsByUtf16(): AsyncStorageDriver {
  return withListing((listing) =>
    makeListing(function* () {
      const { items } = yield* listing.page();
      // The default order of JavaScript's strings is that of UTF-16.
      return { items: items.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
    }),
  );
}

/** A container with any number of objects, which exist only while they are listed, and how many pages were. */
export function listsMany(count: number): { readonly driver: AsyncStorageDriver; readonly pages: { count: number } } {
  const pages = { count: 0 };
  const driver = withListing((_, { startAfter }) =>
    makeListing(function* (cursor) {
      pages.count += 1;
      const afterStart = startAfter === undefined ? 0 : numberAfter(startAfter);
      const first = cursor === undefined ? afterStart : Number(cursor);
      const end = Math.min(first + 1000, count);
      const items = Array.from({ length: Math.max(0, end - first) }, (_, index): StorageObject => {
        return {
          container: 'box',
          name: nameOf(first + index),
          sizeBytes: 1,
          lastModified: new Date(0),
          metadata: {},
          extra: {},
        };
      });
      return { items, ...(end < count && { cursor: String(end) }) };
    }),
  );
  return { driver, pages };
}

function nameOf(index: number): string {
  return String(index).padStart(9, '0');
}

/** The index of the first name after another, which may be shorter or longer. */
function numberAfter(name: string): number {
  const index = Number(name.slice(0, 9).padEnd(9, '0'));
  return nameOf(index) > name ? index : index + 1;
}
