/** A writer that is killed at random moments leaves the old object or the new one, never a mixture. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StorageDriver } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';
import { afterAll, beforeAll, expect, test } from 'vitest';

const writer = fileURLToPath(new URL('../testing/crashing-writer.ts', import.meta.url));
/** Two writers at a time, each in a folder of its own. */
let folders: string[];
beforeAll(() => {
  folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'isobar-crash-')));
  for (const folder of folders) mkdirSync(join(folder, 'home'));
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Starts the writer and kills it a little later. */
async function crash(folder: string, mode: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [writer, folder, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What the writer left, compared with its own metadata. */
function stateOf(driver: StorageDriver): 'whole' | 'mixed' | 'missing' {
  const [found] = driver.listContainerObjects('home');
  if (!found) return 'missing';
  expect(found.name, 'no temporary file is listed').toBe('a/object.txt');
  const { metadata } = driver.getObject('home', found.name);
  const text = driver.readText(found);
  const own = text.slice(0, Number(metadata.length));
  const isOwn = own.length === Number(metadata.length) && own === (metadata.letter ?? '').repeat(own.length);
  const rest = text.slice(own.length);
  return isOwn && (rest === '' || rest === 'x'.repeat(9_000_000)) ? 'whole' : 'mixed';
}

test('a hundred kills leave a whole object with its own metadata each time', { timeout: 180_000 }, async () => {
  const seen = { whole: 0, mixed: 0, missing: 0 };
  await Promise.all(
    folders.map(async (folder, chain) => {
      using driver = connect(localFiles, { folder });
      for (let round = chain; round < 100; round += folders.length) {
        // The moments differ, and are the same in every run.
        await crash(folder, round % 10 === 9 ? 'stream' : 'write', (round * 37) % 60);
        seen[stateOf(driver)] += 1;
      }
    }),
  );
  expect(seen).toEqual({ whole: 100, mixed: 0, missing: 0 });
});

test('negative control: bytes that are not those of the metadata are seen', () => {
  const [folder = ''] = folders;
  writeFileSync(join(folder, 'home/a/object.txt'), 'half of something');
  using driver = connect(localFiles, { folder });
  expect(stateOf(driver)).toBe('mixed');
});
