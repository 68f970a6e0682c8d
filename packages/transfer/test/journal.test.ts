/** Runs that are interrupted, killed, or have failures, and go on with their journal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isCloudError } from '@isobar/core';
import { type AsyncTree, copyTree, syncTree } from '@isobar/transfer';
import { describe, expect, test } from 'vitest';
import { DiskFolder, fill, kinds, memory, namesIn } from '../testing/trees.ts';

const program = fileURLToPath(new URL('../testing/journaled-copy.ts', import.meta.url));
const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe.each(kinds)('%s', (kind) => {
  test('a run that has ended says so, and the next one starts anew', async () => {
    using disk = new DiskFolder();
    const journal = join(disk.path, 'journal');
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: await memory(kind), container: 'box' };
    await fill(from, ['a', 'b', 'c']);
    expect(await copyTree(from, to, { journal }).report()).toMatchObject({ copied: 3 });
    expect(linesOf(journal).at(-1)).toMatchObject({ upTo: 'c', finished: true });
    await fill(from, ['0']);
    expect(await copyTree(from, to, { journal }).report()).toMatchObject({ copied: 1, skipped: 3 });
  });

  test('what failed is tried again by the next run, and nothing else is', async () => {
    using disk = new DiskFolder();
    const journal = join(disk.path, 'journal');
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: disk.driver(kind), container: 'home' };
    await fill(from, ['a', 'b/c', 'd']);
    disk.write('b', 'a file in the place of a folder');
    const first = await copyTree(from, to, { journal }).report();
    expect(first).toMatchObject({ copied: 2, failed: 1, failures: [{ name: 'b/c', error: { code: 'conflict' } }] });
    await to.driver.deleteObject({ container: 'home', name: 'b' });
    expect(await copyTree(from, to, { journal }).report()).toMatchObject({ copied: 1, skipped: 0, failed: 0 });
    expect(await namesIn(to)).toEqual(['a', 'b/c', 'd']);
    expect(linesOf(journal).at(-1)).toMatchObject({ finished: true });
  });

  test('a synchronization that goes on counts all names before it deletes', async () => {
    using disk = new DiskFolder();
    const journal = join(disk.path, 'journal');
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: await memory(kind), container: 'box' };
    await fill(from, ['a', 'b', 'c']);
    await fill(to, ['0', 'a', 'z']);
    let count = 0;
    const interrupted = syncTree(from, to, {
      delete: true,
      journal,
      concurrency: 1,
      onResult: () => {
        count += 1;
        if (count === 2) throw new Error('stop');
      },
    });
    await expect((async () => await interrupted.report())()).rejects.toThrow('stop');
    expect(await namesIn(to)).toEqual(['0', 'a', 'b', 'z']);
    const report = await syncTree(from, to, { delete: true, journal }).report();
    expect(report).toMatchObject({ copied: 1, deleted: 2, failed: 0 });
    expect(await namesIn(to)).toEqual(['a', 'b', 'c']);
  });

  test('a journal of another run, or another file, is refused and left as it is', async () => {
    using disk = new DiskFolder();
    const journal = join(disk.path, 'journal');
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: await memory(kind), container: 'box' };
    await fill(from, ['a']);
    await copyTree(from, to, { journal }).report();
    const before = readFileSync(journal, 'utf8');
    await refused(
      () => copyTree(from, { ...to, prefix: 'other' }, { journal }).report(),
      'is the journal of another run',
    );
    await refused(() => syncTree(from, to, { journal }).report(), 'is the journal of another run');
    await refused(() => copyTree(from, to, { journal, include: ['a'] }).report(), 'is the journal of another run');
    expect(readFileSync(journal, 'utf8')).toBe(before);
    writeFileSync(journal, 'my diary\n');
    await refused(() => copyTree(from, to, { journal }).report(), 'is not a journal');
    expect(readFileSync(journal, 'utf8')).toBe('my diary\n');
  });

  test('a line that a crash has cut off is ignored', async () => {
    using disk = new DiskFolder();
    const journal = join(disk.path, 'journal');
    const from = { driver: await memory(kind), container: 'box' };
    const to = { driver: await memory(kind), container: 'box' };
    await fill(from, ['a', 'b', 'c', 'd']);
    const header = await headerOf(journal, from, to);
    const lines = ['{"upTo":"b","done":["d"]}', '{"upTo":"c","do'];
    writeFileSync(journal, `${header}\n${lines.join('\n')}`);
    expect(await copyTree(from, to, { journal }).report()).toMatchObject({ copied: 1 });
    expect(await namesIn(to)).toEqual(['c']);
    // The line that was cut off has become one of its own.
    appendFileSync(journal, '');
    expect(readFileSync(journal, 'utf8')).toMatch(/"do\n\{/);
  });
});

/** The first line of the journal of a run. */
async function headerOf(journal: string, from: AsyncTree, to: AsyncTree): Promise<string> {
  const run = copyTree(from, to, {
    journal: `${journal}.other`,
    onResult: () => {
      throw new Error('stop');
    },
  });
  await (async () => await run.report())().catch(() => {});
  await to.driver.deleteObjects(['a', 'b', 'c', 'd'].map((name) => ({ container: 'box', name })));
  return readFileSync(`${journal}.other`, 'utf8').split('\n', 1)[0] as string;
}

