/** What each call does to two trees, in both kinds. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCloudError } from '@isobar/core';
import { type AsyncTree, compareTrees, copyTree, moveTree, syncTree, verifyTree } from '@isobar/transfer';
import { describe, expect, test } from 'vitest';
import { DiskFolder, fill, kinds, memory, namesIn } from '../testing/trees.ts';

const names = ['a.txt', 'b/c.txt', 'b/d/e.txt', 'ü€😀.txt', 'with\nnewline and space'];

describe.each(kinds)('%s', (kind) => {
  async function twoTrees(): Promise<[AsyncTree, AsyncTree]> {
    const from = { driver: await memory(kind), container: 'box', prefix: 'from/' };
    const to = { driver: await memory(kind), container: 'box', prefix: 'to' };
    await fill(from, names);
    return [from, to];
  }

  test('copyTree copies what is missing, once, and says how it was verified', async () => {
    const [from, to] = await twoTrees();
    const report = await copyTree(from, to).report();
    expect(report).toMatchObject({ copied: names.length, skipped: 0, deleted: 0, failed: 0, dryRun: false });
    expect(await namesIn({ ...to, prefix: 'to/' })).toEqual(names.toSorted());
    expect(await copyTree(from, to).report()).toMatchObject({ copied: 0, skipped: names.length, bytes: 0 });
    const [first] = await resultsOf(copyTree(from, { ...to, prefix: 'other' }));
    const copied = { name: 'a.txt', outcome: 'copied', reason: 'absent', sizeBytes: 16, verified: 'crc32c' };
    expect(first).toEqual({ ...copied, checksums: { crc32c: 'ZmlLqA==' } });
  });

  test('a container or a prefix that has no objects is an empty tree; a container that does not exist is an error', async () => {
    const [from, to] = await twoTrees();
    expect(await copyTree({ ...from, prefix: 'nothing' }, to).report()).toMatchObject({ copied: 0, skipped: 0 });
    await fails(() => copyTree(from, { ...to, container: 'missing' }).report(), 'not-found');
    await fails(() => copyTree({ ...from, container: 'missing' }, to).report(), 'not-found');
  });

  test('copyTree copies what differs by size or time, and keeps what is newer', async () => {
    using disk = new DiskFolder();
    const from = { driver: disk.driver(kind), container: 'home' };
    const to = { driver: await memory(kind), container: 'box' };
    const [old, later] = [new Date('2020-01-01'), new Date('2024-01-01')];
    disk.write('same', 'x', old);
    disk.write('longer', 'xx', old);
    disk.write('touched', 'y', later);
    for (const name of ['same', 'longer', 'touched']) {
      await to.driver.writeObject('x', 'box', name, { lastModified: old });
    }
    const results = await resultsOf(copyTree(from, to));
    expect(byName(results)).toMatchObject({
      same: { outcome: 'skipped', reason: 'same' },
      longer: { outcome: 'copied', reason: 'size' },
      touched: { outcome: 'copied', reason: 'time' },
    });
    expect((await to.driver.getObject('box', 'touched')).lastModified).toEqual(later);
    disk.write('touched', 'zz', old);
    expect(await copyTree(from, to, { overwrite: 'older' }).report()).toMatchObject({ copied: 0, skipped: 3 });
    expect(await copyTree(from, to, { overwrite: 'never' }).report()).toMatchObject({ copied: 0, skipped: 3 });
    expect(await copyTree(from, to, { overwrite: 'always' }).report()).toMatchObject({ copied: 3 });
  });

  test('copyTree compares by size only, or by checksum', async () => {
    const [from, to] = await twoTrees();
    await copyTree(from, to).report();
    await to.driver.writeObject('CONTENT of a.txt', 'box', 'to/a.txt');
    expect(await copyTree(from, to, { compare: 'size' }).report()).toMatchObject({ copied: 0 });
    expect(await copyTree(from, to).report()).toMatchObject({ copied: 0 });
    const results = await resultsOf(copyTree(from, to, { compare: 'checksum' }));
    expect(results.filter(({ outcome }) => outcome === 'copied')).toMatchObject([
      { name: 'a.txt', reason: 'checksum' },
    ]);
  });

  test('a dry run says what would be done and changes nothing', async () => {
    const [from, to] = await twoTrees();
    await fill({ ...to, prefix: 'to/' }, ['extra']);
    const report = await syncTree(from, to, { dryRun: true, delete: true }).report();
    expect(report).toMatchObject({ copied: names.length, deleted: 1, failed: 0, dryRun: true });
    expect(await namesIn({ ...to, prefix: 'to/' })).toEqual(['extra']);
  });

  test('syncTree deletes what the source does not have, only when asked, and keeps what is excluded', async () => {
    const [from, to] = await twoTrees();
    await fill({ ...to, prefix: 'to/' }, ['b/extra', 'extra.tmp', 'z']);
    expect(await syncTree(from, to).report()).toMatchObject({ copied: names.length, deleted: 0 });
    const report = await syncTree(from, to, { delete: true, exclude: ['*.tmp'] }).report();
    expect(report).toMatchObject({ copied: 0, deleted: 2, failed: 0, notes: [] });
    expect(await namesIn({ ...to, prefix: 'to/' })).toEqual([...names, 'extra.tmp'].toSorted());
  });

  test('syncTree deletes nothing if the source is empty, too much would go, or an object failed', async () => {
    const [from, to] = await twoTrees();
    await copyTree(from, to).report();
    const empty = await syncTree({ ...from, prefix: 'typo' }, to, { delete: true }).report();
    expect(empty).toMatchObject({ deleted: 0, notes: ['Nothing was deleted, because the source has no objects.'] });
    await fill({ ...to, prefix: 'to/' }, ['x', 'y']);
    const limited = await syncTree(from, to, { delete: true, maxDeletions: 1 }).report();
    expect(limited).toMatchObject({ deleted: 0, notes: ['Nothing was deleted, because 2 objects would be.'] });
    await fill(from, ['folder//name']);
    using disk = new DiskFolder();
    disk.write('extra', 'x');
    const failing = await syncTree(from, { driver: disk.driver(kind), container: 'home' }, { delete: true }).report();
    expect(failing).toMatchObject({
      failed: 1,
      deleted: 0,
      notes: ['Nothing was deleted, because some objects failed.'],
    });
    expect(failing.failures).toMatchObject([{ name: 'folder//name', error: { code: 'invalid-argument' } }]);
  });

  test('moveTree deletes each source after its copy, also where the destination has the same bytes', async () => {
    const [from, to] = await twoTrees();
    await to.driver.writeObject('content of a.txt', 'box', 'to/a.txt');
    await to.driver.writeObject('CONTENT of b/c.txt', 'box', 'to/b/c.txt');
    const results = await resultsOf(moveTree(from, to));
    expect(byName(results)).toMatchObject({
      'a.txt': { outcome: 'moved', reason: 'already-there' },
      'b/c.txt': { outcome: 'moved', reason: 'checksum' },
      'b/d/e.txt': { outcome: 'moved', reason: 'absent' },
    });
    expect(await namesIn(from)).toEqual([]);
    expect(await to.driver.readText({ container: 'box', name: 'to/b/c.txt' })).toBe('content of b/c.txt');
  });

  test('moveTree keeps the source of what it may not replace', async () => {
    const [from, to] = await twoTrees();
    await to.driver.writeObject('other', 'box', 'to/a.txt');
    const report = await moveTree(from, to, { overwrite: 'never' }).report();
    expect(report).toMatchObject({ moved: names.length - 1, skipped: 1 });
    expect(await namesIn(from)).toEqual(['a.txt']);
  });

  test('compareTrees and verifyTree say what is the same, different, missing and extra', async () => {
    const [from, to] = await twoTrees();
    await copyTree(from, to).report();
    await to.driver.writeObject('CONTENT of a.txt', 'box', 'to/a.txt');
    await to.driver.writeObject('of another length', 'box', 'to/b/c.txt');
    await to.driver.deleteObject({ container: 'box', name: 'to/b/d/e.txt' });
    await fill({ ...to, prefix: 'to/' }, ['extra']);
    const compared = await compareTrees(from, to).report();
    expect(compared).toMatchObject({ same: 3, different: 1, missing: 1, extra: 1, failed: 0 });
    const verified = await verifyTree(from, to).report();
    expect(verified).toMatchObject({ same: 2, different: 2, missing: 1, extra: 1, failed: 0 });
    expect(verified.problems).toMatchObject([
      { name: 'a.txt', outcome: 'different', reason: 'checksum', verified: 'crc32c' },
      { name: 'b/c.txt', outcome: 'different', reason: 'size' },
      { name: 'b/d/e.txt', outcome: 'missing' },
      { name: 'extra', outcome: 'extra' },
    ]);
  });

  test('verifyTree reads files: a sidecar or a time is no proof', async () => {
    using disk = new DiskFolder();
    const to = { driver: disk.driver(kind), container: 'home' };
    const [from] = await twoTrees();
    await copyTree({ ...from, prefix: 'from/b' }, to).report();
    const { mtime } = statSync(join(disk.path, 'home', 'c.txt'));
    disk.write('c.txt', 'CONTENT of b/c.txt', mtime);
    expect(await compareTrees({ ...from, prefix: 'from/b' }, to).report()).toMatchObject({ same: 2, different: 0 });
    expect(await verifyTree({ ...from, prefix: 'from/b' }, to).report()).toMatchObject({ same: 1, different: 1 });
  });

  test('type, headers, metadata and time go with the bytes', async () => {
    using disk = new DiskFolder();
    const home = { driver: disk.driver(kind), container: 'home' };
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: await memory(kind), container: 'box' };
    const options = {
      contentType: 'text/x-own',
      cacheControl: 'no-cache',
      contentDisposition: 'attachment',
      contentLanguage: 'de',
      contentEncoding: 'gzip',
      metadata: { colour: 'blue' },
      lastModified: new Date('2021-02-03T04:05:06Z'),
    };
    await from.driver.writeObject('x', 'box', 'object', options);
    expect(await copyTree(from, home).report()).toMatchObject({ copied: 1, notKept: {} });
    expect(await copyTree(home, to).report()).toMatchObject({ copied: 1, notKept: {} });
    const { lastModified, metadata, contentType, ...extra } = options;
    const copy = await to.driver.getObject('box', 'object');
    expect(copy).toMatchObject({ lastModified, metadata, contentType, extra });
    expect(statSync(join(disk.path, 'home', 'object')).mtime).toEqual(lastModified);
    const plain = { driver: await memory(kind), container: 'box' };
    await copyTree(from, plain, { keepMetadata: false }).report();
    const found = await plain.driver.getObject('box', 'object');
    expect(found).toMatchObject({
      metadata: {},
      contentType: 'application/octet-stream',
      extra: { contentEncoding: 'gzip' },
    });
  });

  test('filters choose by name, size and time', async () => {
    using disk = new DiskFolder();
    const from = { driver: disk.driver(kind), container: 'home' };
    for (const name of ['a.txt', 'b.log', 'deep/a.txt', 'deep/er/c.txt']) disk.write(name, 'x', new Date('2020-01-01'));
    disk.write('large.txt', 'x'.repeat(100), new Date('2025-01-01'));
    const chosen = async (options: object): Promise<string[]> => {
      const to = { driver: await memory(kind), container: 'box' };
      await copyTree(from, to, options).report();
      return await namesIn(to);
    };
    expect(await chosen({ include: ['*.txt'] })).toEqual(['a.txt', 'deep/a.txt', 'deep/er/c.txt', 'large.txt']);
    expect(await chosen({ include: ['/*.txt'] })).toEqual(['a.txt', 'large.txt']);
    expect(await chosen({ include: ['deep/**'], exclude: ['c.*'] })).toEqual(['deep/a.txt']);
    expect(await chosen({ exclude: ['**/a.txt', '*.{log,md}'] })).toEqual(['deep/er/c.txt', 'large.txt']);
    expect(await chosen({ minSizeBytes: 2 })).toEqual(['large.txt']);
    expect(await chosen({ maxSizeBytes: 2, include: ['*.log'] })).toEqual(['b.log']);
    expect(await chosen({ modifiedAfter: new Date('2024-01-01') })).toEqual(['large.txt']);
    expect(await chosen({ modifiedBefore: new Date('2024-01-01'), include: ['b*'] })).toEqual(['b.log']);
  });

  test('results are an iterable; a loop that ends early pauses the run', async () => {
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: await memory(kind), container: 'box' };
    await fill(
      from,
      Array.from({ length: 1500 }, (_, index) => `n${index}`),
    );
    const run = copyTree(from, to, { concurrency: 4 });
    let count = 0;
    for await (const { outcome } of anyIterable(run)) {
      expect(outcome).toBe('copied');
      count += 1;
      if (count === 10) break;
    }
    // Stopped: not all of them were copied.
    expect((await namesIn(to)).length).toBeLessThan(1500);
    for await (const _ of anyIterable(run)) count += 1;
    expect(count).toBe(1500);
    expect(await run.report()).toMatchObject({ copied: 1500, failed: 0 });
    expect((await namesIn(to)).length).toBe(1500);
  });

  test('progress counts objects and bytes, and ends with everything done', async () => {
    const [from, to] = await twoTrees();
    const seen: { readonly doneObjects: number; readonly isListed: boolean; readonly waitingObjects: number }[] = [];
    const results: string[] = [];
    const options = {
      onProgress: (progress: never) => seen.push(progress),
      onResult: ({ name }: { name: string }) => results.push(name),
    };
    const { bytes } = await copyTree(from, to, options as never).report();
    expect(seen.at(-1)).toMatchObject({
      doneObjects: names.length,
      waitingObjects: 0,
      failedObjects: 0,
      isListed: true,
      transferredBytes: bytes,
      foundBytes: bytes,
      remainingSeconds: 0,
    });
    expect(results.toSorted()).toEqual(names.toSorted());
  });

  test('the caller’s own errors pass unchanged and end the run', async () => {
    const [from, to] = await twoTrees();
    const own = new Error('own');
    const run = copyTree(from, to, {
      onResult: () => {
        throw own;
      },
    });
    await expect((async () => await run.report())()).rejects.toBe(own);
    await expect((async () => await run.report())()).rejects.toBe(own);
  });

  test('large objects pass in parts, in bounded memory, verified', async () => {
    using disk = new DiskFolder();
    const from = { driver: disk.driver(kind), container: 'home' };
    const to = { driver: await memory(kind), container: 'box' };
    const bytes = Buffer.alloc(40_000_000, 'isobar ');
    disk.write('large', bytes);
    expect(await copyTree(from, to).report()).toMatchObject({ copied: 1, bytes: bytes.length });
    expect(bytes.equals(await to.driver.readObject({ container: 'box', name: 'large' }))).toBe(true);
    await copyTree(to, { ...from, prefix: 'back' }).report();
    expect(bytes.equals(readFileSync(join(disk.path, 'home', 'back', 'large')))).toBe(true);
  });

  test('what is wrong is refused by name, before anything is sent', async () => {
    const [from, to] = await twoTrees();
    const tree = { driver: from.driver, container: 'box', prefix: 'from/b' };
    await refused(() => copyTree(from, to, { concurency: 3 } as object), 'concurency');
    await refused(() => copyTree(from, to, { concurrency: 0 }), 'concurrency');
    await refused(() => copyTree(from, to, { include: 'x' as never }), 'include');
    await refused(() => copyTree(from, to, { include: [''] }), 'include[0]');
    await refused(() => copyTree(from, to, { compare: 'md5' as never }), 'compare');
    await refused(() => syncTree(from, to, { maxDeletions: 3 }), 'maxDeletions');
    await refused(() => copyTree(from, to, { journal: 'x', dryRun: true }), 'journal');
    await refused(() => moveTree(from, tree), 'to');
    await refused(() => copyTree(from, { ...to, prefx: 'x' } as never), 'to.prefx');
    await refused(() => copyTree(from, { ...to, container: '' }), 'to.container');
    await refused(() => copyTree(undefined as never, to), 'from');
    await refused(() => copyTree({ ...from, driver: {} } as never, to), 'driver');
    await refused(() => copyTree(from, to, null as never), 'options');
    if (kind === 'blocking') await refused(() => copyTree(from, to, { signal: AbortSignal.abort() }), 'signal');
    expect(await namesIn({ ...to, prefix: 'to/' })).toEqual([]);
  });
});

