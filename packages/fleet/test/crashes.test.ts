/** A fleet of processes on a real Redis, any of which is killed at a random moment. */
import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Crew, type Running } from '../testing/crew.ts';
import { hasRedis, RedisServer, withoutRedis } from '../testing/redis.ts';

const objects = 180;
const chunkObjects = 10;
const chunks = objects / chunkObjects;
const timeout = 120_000;
const slow = { latencyMs: 10 };
const work = { options: { concurrency: 4 } };

if (!hasRedis) console.warn(`tests of fleets on a queue are skipped: ${withoutRedis}`);

/** Every object is there once, right, and was written once; every chunk has one result. */
async function expectComplete(crew: Crew): Promise<void> {
  const copies = await crew.driver.listContainerObjects('target', { prefix: 'copy/' });
  expect(copies).toHaveLength(objects);
  const writes = await crew.writes();
  expect([...writes.values()].filter((count) => count > 1)).toEqual([]);
  expect(writes.size).toBe(objects);
  await using fleet = crew.fleet();
  const { passes } = await fleet.status();
  expect(passes[0]).toMatchObject({ chunks, doneChunks: chunks, failedChunks: 0, objects });
  expect(passes[0]?.counts.failed ?? 0).toBe(0);
  const report = await fleet.report();
  expect(report).toMatchObject({ failed: 0, left: 0 });
  expect(report.copied + report.skipped).toBe(objects);
}

async function planned(crew: Crew): Promise<void> {
  await using fleet = crew.fleet();
  await fleet.plan({ maxChunkObjects: chunkObjects });
}

function startWorkers(crew: Crew, count: number): Running[] {
  return Array.from({ length: count }, () => crew.start('work', work));
}

async function endings(workers: readonly Running[]): Promise<unknown[]> {
  return await Promise.all(workers.map(async ({ ended }) => await ended));
}

describe.skipIf(!hasRedis)('workers', { timeout }, () => {
  test('share the chunks', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects, slow);
    await planned(crew);
    const workers = startWorkers(crew, 3);
    expect(await endings(workers)).toEqual([0, 0, 0]);
    const shares = workers.map(({ events }) => events.filter(({ chunk }) => chunk !== undefined).length);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(chunks);
    await expectComplete(crew);
    const verifiers = [crew.start('verify'), crew.start('work')];
    expect(await endings(verifiers)).toEqual([0, 0]);
    expect(verifiers[0]?.events.at(-1)).toMatchObject({ ended: { isComplete: true } });
    await using fleet = crew.fleet();
    expect((await fleet.report()).verified).toEqual({ same: objects });
  });

  test('of which one is killed', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects, slow);
    await planned(crew);
    const workers = startWorkers(crew, 3);
    const moment = randomInt(1, chunks - 4);
    await crew.afterChunks(moment);
    const victim = workers.splice(randomInt(3), 1)[0] as Running;
    victim.process.kill('SIGKILL');
    expect(await victim.ended).toBe('SIGKILL');
    expect(await endings(workers), `killed after ${moment} chunks`).toEqual([0, 0]);
    await expectComplete(crew);
  });

  test('go on when one after another is killed', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects, slow);
    await planned(crew);
    for (const _ of [1, 2]) {
      const worker = crew.start('work', work);
      await crew.afterChunks(randomInt(1, 4));
      worker.process.kill('SIGKILL');
      await worker.ended;
    }
    expect(await crew.start('work', work).ended).toBe(0);
    await expectComplete(crew);
  });

  test.each([
    ['that forgets everything', false],
    ['that keeps what it has', true],
  ])('lose their queue, %s', async (_, persists) => {
    await using redis = await RedisServer.start({ persists });
    await using crew = await Crew.open(redis.url, objects, slow);
    await planned(crew);
    const workers = startWorkers(crew, 3);
    const moment = randomInt(1, chunks - 4);
    await crew.afterChunks(moment);
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, randomInt(1, 1500)));
    await redis.start();
    expect(await endings(workers), `killed after ${moment} chunks`).toEqual([0, 0, 0]);
    await expectComplete(crew);
  });

  test('find a plan whose planner was killed finished by another one', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects, slow);
    const planner = crew.start('plan', { options: { maxChunkObjects: chunkObjects, concurrency: 1 } });
    const moment = randomInt(1, chunks - 4);
    await new Promise<void>((resolve) => {
      crew.onEvent = ({ planned: count }) => {
        if ((count as number) >= moment) resolve();
      };
    });
    planner.process.kill('SIGKILL');
    expect(await planner.ended).toBe('SIGKILL');
    await using early = crew.fleet();
    await expect(early.work()).rejects.toMatchObject({ code: 'conflict' });
    await planned(crew);
    expect(await crew.start('work', work).ended, `killed after ${moment} manifests`).toBe(0);
    await expectComplete(crew);
  });

  test('reach a destination that throttles', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects, slow);
    await planned(crew);
    const refusal = { kind: 'status', status: 503 } as const;
    await crew.emulator.faults([{ method: 'PUT', path: '/target/copy/*', times: 300, fault: refusal }]);
    expect(await endings(startWorkers(crew, 2))).toEqual([0, 0]);
    await expectComplete(crew);
  });

  test('give up a chunk that kills its workers, and do the others', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects);
    await planned(crew);
    let deaths = 0;
    // As a supervisor does, each is started again when it dies.
    const supervised = async (): Promise<void> => {
      for (;;) {
        const how = await crew.start('work', { ...work, diesAt: 3, lostAfterMs: 500 }).ended;
        if (how === 0) return;
        expect(how).toBe('SIGKILL');
        deaths += 1;
      }
    };
    await Promise.all([supervised(), supervised()]);
    expect(deaths).toBe(5);
    await using fleet = crew.fleet();
    expect((await fleet.status()).passes[0]).toMatchObject({ doneChunks: chunks, failedChunks: 1 });
    expect(await fleet.report()).toMatchObject({ copied: objects - chunkObjects, failed: chunkObjects, left: 0 });
    const failed = await crew.driver.readText({ container: 'target', name: 'plans/one/report/failed.jsonl' });
    expect(JSON.parse(failed)).toMatchObject({ chunk: 3, error: { code: 'worker-lost' } });
  });
});

