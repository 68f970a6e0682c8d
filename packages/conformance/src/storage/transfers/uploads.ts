/** Uploads of bytes and of files. Sources that deliver piece by piece are in `sources.ts`. */
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bytesOf, decodeText, expectSameBytes, MIB, pattern } from '../../bytes.ts';
import type { Case, Suite } from '../../case.ts';
import { outcomeOf } from '../../failures.ts';
import type { StorageKit } from '../storage-kit.ts';

/** Writes bytes of a size, and reads them back. */
function writes(label: string, sizeBytes: number): Case<StorageKit> {
  return {
    title: `writes and reads ${label}`,
    async run({ driver, container }) {
      const home = await container();
      const bytes = pattern(sizeBytes);
      const written = await driver.writeObject(bytes, home, 'object');
      expect(written).toMatchObject({ container: home, name: 'object', sizeBytes });
      expectSameBytes(await driver.readObject(written), bytes);
      expect((await driver.getObject(home, 'object')).sizeBytes).toBe(sizeBytes);
    },
  };
}

/** Uploads a file of a size, and reads it back. */
function uploads(label: string, sizeBytes: number): Case<StorageKit> {
  return {
    title: `uploads ${label}`,
    async run({ driver, container, folder }) {
      const path = join(await folder(), 'file.bin');
      const bytes = pattern(sizeBytes, 2);
      await writeFile(path, bytes);
      const home = await container();
      const uploaded = await driver.uploadObject(path, home, 'object');
      expect(uploaded).toMatchObject({ container: home, name: 'object', sizeBytes });
      expectSameBytes(await driver.readObject(uploaded), bytes);
    },
  };
}

