/** Following the pages of a listing, to the end and without loops. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isCloudError } from '../errors.ts';
import { clock } from '../steps/local-steps.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { ScriptedWorld } from '../testing/scripted-world.ts';
import { drain, type Listing, makeListing, nextCursor, type Page } from './listing.ts';
import type { Operation } from './operation.ts';

forbidIo({ beforeEach, afterEach });

function listingOf(pages: Record<string, Page<number>>, asked: (string | undefined)[] = []): Listing<number> {
  return makeListing(function* (cursor?: string): Operation<Page<number>> {
    yield* clock();
    asked.push(cursor);
    return pages[cursor ?? 'first'] ?? { items: [] };
  });
}

describe('drain', () => {
  test('collects the items of all pages in order', () => {
    const listing = listingOf({
      first: { items: [1, 2], cursor: 'a' },
      a: { items: [3], cursor: 'b' },
      b: { items: [4] },
    });
    expect(new ScriptedWorld().run(drain(listing))).toEqual([1, 2, 3, 4]);
  });

  test('continues after an empty page that has a cursor', () => {
    const listing = listingOf({ first: { items: [], cursor: 'a' }, a: { items: [1] } });
    expect(new ScriptedWorld().run(drain(listing))).toEqual([1]);
  });

  test('requests the first page without a cursor, and the next with the cursor of the page before', () => {
    const asked: (string | undefined)[] = [];
    const listing = listingOf({ first: { items: [1], cursor: 'a' }, a: { items: [2] } }, asked);
    new ScriptedWorld().run(drain(listing));
    expect(asked).toEqual([undefined, 'a']);
  });

  test('accepts pages with more items than a function call can have arguments', () => {
    const items = Array.from({ length: 300_000 }, (_, index) => index);
    expect(new ScriptedWorld().run(drain(listingOf({ first: { items } })))).toHaveLength(300_000);
  });

  test('refuses a cursor that repeats, as malformed-response', () => {
    const listing = listingOf({ first: { items: [1], cursor: 'a' }, a: { items: [2], cursor: 'a' } });
    const failure = new ScriptedWorld().failureOf(drain(listing));
    expect(isCloudError(failure, 'malformed-response')).toBe(true);
  });
});

describe('nextCursor', () => {
  test('is the cursor of the page', () => expect(nextCursor({ items: [], cursor: 'b' }, 'a')).toBe('b'));
  test('is absent on the last page', () => expect(nextCursor({ items: [] }, 'a')).toBeUndefined());
  test('is absent on a single page', () => expect(nextCursor({ items: [] }, undefined)).toBeUndefined());
  test('refuses an empty cursor that repeats', () => {
    expect(() => nextCursor({ items: [], cursor: '' }, '')).toThrow(/cursor of the page before/);
  });
});