test('drivers of both kinds cannot be mixed', async () => {
  const from = { driver: await memory('async'), container: 'box' };
  const to = { driver: await memory('blocking'), container: 'box' };
  await fill(from, ['a']);
  await fails(() => copyTree(from, to).report(), 'unsupported');
});

test('a signal ends a run, which then goes no further', async () => {
  const from = { driver: await memory('async'), container: 'box' };
  const to = { driver: await memory('async'), container: 'box' };
  await fill(
    from,
    Array.from({ length: 200 }, (_, index) => `n${index}`),
  );
  const controller = new AbortController();
  const run = copyTree(from, to, {
    concurrency: 2,
    signal: controller.signal,
    onResult: () => controller.abort(),
  });
  await fails(() => run.report(), 'aborted');
  const { length } = await namesIn(to);
  expect(length).toBeLessThan(200);
  await fails(() => run.report(), 'aborted');
});

/** An iterable of either kind. */
function anyIterable<Item>(run: AsyncIterable<Item>): AsyncIterable<Item> {
  return run;
}

async function resultsOf<Item>(run: AsyncIterable<Item>): Promise<Item[]> {
  const results: Item[] = [];
  for await (const result of run) results.push(result);
  return results;
}

function byName<Item extends { readonly name: string }>(results: readonly Item[]): Record<string, Item> {
  return Object.fromEntries(results.map((result) => [result.name, result]));
}

async function fails(run: () => unknown, code: string): Promise<void> {
  let failure: unknown;
  try {
    await run();
  } catch (thrown) {
    failure = thrown;
  }
  if (!isCloudError(failure)) throw new Error(`${code} was expected, not ${String(failure)}`);
  expect(failure.code).toBe(code);
}

async function refused(start: () => { report(): unknown }, field: string): Promise<void> {
  let failure: unknown;
  try {
    await start().report();
  } catch (thrown) {
    failure = thrown;
  }
  if (!isCloudError(failure, 'invalid-argument')) throw new Error(`a refusal was expected, not ${String(failure)}`);
  expect(failure.details.field).toBe(field);
}