/** Cases about uploads of bytes and of files. */
export const uploading: Suite<StorageKit> = {
  title: 'uploads',
  cases: [
    writes('no bytes at all', 0),
    writes('1 byte', 1),
    writes('a few bytes', 1000),
    writes('more than 8 MiB', 8 * MIB + 1),
    {
      title: 'writes a string as UTF-8',
      async run({ driver, container }) {
        const home = await container();
        const text = 'naïve café ☕ 😀\r\n\0 end';
        const written = await driver.writeObject(text, home, 'object');
        expect(written.sizeBytes).toBe(bytesOf(text).length);
        expect(decodeText(await driver.readObject(written))).toBe(text);
      },
    },
    {
      title: 'writes the bytes that a view shows, not those around it',
      async run({ driver, container }) {
        const home = await container();
        const view = pattern(1000).subarray(100, 200);
        const written = await driver.writeObject(view, home, 'object');
        expectSameBytes(await driver.readObject(written), pattern(1000).slice(100, 200));
      },
    },
    {
      title: 'leaves the caller’s bytes as they were',
      async run({ driver, container }) {
        const home = await container();
        const bytes = Uint8Array.from(pattern(100_000));
        await driver.writeObject(bytes, home, 'object');
        expectSameBytes(bytes, pattern(100_000));
        await driver.uploadObjectViaStream([bytes.subarray(0, 50_000), bytes.subarray(50_000)], home, 'object');
        expectSameBytes(bytes, pattern(100_000));
      },
    },
    {
      title: 'gives every reader its own bytes',
      async run({ driver, container }) {
        const written = await driver.writeObject('original', await container(), 'object');
        (await driver.readObject(written)).fill(0);
        expect(decodeText(await driver.readObject(written))).toBe('original');
      },
    },
    {
      title: 'replaces an object of the same name',
      async run({ driver, container }) {
        const home = await container();
        await driver.writeObject('a first version, and a long one', home, 'object', { contentType: 'text/x-first' });
        const second = await driver.writeObject('second', home, 'object');
        expect(decodeText(await driver.readObject(second))).toBe('second');
        expect((await driver.getObject(home, 'object')).contentType).not.toBe('text/x-first');
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
    {
      title: 'refuses data that is neither bytes nor a string, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        for (const wrong of [undefined, null, 5, {}, [1, 2]] as unknown as string[]) {
          await failsUnsent(() => driver.writeObject(wrong, home, 'object'), { code: 'invalid-argument' });
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses an unknown storage class, before anything is sent',
      needs: 'storageClasses',
      proof: true,
      async run({ driver, container, folder, failsUnsent }) {
        const [home, path] = [await container(), join(await folder(), 'file.bin')];
        await writeFile(path, 'content');
        const invalid = { code: 'invalid-argument', details: { field: 'storageClass' } } as const;
        for (const wrong of ['no-such-class', '', 5] as unknown as string[]) {
          const options = { storageClass: wrong };
          await failsUnsent(() => driver.writeObject('content', home, 'object', options), invalid);
          await failsUnsent(() => driver.uploadObject(path, home, 'object', options), invalid);
        }
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'reports wrong credentials for every way to upload',
      about: 'credentials',
      async run({ open, wrongCredentials, container, folder, driver, fails }) {
        const [home, path] = [await container(), join(await folder(), 'file.bin')];
        await writeFile(path, 'content');
        const stranger = open(wrongCredentials);
        const refused = { code: ['unauthenticated', 'permission-denied'] } as const;
        await fails(() => stranger.writeObject('content', home, 'object'), refused);
        await fails(() => stranger.uploadObject(path, home, 'object'), refused);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    uploads('an empty file', 0),
    uploads('a small file', 1000),
    uploads('a file of more than 8 MiB', 8 * MIB + 7),
    {
      title: 'refuses a missing file, before anything is sent',
      async run({ driver, container, folder, failsUnsent }) {
        const [home, path] = [await container(), join(await folder(), 'missing')];
        await failsUnsent(() => driver.uploadObject(path, home, 'object'), { code: 'invalid-argument' });
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses a folder in place of a file, before anything is sent',
      async run({ driver, container, folder, failsUnsent }) {
        const [home, path] = [await container(), await folder()];
        await failsUnsent(() => driver.uploadObject(path, home, 'object'), { code: 'invalid-argument' });
      },
    },
    {
      title: 'refuses a path that is not a string, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        for (const wrong of [undefined, null, 5, '', 'nul\0'] as unknown as string[]) {
          await failsUnsent(() => driver.uploadObject(wrong, home, 'object'), { code: 'invalid-argument' });
        }
      },
    },
    {
      title: 'does not store a mixture when a file changes during its upload',
      async run({ driver, container, folder }) {
        const [before, after] = [pattern(20 * MIB), pattern(20 * MIB, 9)];
        const path = join(await folder(), 'file.bin');
        await writeFile(path, before);
        const home = await container();
        let isChanged = false;
        const onProgress = () => {
          if (!isChanged) writeFileSync(path, after, { flag: 'r+' });
          isChanged = true;
        };
        const outcome = await outcomeOf(() => driver.uploadObject(path, home, 'object', { onProgress }));
        // Control: the file was changed before the upload had ended.
        expect(isChanged).toBe(true);
        if (outcome.failure) {
          expect(outcome.failure).toMatchObject({ code: 'conflict', details: { path, object: 'object' } });
          expect(await driver.listContainerObjects(home)).toEqual([]);
          return;
        }
        // A worker may have read all of the file before it was changed.
        expectSameBytes(await driver.readObject({ container: home, name: 'object' }), before);
      },
    },
    {
      title: 'reports the progress of an upload from a file, up to its size',
      async run({ driver, container, folder }) {
        const path = join(await folder(), 'file.bin');
        await writeFile(path, pattern(MIB));
        const seen: { transferredBytes: number; totalBytes?: number }[] = [];
        await driver.uploadObject(path, await container(), 'object', { onProgress: (now) => seen.push({ ...now }) });
        expect(seen.at(-1)).toEqual({ transferredBytes: MIB, totalBytes: MIB });
        const moved = seen.map((now) => now.transferredBytes);
        expect(moved, 'progress only rises').toEqual(moved.toSorted((a, b) => a - b));
      },
    },
    {
      title: 'reports the progress of a write, up to its size',
      async run({ driver, container }) {
        const seen: number[] = [];
        const onProgress = (now: { readonly transferredBytes: number }) => void seen.push(now.transferredBytes);
        await driver.writeObject(pattern(MIB), await container(), 'object', { onProgress });
        expect(seen.at(-1)).toBe(MIB);
      },
    },
  ],
};
