/** Plans, workers, passes and reports, in one process. */
import { type CloudErrorCode, isCloudError } from '@isobar/core';
import type { ChunkResult, PlanOptions } from '@isobar/fleet';
import { Fleet, redisQueue } from '@isobar/fleet';
import { describe, expect, test } from 'vitest';
import { Clouds, manyObjects, withoutConditions, withoutRights } from '../testing/clouds.ts';

async function failureOf(call: Promise<unknown>): Promise<{ readonly code: CloudErrorCode; readonly message: string }> {
  const failure: unknown = await call.catch((error: unknown) => error);
  if (!isCloudError(failure)) throw failure instanceof Error ? failure : new Error('it did not fail');
  return failure;
}

describe('a plan', () => {
  test('is worked on until every object is there', async () => {
    const objects = manyObjects(250);
    await using clouds = await Clouds.with(objects);
    const fleet = clouds.fleet();
    const planned = await fleet.plan({ maxChunkObjects: 100 });
    expect(planned).toMatchObject({ chunks: 3, objects: 250 });
    const done: ChunkResult[] = [];
    const summary = await fleet.work({ onChunk: (result) => done.push(result) });
    expect(summary).toMatchObject({ chunks: 3, counts: { copied: 250 }, isComplete: true });
    expect(done.map(({ counts }) => counts.copied)).toEqual([100, 100, 50]);
    expect(await clouds.copies()).toEqual(objects);
  });

  test('has large objects in chunks by themselves, and ends a chunk that has bytes enough', async () => {
    await using clouds = await Clouds.with({
      a: 'x',
      b: 'x'.repeat(50),
      c: 'x',
      d: 'x'.repeat(8),
      e: 'x'.repeat(8),
      f: 'x',
    });
    await clouds.fleet().plan({ maxSharedBytes: 20, maxChunkBytes: 16, concurrency: 1 });
    const [, ...chunks] = await clouds.lines('one/plan.jsonl');
    expect(chunks.map(({ objects, upTo }) => [objects, upTo])).toEqual([
      [1, 'a'],
      [1, 'b'],
      [3, 'e'],
      [1, undefined],
    ]);
  });

  test('has the objects that the filters let through, and never those of the plan itself', async () => {
    await using clouds = await Clouds.with({ 'a.jpg': '1', 'b.png': '2', 'plans/x/old.jpg': '3' });
    const { source: driver } = clouds;
    const tree = { driver, container: 'source' };
    const plan = { driver, container: 'source', prefix: 'plans/x' };
    const to = { driver: clouds.target, container: 'target' };
    await new Fleet({ plan, from: tree, to }).plan({ include: ['*.jpg'] });
    const text = await driver.readText({ container: 'source', name: 'plans/x/manifests/0000001.jsonl' });
    expect(
      text
        .split('\n')
        .slice(1, -1)
        .map((line) => (JSON.parse(line) as { name: string }).name),
    ).toEqual(['a.jpg']);
  });

  test('of nothing is done at once', async () => {
    await using clouds = await Clouds.with({});
    expect(await clouds.fleet().plan()).toMatchObject({ chunks: 0, objects: 0 });
    expect(await clouds.fleet().work()).toMatchObject({ chunks: 0, isComplete: true });
    expect(await clouds.fleet().report()).toMatchObject({ copied: 0, failed: 0, left: 0 });
  });

  test('skips what the destination has', async () => {
    await using clouds = await Clouds.with(manyObjects(20));
    await clouds.fleet({ name: 'first' }).plan();
    await clouds.fleet({ name: 'first' }).work();
    await clouds.source.writeObject('new', 'source', 'zz');
    await clouds.fleet({ name: 'second' }).plan();
    expect((await clouds.fleet({ name: 'second' }).work()).counts).toEqual({ skipped: 20, copied: 1 });
  });

  test('goes on where the call before was interrupted', async () => {
    const objects = manyObjects(250);
    await using clouds = await Clouds.with(objects);
    const controller = new AbortController();
    const options: PlanOptions = { maxChunkObjects: 50, concurrency: 1 };
    const interrupted = clouds.fleet().plan({
      ...options,
      signal: controller.signal,
      onProgress: ({ chunks }) => chunks >= 2 && controller.abort(),
    });
    expect((await failureOf(interrupted)).code).toBe('aborted');
    expect((await failureOf(clouds.fleet().work())).message).toContain('planning has not ended');
    expect(await clouds.fleet().plan(options)).toMatchObject({ objects: 250 });
    await clouds.fleet().work();
    expect(await clouds.copies()).toEqual(objects);
  });
});

