import { compareNames } from '@isobar/core/provider';
import { connect } from '@isobar/design-flag';
import { memoryStorage } from '@isobar/storage-memory';
import type { AsyncTree } from '@isobar/transfer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeyRange, listRanges, nameBetween } from './key-ranges.ts';

/** Names that clouds allow: well-formed, and not empty. */
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.isWellFormed());

describe('a name in the middle', () => {
  test('is between both, if there is one', () => {
    fc.assert(
      fc.property(name, fc.option(name, { nil: undefined }), (one, other) => {
        const [after, upTo] = other !== undefined && compareNames(one, other) > 0 ? [other, one] : [one, other];
        const middle = nameBetween(after, upTo);
        if (middle === undefined) return;
        expect(middle.isWellFormed()).toBe(true);
        expect(compareNames(after, middle)).toBeLessThan(0);
        if (upTo !== undefined) expect(compareNames(middle, upTo)).toBeLessThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['', undefined],
    ['a', 'c'],
    ['a', 'b'],
    ['2026/01/31', '2026/02/01'],
    ['img-0999999', undefined],
    ['\u007f', undefined],
    ['\ud7ff', '\ue001'],
  ])('is found between %j and %j', (after, upTo) => expect(nameBetween(after, upTo)).toBeDefined());

  test('is not found where there is none', () => expect(nameBetween('a', 'a\u0001')).toBeUndefined());
});

/** Lists a tree in ranges. @returns The names in the order of each range, and how many ranges there were. */
async function listed(
  names: readonly string[],
  concurrency: number,
  ranges: readonly KeyRange[] = [{ after: undefined, upTo: undefined }],
): Promise<{ readonly names: string[]; readonly ranges: number }> {
  await using driver = connect(memoryStorage, { async: true });
  await driver.createContainer('box');
  for (const one of names) await driver.writeObject('', 'box', one);
  const byRange = new Map<KeyRange, string[]>();
  const tree = { driver, container: 'box' } as unknown as AsyncTree;
  await listRanges(
    tree,
    ranges,
    {
      async onEntries(range, entries) {
        const own = byRange.get(range) ?? [];
        byRange.set(range, own);
        for (const entry of entries) own.push(entry.name);
        // Others go on meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 5));
      },
      async onEnd() {},
    },
    { concurrency, minEntries: 100, sortListings: false },
  );
  for (const own of byRange.values()) expect(own).toEqual(own.toSorted(compareNames));
  return { names: [...byRange.values()].flat().toSorted(compareNames), ranges: byRange.size };
}

const numbers = Array.from({ length: 5000 }, (_, index) => `logs/${String(index).padStart(9, '0')}`);
const hashes = Array.from({ length: 5000 }, (_, index) => ((index * 2_654_435_761) % 2 ** 32).toString(16));
const skewed = Array.from({ length: 5000 }, (_, index) => (index < 10 ? `a${index}` : `z/z/z/${index}`));

describe('ranges of names', () => {
  test.each([
    ['numbers', numbers],
    ['hashes', hashes],
    ['mostly one folder', skewed],
  ])('have every name once, in several listings at the same time: %s', async (_, names) => {
    const found = await listed(names, 8);
    expect(found.names).toEqual([...new Set(names)].toSorted(compareNames));
    expect(found.ranges).toBeGreaterThan(1);
  });

  test('have only the names of the given ranges', async () => {
    const { names } = await listed(numbers.slice(0, 50), 4, [
      { after: undefined, upTo: 'logs/000000009' },
      { after: 'logs/000000039', upTo: undefined },
    ]);
    expect(names).toEqual([...numbers.slice(0, 10), ...numbers.slice(40, 50)]);
  });

  test('end with the failure of one of them', async () => {
    const tree = { driver: connect(memoryStorage, { async: true }), container: 'absent' } as unknown as AsyncTree;
    const watcher = { onEntries: async () => {}, onEnd: async () => {} };
    const ranges = [{ after: undefined, upTo: undefined }];
    await expect(
      listRanges(tree, ranges, watcher, { concurrency: 4, minEntries: 1, sortListings: false }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});
