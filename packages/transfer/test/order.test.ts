/** Sides whose names are not in byte order: refused or sorted, and never a reason to delete. */
import { isCloudError } from '@isobar/core';
import { compareTrees, copyTree, syncTree } from '@isobar/transfer';
import { expect, test } from 'vitest';
import { listsByUtf16, listsMany } from '../testing/strange-providers.ts';
import { fill, memory, namesIn } from '../testing/trees.ts';

/** In byte order of UTF-8; by UTF-16 the last two change places. */
const names = ['a', '\uff5e', '\u{1f600}'];

test.each(['from', 'to'] as const)('a side out of order is refused, and nothing is deleted: %s', async (side) => {
  const strange = listsByUtf16();
  const ordered = await memory('async');
  await strange.createContainer('box');
  const trees = { from: { driver: ordered, container: 'box' }, to: { driver: ordered, container: 'box' } };
  trees[side] = { driver: strange, container: 'box' };
  const { from, to } = trees;
  await fill(from, names);
  await fill(to, names);
  const failure = await syncTree(from, to, { delete: true })
    .report()
    .catch((thrown: unknown) => thrown);
  if (!isCloudError(failure, 'unsupported')) throw failure;
  expect(failure.details.field).toBe(side);
  expect(failure.message).toMatch(/does not list box in byte order.*sortListings/s);
  expect((await namesIn(to)).toSorted()).toEqual(names.toSorted());
  const sorted = await syncTree(from, to, { delete: true, sortListings: true }).report();
  expect(sorted).toMatchObject({ copied: 0, skipped: 3, deleted: 0 });
  await to.driver.writeObject('x', 'box', 'extra');
  expect(await syncTree(from, to, { delete: true, sortListings: true }).report()).toMatchObject({ deleted: 1 });
  expect(await compareTrees(from, to, { sortListings: true }).report()).toMatchObject({
    same: 3,
    extra: 0,
    missing: 0,
  });
});

test('objects that stand for folders have no place on a disk, and are no failures', async () => {
  const from = { driver: await memory('async'), container: 'box', prefix: 'tree' };
  await from.driver.writeObject('', 'box', 'tree/');
  await from.driver.writeObject('', 'box', 'tree/sub/');
  await from.driver.writeObject('x', 'box', 'tree/sub/a');
  const { DiskFolder } = await import('../testing/trees.ts');
  using disk = new DiskFolder();
  const report = await copyTree(from, { driver: disk.driver('async'), container: 'home' }).report();
  expect(report).toMatchObject({ copied: 1, skipped: 1, failed: 0 });
});

test('copying a few objects into a large container does not list all of it', async () => {
  const from = { driver: await memory('async'), container: 'box' };
  // A hundred thousand names from 000000000 on, of which two are of use.
  const { driver, pages } = listsMany(100_000);
  const to = { driver, container: 'box' };
  await fill(from, ['000050500', '000099000x']);
  expect(await copyTree(from, to, { dryRun: true }).report()).toMatchObject({ copied: 2 });
  expect(pages.count).toBeLessThan(12);
  pages.count = 0;
  expect(await syncTree(from, to, { dryRun: true, delete: true }).report()).toMatchObject({ deleted: 99_999 });
  expect(pages.count).toBe(200);
});
