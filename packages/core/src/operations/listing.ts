/** Paged sequences. A listing fetches one page; drivers and {@link drain} follow the pages. */
import { CloudError } from '../errors.ts';
import type { Operation } from './operation.ts';

const listing: unique symbol = Symbol.for('isobar.listing') as typeof listing;

/** One page of a listing, as the server returned it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; absent on the last page. Opaque text, also valid in another process. */
  readonly cursor?: string;
  /** With a `delimiter`: the common prefixes ("folders") on this page. */
  readonly prefixes?: readonly string[];
}

/** A sequence that is fetched page by page. Drivers return it as an iterable with `.pages()` and `.toArray()`. */
export interface Listing<Item> {
  readonly [listing]: true;
  /** Fetches the page at a cursor, or the first one. */
  page(cursor?: string): Operation<Page<Item>>;
}

/** Makes a {@link Listing} from a function that fetches one page. */
export function makeListing<Item>(page: (cursor?: string) => Operation<Page<Item>>): Listing<Item> {
  return { [listing]: true, page };
}

/**
 * Fetches all pages in order and returns their items. One exchange a page.
 *
 * @throws {CloudError} `malformed-response` when the server repeats a cursor, which would loop forever.
 */
export function* drain<Item>(source: Listing<Item>): Operation<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = yield* source.page(cursor);
    for (const item of page.items) items.push(item);
    cursor = nextCursor(page, cursor);
  } while (cursor !== undefined);
  return items;
}

/** The cursor of the next page. Throws when the server repeated the current one. */
export function nextCursor(page: Page<unknown>, cursor: string | undefined): string | undefined {
  if (page.cursor !== undefined && page.cursor === cursor) {
    throw new CloudError('malformed-response', 'the server returned a page with the cursor of the page before it');
  }
  return page.cursor;
}