describe('a worker', () => {
  test('does not do again what is done', async () => {
    await using clouds = await Clouds.with(manyObjects(100));
    await clouds.fleet().plan({ maxChunkObjects: 20 });
    const controller = new AbortController();
    const first = await clouds
      .fleet()
      .work({ signal: controller.signal, onChunk: ({ chunk }) => chunk === 2 && controller.abort() });
    expect(first).toMatchObject({ chunks: 2, isComplete: false });
    expect(await clouds.fleet().work()).toMatchObject({ chunks: 3, counts: { copied: 60 }, isComplete: true });
  });

  test('takes its share without a queue', async () => {
    const objects = manyObjects(100);
    await using clouds = await Clouds.with(objects);
    await clouds.fleet().plan({ maxChunkObjects: 20 });
    const shares = [1, 2, 3].map((number) => clouds.fleet().work({ share: { number, of: 3 } }));
    expect((await Promise.all(shares)).map(({ chunks }) => chunks)).toEqual([2, 2, 1]);
    expect(await clouds.copies()).toEqual(objects);
  });

  test('writes the result of a chunk once, though two work on it', async () => {
    await using clouds = await Clouds.with(manyObjects(40));
    await clouds.fleet().plan();
    const both = await Promise.all([clouds.fleet().work(), clouds.fleet().work()]);
    expect(both.reduce((sum, { chunks }) => sum + chunks, 0)).toBe(1);
    expect(both.every(({ isComplete }) => isComplete)).toBe(true);
  });

  test('ends when the plan is cancelled, and none begins', async () => {
    await using clouds = await Clouds.with(manyObjects(10));
    await clouds.fleet().plan();
    await clouds.fleet().cancel();
    expect(await failureOf(clouds.fleet().work())).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('cancelled'),
    });
    expect(await clouds.fleet().status()).toMatchObject({ isCancelled: true });
  });

  test('gives a chunk back and ends, if every chunk would fail', async () => {
    await using clouds = await Clouds.with(manyObjects(10));
    await clouds.fleet().plan();
    await clouds.source.close();
    const failure: unknown = await clouds
      .fleet()
      .work()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((await clouds.fleet().status()).passes[0]).toMatchObject({ doneChunks: 0, failedChunks: 0 });
  });
});

describe('what fails', () => {
  test('is in the report, and is tried again by another pass', async () => {
    const objects = manyObjects(30);
    await using clouds = await Clouds.with(objects);
    await clouds.fleet().plan({ maxChunkObjects: 10 });
    await clouds.source.deleteObject({ container: 'source', name: '00005.txt' });
    expect(await clouds.fleet().work()).toMatchObject({ counts: { copied: 29, failed: 1 } });
    const report = await clouds.fleet().report();
    expect(report).toMatchObject({ copied: 29, failed: 1, left: 0 });
    expect(await clouds.lines('one/report/failed.jsonl')).toEqual([
      expect.objectContaining({ name: '00005.txt', chunk: 1, error: expect.objectContaining({ code: 'not-found' }) }),
    ]);
    expect(await clouds.lines('one/report/succeeded.jsonl')).toHaveLength(29);
    await clouds.source.writeObject(objects['00005.txt'] as string, 'source', '00005.txt');
    expect(await clouds.fleet().retry()).toMatchObject({ chunks: 1, counts: { copied: 1 } });
    expect(await clouds.fleet().report()).toMatchObject({ copied: 30, failed: 0 });
    expect(await clouds.copies()).toEqual(objects);
    expect(await clouds.fleet().retry()).toMatchObject({ chunks: 0 });
  });

  test('as a whole is the chunk whose manifest was changed or is missing, and no other', async () => {
    await using clouds = await Clouds.with(manyObjects(40));
    await clouds.fleet().plan({ maxChunkObjects: 10 });
    const [second, third] = ['0000002', '0000003'].map((number) => `plans/one/manifests/${number}.jsonl`) as [
      string,
      string,
    ];
    const text = await clouds.target.readText({ container: 'target', name: second });
    await clouds.target.writeObject(text.replace('00012.txt', '00099.txt'), 'target', second);
    await clouds.target.deleteObject({ container: 'target', name: third });
    expect(await clouds.fleet().work()).toMatchObject({ chunks: 4, counts: { copied: 20 }, isComplete: true });
    expect((await clouds.fleet().status()).passes[0]).toMatchObject({ doneChunks: 4, failedChunks: 2 });
    expect(await clouds.fleet().report()).toMatchObject({ copied: 20, failed: 20 });
    const failed = await clouds.lines('one/report/failed.jsonl');
    expect(failed.map(({ chunk, error, objects }) => [chunk, objects, (error as { code: string }).code])).toEqual([
      [2, 10, 'integrity'],
      [3, 10, 'not-found'],
    ]);
    await clouds.target.writeObject(text, 'target', second);
    expect(await clouds.fleet().retry()).toMatchObject({ chunks: 2, counts: { copied: 10 } });
    expect(await clouds.fleet().report()).toMatchObject({ copied: 30, failed: 10 });
  });
});

