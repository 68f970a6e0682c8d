/** The commands `isobar fleet …`, as processes. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasRedis, RedisServer } from '../../fleet/testing/redis.ts';
import { Desk, type Ended } from '../testing/isobar.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
  mkdirSync(join(desk.folder, 'photos'));
  for (let index = 0; index < 30; index += 1) {
    writeFileSync(join(desk.folder, 'photos', `p${String(index).padStart(2, '0')}`), `photo ${index}`);
  }
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await desk.reset();
});

const plan = 'gs://bucket/plans/one';

async function run(args: readonly string[], queue = ''): Promise<Ended> {
  return await desk.run(args, '', queue ? { ISOBAR_QUEUE: queue } : {});
}

/** Runs a command that must succeed. @returns Its output. */
async function ok(args: readonly string[], queue = ''): Promise<string> {
  const { errors, exitCode, output } = await run(args, queue);
  if (exitCode !== 0) throw new Error(`isobar ${args.join(' ')} ended with ${exitCode}: ${errors}`);
  return output;
}

/** Runs a command that must fail. @returns What it says. */
async function failing(args: readonly string[], exitCode: number): Promise<string> {
  const ended = await run(args);
  expect(ended.exitCode, ended.errors).toBe(exitCode);
  expect(ended.errors, 'a stack trace').not.toMatch(/^ {4}at /m);
  return ended.errors;
}

describe('without a queue', () => {
  test('a folder of the disk is planned, copied, verified and reported', async () => {
    expect(await ok(['fleet', 'plan', plan, 'photos', 'gs://bucket/copy', '--chunk-objects', '10'])).toContain(
      'planned 30 objects (230 B) in 3 chunks',
    );
    expect(await ok(['fleet', 'work', plan])).toMatch(/^chunk 1 +copy-1 +copied 10 \(70 B\)\n.*\n.*\n$/);
    expect(await ok(['fleet', 'verify', plan, '-q'])).toBe('');
    expect(await ok(['fleet', 'status', plan])).toMatch(
      /copy-1 +3 of 3 chunks, 30 of 30 objects: copied 30 \(230 B\)\nverify-2 +3 of 3/,
    );
    expect(await ok(['fleet', 'report', plan])).toBe(
      `copied 30 (230 B), skipped 0, failed 0, left 0\nverified: same 30\n${plan}/report/succeeded.jsonl\n${plan}/report/failed.jsonl\n`,
    );
    expect((await ok(['cat', `${plan}/report/succeeded.jsonl`])).trim().split('\n')).toHaveLength(30);
    expect(await ok(['verify', 'photos', 'gs://bucket/copy', '-q'])).toBe('');
  });

  test('a plan can be on the disk, and each share is a worker', async () => {
    await ok(['fleet', 'plan', 'plans/one', 'photos', 's3://other/copy', '--chunk-objects', '10', '--include', 'p1*']);
    expect(await ok(['fleet', 'work', 'plans/one', '--share', '2/2'])).toBe('');
    const lines = (await ok(['--json', 'fleet', 'work', 'plans/one', '--share', '1/2'])).trim().split('\n');
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ chunks: 1, counts: { copied: 10 }, isComplete: true });
  });

  test('objects that fail end the command with 1, and are tried again', async () => {
    await ok(['cp', '-q', '-r', 'photos', 's3://other/photos']);
    await ok(['fleet', 'plan', plan, 's3://other/photos', 'gs://bucket/copy']);
    await ok(['rm', '-q', 's3://other/photos/p05']);
    expect((await run(['fleet', 'work', plan])).exitCode).toBe(1);
    expect((await run(['fleet', 'report', plan])).output).toContain('copied 29 (223 B), skipped 0, failed 1');
    await ok(['cp', '-q', 'photos/p05', 's3://other/photos/p05']);
    expect(await ok(['fleet', 'retry', plan])).toMatch(/copy-2 +copied 1/);
    expect(await ok(['fleet', 'report', plan])).toContain('copied 30 (230 B), skipped 0, failed 0');
  });

  test('what is wrong has a message and an exit code', async () => {
    expect(await failing(['fleet', 'plan', 'gs://bucket', 'photos', 'gs://bucket/copy'], 2)).toContain(
      'needs the name of a plan',
    );
    expect(await failing(['fleet', 'work', plan], 3)).toContain('there is no plan of this name');
    expect(await failing(['fleet', 'pause', plan], 2)).toContain('--queue redis://HOST:6379');
    expect(await failing(['fleet', 'work', plan, '--share', '3/2'], 2)).toContain('It must be a share, such as 3/16');
    expect(await failing(['fleet', 'work', plan, '--queue', 'http://x'], 3)).toContain('there is no plan');
    await ok(['fleet', 'plan', plan, 'photos', 'gs://bucket/copy']);
    expect(await failing(['fleet', 'work', plan, '--queue', 'http://x'], 2)).toContain('must begin with redis://');
    expect(await failing(['fleet', 'plan', plan, 'photos', 'gs://bucket/copy'], 4)).toContain('is planned already');
    await ok(['fleet', 'cancel', plan]);
    expect(await failing(['fleet', 'work', plan], 4)).toContain('it was cancelled');
  });
});

describe.skipIf(!hasRedis)('on a queue', () => {
  test('Ctrl-C ends a worker at once, also when its queue is gone', async () => {
    await using redis = await RedisServer.start();
    const slow = ['--chunk-objects', '10', '--bandwidth', '20'];
    await ok(['fleet', 'plan', plan, 'photos', 'gs://bucket/copy', ...slow], redis.url);
    const worker = desk.start(['fleet', 'work', plan], { environment: { ISOBAR_QUEUE: redis.url } });
    let said = '';
    worker.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await expect.poll(async () => await ok(['fleet', 'status', plan], redis.url)).toContain('1 in progress');
    await redis.kill();
    await expect.poll(() => said).toContain(`the queue at ${redis.url} cannot be reached`);
    const ended = once(worker, 'exit');
    worker.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(said).toContain('the same command goes on');
    expect(await ok(['--json', 'fleet', 'status', plan])).toContain('"doneObjects":0');
  });

  test('a pause, a limit and a status are for all workers; the work ends with the chunks', async () => {
    await using redis = await RedisServer.start();
    await ok(['fleet', 'plan', plan, 'photos', 'gs://bucket/copy', '--chunk-objects', '10'], redis.url);
    await ok(['fleet', 'pause', plan], redis.url);
    await ok(['fleet', 'limit', plan, '1M'], redis.url);
    expect(await ok(['fleet', 'status', plan], redis.url)).toContain(
      'queue     3 waiting, 0 to be tried again, 0 in progress, at most 1.00 MiB/s, paused',
    );
    await ok(['fleet', 'resume', plan], redis.url);
    const outputs = await Promise.all([ok(['fleet', 'work', plan], redis.url), ok(['fleet', 'work', plan], redis.url)]);
    expect(outputs.join('').trim().split('\n')).toHaveLength(3);
    expect(await ok(['fleet', 'status', plan], redis.url)).toContain('copied 30 (230 B)');
  });
});
