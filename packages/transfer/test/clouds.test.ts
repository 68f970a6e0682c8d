/** Trees of real clouds' dialects and the disk: between each two of them, and with faults on the way. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AsyncStorageDriver, connect } from '@isobar/design-flag';
import { asyncOf, connect as connectMixin } from '@isobar/design-mixin';
import { AsyncSession, connect as connectSession } from '@isobar/design-session';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { s3 } from '@isobar/storage-s3';
import { type AsyncTree, copyObject, copyTree, moveTree, syncTree, verifyTree } from '@isobar/transfer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DiskFolder, fill, type Kind, kinds, memory, namesIn } from '../testing/trees.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

const names = ['a.txt', 'b/c.txt', 'ü€😀.txt', 'with space +&=?#.txt', `${'z/'.repeat(20)}deep`];
/** Larger than what a cloud takes in one request for a stream. */
const large = Buffer.alloc(20_000_000, 'isobar ');

function google(kind: Kind, retry: object = {}): AsyncStorageDriver {
  const { accessKey: key, secret, storage: endpoint } = emulator;
  return connect(googleStorage, {
    key,
    secret,
    endpoint,
    async: kind === 'async',
    ...retry,
  }) as unknown as AsyncStorageDriver;
}

function amazon(kind: Kind): AsyncStorageDriver {
  const { accessKey: key, secret, storage: endpoint } = emulator;
  const options = { key, secret, endpoint, region: 'us-east-1', async: kind === 'async' };
  return connect(s3, options) as unknown as AsyncStorageDriver;
}