describe.skipIf(!hasRedis)('a large object', { timeout }, () => {
  test('whose worker is killed is gone on with, part by part', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, 1);
    const bytes = Buffer.alloc(60 * 1024 * 1024, 'large object ');
    const source = await crew.driver.writeObject(bytes, 'source', 'large');
    await using fleet = crew.fleet();
    // So slow that it is killed in the middle.
    await fleet.plan({ maxSharedBytes: 1024 * 1024, maxBytesPerSecond: 15 * 1024 * 1024 });
    const saved = async (): Promise<number> =>
      (await crew.driver.listContainerObjects('target', { prefix: 'plans/one/parts/' })).length;
    const first = crew.start('work', { through: true });
    await expect.poll(saved).toBeGreaterThan(2);
    first.process.kill('SIGKILL');
    await first.ended;
    const done = (await saved()) - 1;
    await fleet.limit(0);
    expect(await crew.start('work', { through: true }).ended).toBe(0);
    const copy = await crew.driver.getObject('target', 'copy/large');
    expect(copy).toMatchObject({ sizeBytes: bytes.length, checksums: { crc32c: source.checksums?.crc32c } });
    expect(Buffer.compare(Buffer.from(await crew.driver.readObject(copy)), bytes)).toBe(0);
    const requests = await crew.emulator.requests();
    const parts = requests.filter(({ method, target }) => method === 'PUT' && /partNumber=/.test(target));
    const written = (number: number): number =>
      parts.filter(({ status, target }) => status === 200 && new RegExp(`partNumber=${number}(&|$)`).test(target))
        .length;
    for (let number = 1; number <= done; number += 1) expect(written(number), `part ${number}`).toBe(1);
    expect(requests.filter(({ method, target }) => method === 'POST' && /\?uploads/.test(target))).toHaveLength(1);
    expect(await saved()).toBe(0);
    expect(await fleet.report()).toMatchObject({ copied: 2, failed: 0, left: 0 });
  });
});

describe.skipIf(!hasRedis)('all workers obey', { timeout }, () => {
  test('a pause and its end', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects, slow);
    await planned(crew);
    await using fleet = crew.fleet();
    await fleet.pause();
    const workers = startWorkers(crew, 2);
    await expect
      .poll(async () => (await fleet.status()).queue)
      .toMatchObject({ isPaused: true, waiting: chunks, active: [] });
    await fleet.resume();
    expect(await endings(workers)).toEqual([0, 0]);
    await expectComplete(crew);
  });

  test('a cancellation', async () => {
    await using redis = await RedisServer.start();
    await using crew = await Crew.open(redis.url, objects, { latencyMs: 50 });
    await planned(crew);
    const workers = startWorkers(crew, 2);
    await crew.afterChunks(1);
    await using fleet = crew.fleet();
    await fleet.cancel();
    expect(await endings(workers)).toEqual([1, 1]);
    for (const { events } of workers) expect(events.at(-1)).toMatchObject({ failed: 'conflict' });
    const { passes } = await fleet.status();
    expect(passes[0]?.doneChunks).toBeLessThan(chunks);
  });
});