test('a run that is killed goes on: nothing that the journal has is copied again, and everything is there', {
  timeout: 120_000,
}, async () => {
  using disk = new DiskFolder();
  const journal = join(disk.path, 'journal');
  const names = Array.from({ length: 600 }, (_, index) => `d${index % 7}/n${String(index).padStart(4, '0')}`);
  for (const name of names) disk.write(name, `content of ${name}`.padEnd(200, '.'));
  mkdirSync(join(disk.path, 'copy'));
  // Killed twice, each time once it has written two more lines.
  for (const lines of [3, 5]) {
    const child = spawn(process.execPath, [program, disk.path, journal, '15000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await linesUntil(child, () => existsSync(journal) && readFileSync(journal, 'utf8').split('\n').length > lines);
  }
  const inJournal = new Set(linesOf(journal).flatMap(({ done: more = [] }) => more as string[]));
  const upTo = linesOf(journal).findLast(({ upTo: name }) => name)?.upTo as string | undefined;
  const child = spawn(process.execPath, [program, disk.path, journal], { stdio: ['ignore', 'pipe', 'inherit'] });
  const last = await linesUntil(child, () => false);
  const report = JSON.parse(last.at(-1) as string) as { copied: number; failed: number };
  const touched = last.slice(0, -1).map((line) => line.replace(/^\w+ /, ''));
  expect(report.failed).toBe(0);
  const left = names.filter((name) => name > (upTo ?? '') && !inJournal.has(name));
  expect(left.length).toBeLessThan(names.length);
  expect(touched.toSorted()).toEqual(left.toSorted());
  for (const name of names) {
    expect(readFileSync(join(disk.path, 'copy', name), 'utf8'), name).toBe(`content of ${name}`.padEnd(200, '.'));
  }
  // Temporary files of the killed programs are the only rest, and no listing has them.
  const rest = readdirSync(join(disk.path, 'copy'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !/^n\d{4}$/.test(entry.name),
  );
  expect(rest.filter(({ name }) => !/^\..*\.part$/.test(name))).toEqual([]);
});

/** Reads lines of a program until it ends, or kills it. @returns The lines. */
async function linesUntil(child: ChildProcess, isTime: () => boolean): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    lines.push(line);
    if (!child.killed && isTime()) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return lines;
}

async function refused(run: () => unknown, message: string): Promise<void> {
  let failure: unknown;
  try {
    await run();
  } catch (thrown) {
    failure = thrown;
  }
  if (!isCloudError(failure, 'invalid-argument')) throw new Error(`a refusal was expected, not ${String(failure)}`);
  expect(failure.message).toContain(message);
  expect(failure.details.field).toBe('journal');
}