describe.each(kinds)('%s', (kind) => {
  const places = ['google', 's3', 'disk', 'memory'] as const;
  const ways = places.flatMap((from) => places.map((to) => [from, to] as const));

  async function tree(place: (typeof places)[number], disk: DiskFolder, prefix: string): Promise<AsyncTree> {
    if (place === 'disk') return { driver: disk.driver(kind), container: 'home', prefix };
    if (place === 'memory') return { driver: await memory(kind), container: 'box', prefix };
    const driver = place === 'google' ? google(kind) : amazon(kind);
    const container = `bucket-${prefix}`;
    await driver.createContainer(container);
    return { driver, container };
  }

  test.each(ways)('from %s to %s and verified', async (source, target) => {
    using disk = new DiskFolder();
    const from = await tree(source, disk, 'from');
    const to = await tree(target, disk, 'to');
    await fill({ ...from, prefix: from.prefix ? 'from/' : '' }, names);
    await from.driver.writeObject(large, from.container, `${from.prefix ? 'from/' : ''}large`);
    const report = await copyTree(from, to).report();
    expect(report).toMatchObject({ copied: names.length + 1, failed: 0, failures: [], notKept: {} });
    const stored = await namesIn({ ...to, prefix: to.prefix ? 'to/' : '' });
    expect(stored).toEqual(
      [...names, 'large'].toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
    );
    expect(await verifyTree(from, to).report()).toMatchObject({ same: names.length + 1, different: 0, failed: 0 });
    expect(await copyTree(from, to).report()).toMatchObject({ copied: 0, skipped: names.length + 1 });
  });

  test('a file keeps its time through a cloud', async () => {
    using disk = new DiskFolder();
    const home = { driver: disk.driver(kind), container: 'home', prefix: 'from' };
    const time = new Date('2020-02-03T04:05:06.789Z');
    disk.write('from/a', 'x', time);
    const cloud = await tree('s3', disk, 'cloud');
    await copyTree(home, cloud).report();
    expect((await cloud.driver.getObject(cloud.container, 'a')).metadata).toEqual({ mtime: '1580702706.789' });
    const back = { ...home, prefix: 'back' };
    await copyTree(cloud, back).report();
    expect((await back.driver.getObject('home', 'back/a')).lastModified).toEqual(time);
    // The object is younger than the file, whose time it keeps: nothing to do.
    expect(await copyTree(cloud, back).report()).toMatchObject({ copied: 0, skipped: 1 });
  });

  test('too many requests slow a run down and fail nothing', { timeout: 60_000 }, async () => {
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: google(kind, { retry: { attempts: 1 } }), container: 'bucket' };
    await to.driver.createContainer('bucket');
    const many = Array.from({ length: 60 }, (_, index) => `n${index}`);
    await fill(from, many);
    await emulator.faults([{ method: 'PUT', times: 12, fault: { kind: 'status', status: 503 } }]);
    expect(await copyTree(from, to, { concurrency: 8 }).report()).toMatchObject({ copied: 60, failed: 0 });
  });

  test('what keeps failing is one failure, and the rest goes on', { timeout: 60_000 }, async () => {
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: google(kind, { retry: { attempts: 1 } }), container: 'bucket' };
    await to.driver.createContainer('bucket');
    await fill(from, ['a', 'b', 'c']);
    await emulator.faults([{ method: 'PUT', path: '/bucket/b', times: 100, fault: { kind: 'status', status: 403 } }]);
    const report = await syncTree(from, to, { delete: true }).report();
    expect(report).toMatchObject({
      copied: 2,
      failed: 1,
      failures: [{ name: 'b', error: { code: 'permission-denied' } }],
    });
    expect(JSON.stringify(report)).not.toContain(emulator.secret);
  });

  test('a broken connection in the middle is repaired, and the copy is whole', { timeout: 60_000 }, async () => {
    using disk = new DiskFolder();
    const from = await tree('google', disk, 'from');
    await from.driver.writeObject(large, from.container, 'large');
    await emulator.faults([
      { method: 'GET', path: '/bucket-from/large', fault: { kind: 'cut', afterBytes: 5_000_000 } },
    ]);
    const to = await tree('disk', disk, 'to');
    expect(await copyTree(from, to).report()).toMatchObject({ copied: 1, failed: 0 });
    expect(large.equals(readFileSync(join(disk.path, 'home', 'to', 'large')))).toBe(true);
  });

  test('within one driver the service copies, and no bytes pass through here', async () => {
    using disk = new DiskFolder();
    const from = await tree('google', disk, 'from');
    await from.driver.createContainer('bucket-to');
    await fill(from, ['a', 'b']);
    const before = (await emulator.requests()).length;
    expect(await copyTree(from, { ...from, container: 'bucket-to' }).report()).toMatchObject({ copied: 2 });
    const sent = (await emulator.requests()).slice(before);
    expect(sent.filter(({ method, target }) => method === 'GET' && /\/(a|b)$/.test(target))).toEqual([]);
    const moved = await moveTree({ ...from, container: 'bucket-to' }, { ...from, prefix: 'moved' }).report();
    expect(moved).toMatchObject({ moved: 2, failed: 0 });
  });

  test('moves from and to a service without conditions, which the report says', async () => {
    using disk = new DiskFolder();
    const cloud = await tree('s3', disk, 'cloud');
    const home = await tree('disk', disk, 'home');
    await fill(cloud, ['a', 'b']);
    expect(await moveTree(cloud, home).report()).toMatchObject({ moved: 2, failed: 0, notes: [] });
    expect(await namesIn(cloud)).toEqual([]);
    const back = await moveTree(home, cloud).report();
    expect(back).toMatchObject({ moved: 2, failed: 0 });
    expect(back.notes.join()).toContain('keeps no conditions');
    expect(await namesIn(cloud)).toEqual(['a', 'b']);
  });

  test('copyObject copies one object, and refuses to replace when asked', async () => {
    using disk = new DiskFolder();
    const from = await tree('google', disk, 'from');
    const to = await tree('disk', disk, 'to');
    await from.driver.writeObject(large, from.container, 'large', { contentType: 'text/x-own' });
    const source = { driver: from.driver, container: from.container, name: 'large' };
    const target = { driver: to.driver, container: 'home', name: 'copy' };
    const seen: number[] = [];
    const onProgress = ({ transferredBytes }: { readonly transferredBytes: number }) =>
      void seen.push(transferredBytes);
    const { object, verified } = await copyObject(source, target, { onProgress });
    expect(object).toMatchObject({ sizeBytes: large.length, contentType: 'text/x-own' });
    expect(verified).toBe('crc32c');
    expect(seen.at(-1)).toBe(large.length);
    await expect((async () => await copyObject(source, target, { ifAbsent: true }))()).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    await expect((async () => await copyObject(source, source))()).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

test('what somebody writes after the listing is not replaced', async () => {
  const from = { driver: await memory('async'), container: 'box' };
  const to = { driver: google('async'), container: 'bucket' };
  await to.driver.createContainer('bucket');
  await fill(from, ['a', 'b']);
  await to.driver.writeObject('old', 'bucket', 'b');
  // While `a` is written, both sides have been listed, and `b` waits.
  await emulator.faults([{ method: 'PUT', path: '/bucket/a', fault: { kind: 'delay', ms: 1000 } }]);
  const running = copyTree(from, to, { concurrency: 1 }).report();
  while (!(await emulator.requests()).some(({ method, target }) => method === 'PUT' && target.startsWith('/bucket/a')));
  await to.driver.writeObject('newer than what was listed', 'bucket', 'b');
  const report = await running;
  expect(report).toMatchObject({
    copied: 1,
    failed: 1,
    failures: [{ name: 'b', error: { code: 'precondition-failed' } }],
  });
  expect(await to.driver.readText({ container: 'bucket', name: 'b' })).toBe('newer than what was listed');
});

test('the other designs: both halves of a mixin', async () => {
  const { accessKey: key, secret, storage: endpoint } = emulator;
  const driver = connectMixin(googleStorage, { key, secret, endpoint });
  driver.createContainer('bucket');
  driver.writeObject('x', 'bucket', 'from/a');
  const from = { driver, container: 'bucket', prefix: 'from' };
  expect(copyTree(from, { ...from, prefix: 'to' }).report()).toMatchObject({ copied: 1 });
  const half = { ...from, driver: asyncOf(driver) };
  expect(await copyTree(half, { ...half, prefix: 'third' }).report()).toMatchObject({ copied: 1 });
  driver.close();
});

test('the other designs: a session of blocking drivers', async () => {
  const { accessKey: key, secret, storage: endpoint } = emulator;
  const driver = connectSession(googleStorage, { key, secret, endpoint });
  driver.createContainer('bucket');
  driver.createContainer('copy');
  driver.writeObject('x', 'bucket', 'a');
  expect(copyTree({ driver, container: 'bucket' }, { driver, container: 'copy', prefix: '1' }).report()).toMatchObject({
    copied: 1,
  });
  await using session = new AsyncSession(driver);
  const report = await copyTree(
    { driver: session, container: 'bucket' },
    { driver: session, container: 'copy', prefix: '2' },
  ).report();
  expect(report).toMatchObject({ copied: 1, failed: 0 });
  driver.close();
});