describe('a worker without a right', () => {
  test('leaves its chunk to others', async () => {
    await using clouds = await Clouds.with(manyObjects(5));
    await clouds.fleet().plan();
    const controller = new AbortController();
    const { source, target } = clouds;
    await using denied = withoutRights();
    await denied.createContainer('source');
    const fleet = new Fleet({
      plan: { driver: target, container: 'target', prefix: 'plans/one' },
      from: { driver: denied, container: 'source' },
      to: { driver: target, container: 'target', prefix: 'copy' },
    });
    const notices: string[] = [];
    await fleet.work({
      signal: controller.signal,
      onNotice(sentence) {
        notices.push(sentence);
        controller.abort();
      },
    });
    expect(notices[0]).toContain('chunk 1 is tried again in a while');
    expect((await clouds.fleet().status()).passes[0]).toMatchObject({ doneChunks: 0 });
    expect(source.provider.id).toBe(denied.provider.id);
    expect((await clouds.fleet().work()).counts).toEqual({ copied: 5 });
  });
});

describe('a verification', () => {
  test('compares every object, and only those of the plan', async () => {
    await using clouds = await Clouds.with(manyObjects(30));
    await clouds.fleet().plan({ maxChunkObjects: 10 });
    expect((await failureOf(clouds.fleet().verify())).message).toContain('3 chunks are not done in the pass copy-1');
    await clouds.fleet().work();
    await clouds.target.writeObject('content X', 'target', 'copy/00003.txt');
    await clouds.target.deleteObject({ container: 'target', name: 'copy/00020.txt' });
    await clouds.target.writeObject('extra', 'target', 'copy/00003.txt.more');
    const verified = await clouds.fleet().verify();
    expect(verified.counts).toEqual({ same: 28, different: 1, missing: 1 });
    expect((await clouds.fleet().report()).verified).toEqual({ same: 28, different: 1, missing: 1 });
    expect((await clouds.fleet().verify()).counts).toEqual({ same: 28, different: 1, missing: 1 });
    expect((await clouds.fleet().status()).passes.map(({ name }) => name)).toEqual(['copy-1', 'verify-2', 'verify-3']);
  });
});

