/** Merging two sides: for random trees, page sizes and failures, each name once, in order, with what each side has. */
import { compareNames, type Operation } from '@isobar/core/provider';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntryReader } from './entries.ts';
import { nextPairs, type Pair } from './pairs.ts';

/** A reader over names that are there, in pages of given sizes. */
function readerOf(names: readonly string[], pageSizes: readonly number[]): EntryReader {
  let at = 0;
  let page = 0;
  const reader = {
    entries: [] as EntryReader['entries'],
    at: 0,
    hasEnded: false,
    *fetch(wanted?: string): Operation<void> {
      // Leaves out what is of no use, all of it.
      if (wanted !== undefined) while (at < names.length && compareNames(names[at] as string, wanted) < 0) at += 1;
      const size = pageSizes[page % pageSizes.length] ?? 1;
      page += 1;
      reader.entries = names.slice(at, at + size).map((name) => ({ name, sizeBytes: name.length }));
      reader.at = 0;
      at += size;
      reader.hasEnded = at >= names.length;
    },
  };
  return reader as unknown as EntryReader;
}

/** Drives an operation whose only steps are the two fetches of a merge. */
function drive<Result>(operation: Operation<Result>): Result {
  let next = operation.next();
  while (!next.done) {
    const { operations } = next.value as unknown as { readonly operations: Iterable<Operation<void>> };
    for (const inner of operations) inner.next();
    next = operation.next();
  }
  return next.value;
}

const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), { maxLength: 40 });
const pages = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

test('all names of both sides, each once, in byte order', async () => {
  await fc.assert(
    fc.property(names, names, pages, pages, (one, other, pagesOfOne, pagesOfOther) => {
      const [sources, targets] = [one.toSorted(compareNames), other.toSorted(compareNames)];
      const [from, to] = [readerOf(sources, pagesOfOne), readerOf(targets, pagesOfOther)];
      const pairs: Pair[] = [];
      for (let more = drive(nextPairs(from, to, true)); more; more = drive(nextPairs(from, to, true)))
        pairs.push(...more);
      expect(pairs.map(({ name }) => name)).toEqual([...new Set([...sources, ...targets])].sort(compareNames));
      for (const { name, source, target } of pairs) {
        expect([source?.name, target?.name]).toEqual([
          sources.includes(name) ? name : undefined,
          targets.includes(name) ? name : undefined,
        ]);
      }
    }),
  );
});

test('without extras, all names of the source, each with what the destination has', async () => {
  await fc.assert(
    fc.property(names, names, pages, pages, (one, other, pagesOfOne, pagesOfOther) => {
      const [sources, targets] = [one.toSorted(compareNames), other.toSorted(compareNames)];
      const [from, to] = [readerOf(sources, pagesOfOne), readerOf(targets, pagesOfOther)];
      const pairs: Pair[] = [];
      for (let more = drive(nextPairs(from, to, false)); more; more = drive(nextPairs(from, to, false)))
        pairs.push(...more);
      const ofSource = pairs.filter(({ source }) => source);
      expect(ofSource.map(({ name }) => name)).toEqual(sources);
      for (const { name, target } of ofSource) expect(target !== undefined).toBe(targets.includes(name));
    }),
  );
});
