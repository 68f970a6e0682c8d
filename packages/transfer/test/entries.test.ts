/** Runs over entries that the caller knows, and how one gets them, in both kinds. */
import {
  type AsyncTree,
  copyTree,
  entryMatcher,
  syncTree,
  type TreeEntry,
  treePages,
  verifyTree,
} from '@isobar/transfer';
import { describe, expect, test } from 'vitest';
import { fill, kinds, memory, namesIn } from '../testing/trees.ts';

const names = Array.from({ length: 2500 }, (_, index) => `n${String(index).padStart(5, '0')}`);

describe.each(kinds)('%s', (kind) => {
  async function twoTrees(): Promise<[AsyncTree, AsyncTree]> {
    const from = { driver: await memory(kind), container: 'box', prefix: 'from/' };
    const to = { driver: await memory(kind), container: 'box', prefix: 'to/' };
    await fill(from, names.slice(0, 20));
    return [from, to];
  }

  async function pagesOf(tree: AsyncTree, options: object = {}): Promise<(readonly TreeEntry[])[]> {
    const pages: (readonly TreeEntry[])[] = [];
    // A plain iterable can be awaited, too.
    for await (const page of treePages(tree, options)) pages.push(page);
    return pages;
  }

  test('treePages lists a tree page by page, and from a name on', async () => {
    const tree = { driver: await memory(kind), container: 'box', prefix: 'deep' };
    await fill({ ...tree, prefix: 'deep/' }, names);
    const pages = await pagesOf(tree);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().map(({ name }) => name)).toEqual(names);
    expect(pages[0]?.[0]).toMatchObject({ name: 'n00000', sizeBytes: 17, lastModified: expect.any(Date) });
    expect((await pagesOf(tree, { startAfter: 'n02497' })).flat().map(({ name }) => name)).toEqual(names.slice(2498));
    expect(await pagesOf({ ...tree, prefix: 'nothing' })).toEqual([]);
  });

  test('copyTree copies the given entries and no others, and does not list the source', async () => {
    const [from, to] = await twoTrees();
    const entries = (await pagesOf(from)).flat().filter((_, index) => index % 2 === 0);
    await from.driver.deleteObject({ container: 'box', name: `from/${entries[3]?.name}` });
    const report = await copyTree(from, to, { entries }).report();
    expect(report).toMatchObject({ copied: 9, skipped: 0, failed: 1 });
    expect(report.failures[0]?.error?.code).toBe('not-found');
    expect(await namesIn(to)).toEqual(entries.map(({ name }) => name).filter((name) => name !== entries[3]?.name));
    expect(await copyTree(from, to, { entries }).report()).toMatchObject({ copied: 0, skipped: 9, failed: 1 });
    expect(await copyTree(from, to, { entries: [] }).report()).toMatchObject({ copied: 0, skipped: 0 });
  });

  test('verifyTree compares the given entries, and what else the destination has is not extra', async () => {
    const [from, to] = await twoTrees();
    await copyTree(from, to).report();
    const entries = (await pagesOf(from)).flat().slice(5, 10);
    await to.driver.deleteObject({ container: 'box', name: 'to/n00007' });
    expect(await verifyTree(from, to, { entries }).report()).toMatchObject({ same: 4, missing: 1, extra: 0 });
  });

  test.each<[string, object]>([
    ['must be an array', { entries: 'x' }],
    [
      '`entries[1].name` must come after "b" in byte order',
      {
        entries: [
          { name: 'b', sizeBytes: 1 },
          { name: 'a', sizeBytes: 1 },
        ],
      },
    ],
    ['`entries[0].sizeBytes`', { entries: [{ name: 'a' }] }],
    ['cannot be combined with `delete` or `journal`', { entries: [], delete: true }],
  ])('entries that are wrong are refused: %s', async (message, options) => {
    const [from, to] = await twoTrees();
    const run = async (): Promise<unknown> => await syncTree(from, to, options).report();
    await expect(run()).rejects.toThrow(message);
  });

  test('a limit that is a function is asked again and again', async () => {
    const [from, to] = await twoTrees();
    let asked = 0;
    const limits = [100_000, undefined];
    const maxBytesPerSecond = (): number | undefined => limits[asked++ % 2];
    expect(await copyTree(from, to, { maxBytesPerSecond, serverSide: false }).report()).toMatchObject({ copied: 20 });
    expect(asked).toBeGreaterThanOrEqual(20);
  });
});

test('entryMatcher says which objects filters let through', () => {
  const isWanted = entryMatcher({ include: ['*.jpg'], exclude: ['old/**'], minSizeBytes: 10 });
  const entries = ['a.jpg', 'b.png', 'old/c.jpg'].map((name) => ({ name, sizeBytes: 10 }));
  expect(entries.filter(isWanted).map(({ name }) => name)).toEqual(['a.jpg']);
  expect(isWanted({ name: 'a.jpg', sizeBytes: 9 })).toBe(false);
  expect(() => entryMatcher({ minSizeBytes: -1 })).toThrow('`minSizeBytes`');
  expect(() => entryMatcher({ size: 1 } as object)).toThrow('`filters.size` is unknown');
});