describe('is refused', () => {
  test('the name of another plan, and one that is planned', async () => {
    await using clouds = await Clouds.with(manyObjects(3));
    await clouds.fleet().plan({ include: ['*.txt'] });
    expect(await failureOf(clouds.fleet().plan({ include: ['*.jpg'] }))).toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining('is the name of another plan'),
    });
    expect(await failureOf(clouds.fleet().plan({ include: ['*.txt'] }))).toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining('is planned already'),
    });
  });

  test('a plan that does not exist, that was changed, or that has another format', async () => {
    await using clouds = await Clouds.with(manyObjects(3));
    expect((await failureOf(clouds.fleet().work())).code).toBe('not-found');
    await clouds.fleet().plan();
    const place = { container: 'target', name: 'plans/one/plan.jsonl' };
    const text = await clouds.target.readText(place);
    await clouds.target.writeObject(text.replace('"chunks":1', '"chunks":2'), place.container, place.name);
    expect(await failureOf(clouds.fleet().work())).toMatchObject({
      code: 'integrity',
      message: expect.stringContaining('plan.jsonl has 1 chunks, not 2'),
    });
    await clouds.target.writeObject(text.replace('"format":1', '"format":2'), place.container, place.name);
    expect(await failureOf(clouds.fleet().work())).toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/format 2, and this version of @isobar\/fleet knows 1/),
    });
  });

  test('work with another source than the planned one', async () => {
    await using clouds = await Clouds.with(manyObjects(3));
    await clouds.fleet().plan();
    const { source, target } = clouds;
    const other = new Fleet({
      plan: { driver: target, container: 'target', prefix: 'plans/one' },
      from: { driver: source, container: 'source', prefix: 'sub' },
      to: { driver: target, container: 'target', prefix: 'copy' },
    });
    expect((await failureOf(other.work())).message).toBe(
      '`from` is memory:source/sub/, but the plan is about memory:source/',
    );
  });

  test.each(['ignores', 'refuses'] as const)('a place for plans whose service %s conditions', async (how) => {
    await using clouds = await Clouds.with(manyObjects(3));
    await using driver = withoutConditions(how);
    await driver.createContainer('plans');
    const fleet = new Fleet({
      plan: { driver, container: 'plans', prefix: 'one' },
      from: { driver: clouds.source, container: 'source' },
      to: { driver: clouds.target, container: 'target' },
    });
    expect(await failureOf(fleet.plan())).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('so no plan can be kept there'),
    });
    expect(await driver.listContainerObjects('plans')).toEqual([]);
  });

  test('a container that does not exist, before anything is written', async () => {
    await using clouds = await Clouds.with(manyObjects(3));
    const { source, target } = clouds;
    const plan = { driver: target, container: 'target', prefix: 'plans/one' };
    const fleet = new Fleet({
      plan,
      from: { driver: source, container: 'source' },
      to: { driver: target, container: 'absent' },
    });
    expect((await failureOf(fleet.plan())).code).toBe('not-found');
    expect(await target.listContainerObjects('target')).toEqual([]);
  });

  test('a destination that contains the source, before anything is written', async () => {
    await using clouds = await Clouds.with(manyObjects(3));
    const { source: driver, target } = clouds;
    const plan = { driver: target, container: 'target', prefix: 'plans/one' };
    const from = { driver, container: 'source', prefix: 'a' };
    expect((await failureOf(new Fleet({ plan, from, to: { driver, container: 'source' } }).plan())).message).toContain(
      'overlaps `from`',
    );
    expect(await target.listContainerObjects('target')).toEqual([]);
  });

  test('two planners at the same time: the plan has every object once, or is repeated', async () => {
    await using clouds = await Clouds.with(manyObjects(300));
    const options = { maxChunkObjects: 20 };
    const planners = await Promise.allSettled([clouds.fleet().plan(options), clouds.fleet().plan(options)]);
    for (const planner of planners) {
      if (planner.status === 'rejected') expect(planner.reason).toMatchObject({ code: 'conflict' });
    }
    if (planners.every(({ status }) => status === 'rejected')) await clouds.fleet().plan(options);
    expect((await clouds.fleet().work()).counts).toEqual({ copied: 300 });
  });

  test('a queue that cannot be reached, before anything is written and without its password', async () => {
    await using clouds = await Clouds.with(manyObjects(3));
    const failure = await failureOf(clouds.fleet({ queue: redisQueue('redis://:hunter2@127.0.0.1:1') }).plan());
    expect(failure.code).toBe('network');
    expect(failure.message).toContain('the queue at redis://127.0.0.1:1 cannot be reached');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(await clouds.target.listContainerObjects('target')).toEqual([]);
  });

  test.each<[string, object]>([
    ['`maxChunkObjects`', { maxChunkObjects: 0 }],
    ['`minSizeBytes`', { minSizeBytes: -1 }],
    ['`labels.x`', { labels: { x: 1 } }],
    ['`options.chunkSize`', { chunkSize: 1 }],
  ])('an option of a plan that is wrong: %s', async (field, options) => {
    await using clouds = await Clouds.with({});
    expect((await failureOf(clouds.fleet().plan(options))).message).toContain(field);
  });

  test('an address that is not one of Redis', () => {
    expect(() => redisQueue('http://127.0.0.1')).toThrow('must begin with redis:// or rediss://, not http://');
    expect(() => redisQueue('nonsense')).toThrow('`url` must be the address of a server');
  });
});
