/** Listings and streams of the in-memory driver, in either kind. */
import type { BlockingListing, Page } from '@isobar/core';
import type { Kind } from '../src/driver.ts';

/** Whether a method returns a listing or a stream. */
export function givesSequence(name: string): boolean {
  return /^iterate|AsStream$/.test(name);
}

/**
 * Converts a blocking listing or stream to a kind.
 *
 * @param check Called before each page and each piece; throws when the driver is closed or the call was aborted.
 */
export function inKind<Item>(
  source: Iterable<Item> & Partial<BlockingListing<Item>>,
  kind: Kind,
  check: () => void,
): object {
  function* checked<Part>(parts: Iterable<Part>): Generator<Part> {
    check();
    for (const part of parts) {
      yield part;
      check();
    }
  }
  async function* later<Part>(parts: Iterable<Part>): AsyncGenerator<Part> {
    yield* checked(parts);
  }
  const iterate: <Part>(parts: Iterable<Part>) => unknown = kind === 'blocking' ? checked : later;
  const { pages } = source;
  return {
    [kind === 'blocking' ? Symbol.iterator : Symbol.asyncIterator]: () => iterate(source),
    ...(pages && {
      pages: (from?: { readonly cursor?: string }) => iterate<Page<Item>>(pages(from)),
      toArray: kind === 'blocking' ? () => [...checked(source)] : async () => [...checked(source)],
    }),
  };
}
