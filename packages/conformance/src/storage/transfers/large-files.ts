/** Files that are too large for one request, in providers that have such a limit. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { LONG_BYTES, MIB, pattern, pieces } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import type { StorageKit } from '../storage-kit.ts';

const size = 70_000_000;

/** Makes a sparse file, which takes little time and space to write. Returns its path. */
async function makeFile(folder: string): Promise<string> {
  const path = join(folder, 'large.bin');
  const file = await open(path, 'w');
  try {
    await file.write(pattern(MIB, 3), 0, MIB, 0);
    await file.write(pattern(MIB, 4), 0, MIB, 32 * MIB - 1000);
    await file.write(pattern(MIB, 5), 0, MIB, size - MIB);
  } finally {
    await file.close();
  }
  return path;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: MIB })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Cases about large files. */
export const largeFiles: Suite<StorageKit> = {
  title: 'large files',
  cases: [
    {
      title: 'uploads a file of 70 MB with its type, and reports the progress up to its size',
      timeoutMs: 120_000,
      async run({ driver, container, folder }) {
        const [home, place] = [await container(), await folder()];
        const path = await makeFile(place);
        const seen: { transferredBytes: number; totalBytes?: number }[] = [];
        const onProgress = (now: { transferredBytes: number; totalBytes?: number }) => void seen.push({ ...now });
        const uploaded = await driver.uploadObject(path, home, 'large', { contentType: 'text/x-large', onProgress });
        expect(uploaded).toMatchObject({ container: home, name: 'large', sizeBytes: size });
        expect(seen.at(-1)).toEqual({ transferredBytes: size, totalBytes: size });
        const moved = seen.map(({ transferredBytes }) => transferredBytes);
        expect(moved, 'progress only rises').toEqual(moved.toSorted((one, other) => one - other));
        const found = await driver.getObject(home, 'large');
        expect(found).toMatchObject({ sizeBytes: size, contentType: 'text/x-large' });
        const back = join(place, 'back.bin');
        expect(await driver.downloadObject(found, back)).toMatchObject({ sizeBytes: size });
        expect(await digestOf(back), 'SHA-256 of what came back').toBe(await digestOf(path));
      },
    },
    {
      title: 'reports a missing container for large uploads too',
      async run({ driver, newName, folder, fails }) {
        const home = newName();
        const path = await makeFile(await folder());
        const missing = (operation: string) =>
          ({ code: 'not-found', details: { container: home, operation } }) as const;
        await fails(() => driver.uploadObject(path, home, 'large'), missing('uploadObject'));
        const source = pieces(pattern(LONG_BYTES), MIB);
        await fails(() => driver.uploadObjectViaStream(source, home, 'large'), missing('uploadObjectViaStream'));
      },
    },
  ],
};
