/** Reading without fuss: whether an object exists, text, JSON, folders, descriptions of streams, checksums of files. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Algorithm, Checksums } from '@isobar/core';
import { expect } from 'vitest';
import { collect, decodeText, itemsOf, LONG_BYTES, MIB, pattern } from '../bytes.ts';
import type { Suite } from '../case.ts';
import type { StorageKit } from './storage-kit.ts';

/** Cases about methods that save their callers a few lines. */
export const reading: Suite<StorageKit> = {
  title: 'reading',
  cases: [
    {
      title: 'tells whether an object exists',
      everyDesign: true,
      async run({ driver, containerWith }) {
        const home = await containerWith(['there', 'a/b']);
        for (const name of ['there', 'a/b']) expect(await driver.objectExists(home, name), name).toBe(true);
        for (const name of ['not', 'ther', 'there2', 'a'])
          expect(await driver.objectExists(home, name), name).toBe(false);
      },
    },
    {
      title: 'reads text and JSON',
      everyDesign: true,
      async run({ driver, container }) {
        const home = await container();
        const text = await driver.writeObject('é 𝕌\n', home, 'text');
        expect(await driver.readText(text)).toBe('é 𝕌\n');
        const value = { list: [1, null, 'é'], nested: { flag: true } };
        await driver.writeObject(JSON.stringify(value), home, 'json');
        expect(await driver.readJson({ container: home, name: 'json' })).toEqual(value);
      },
    },
    {
      title: 'names the object that is not text or not JSON, without its contents',
      async run({ driver, container, fails }) {
        const home = await container();
        const wrong = (name: string) =>
          ({ code: 'malformed-response', details: { container: home, object: name } }) as const;
        const bytes = await driver.writeObject(Uint8Array.of(0x61, 0xff), home, 'bytes');
        await fails(() => driver.readText(bytes), wrong('bytes'));
        await fails(() => driver.readJson(bytes), wrong('bytes'));
        const text = await driver.writeObject('secret-contents', home, 'text');
        const failure = await fails(() => driver.readJson(text), wrong('text'));
        expect(JSON.stringify(failure) + String(failure.cause)).not.toContain('secret');
        await fails(() => driver.readText({ container: home, name: 'missing' }), { code: 'not-found' });
      },
    },
    {
      title: 'lists a folder: its objects and folders in one order',
      needs: 'delimiter',
      everyDesign: true,
      async run({ driver, containerWith }) {
        const home = await containerWith(['a', 'b/1', 'b/2', 'b/c/3', 'b-', 'd/e/f', 'z']);
        const shown = async (prefix?: string) =>
          (await itemsOf(driver.iterateFolder(home, prefix))).map((entry) =>
            'prefix' in entry ? `${entry.container === home}: ${entry.prefix}` : entry.name,
          );
        expect(await shown()).toEqual(['a', 'b-', 'true: b/', 'true: d/', 'z']);
        expect(await shown('b/')).toEqual(['b/1', 'b/2', 'true: b/c/']);
        expect(await shown('b'), 'without the delimiter').toEqual(['b/1', 'b/2', 'true: b/c/']);
        expect(await shown('none/')).toEqual([]);
      },
    },
    {
      title: 'lists a folder page by page, with another delimiter',
      needs: 'delimiter',
      async run({ driver, containerWith }) {
        const home = await containerWith(['a', 'b:1', 'b:2', 'c/d', 'e', 'f:g']);
        const pages = await itemsOf(driver.iterateFolder(home, '', { delimiter: ':', pageSize: 2 }).pages());
        const names = pages.flatMap(({ items }) =>
          items.map((entry) => ('prefix' in entry ? entry.prefix : entry.name)),
        );
        expect(names).toEqual(['a', 'b:', 'c/d', 'e', 'f:']);
        expect(pages.length).toBeGreaterThan(1);
      },
    },
    {
      title: 'refuses a folder that is no text, before anything is sent',
      needs: 'delimiter',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        for (const wrong of [7, {}, '\ud800'] as unknown as string[]) {
          const list = async () => await itemsOf(driver.iterateFolder(home, wrong));
          await failsUnsent(list, { code: 'invalid-argument', details: { field: 'prefix' } });
        }
      },
    },
    {
      title: 'describes the object of a stream, before and after its bytes are read',
      async run({ driver, container }) {
        const home = await container();
        const written = await driver.writeObject('0123456789', home, 'object', { contentType: 'text/x-own' });
        const described = { container: home, name: 'object', sizeBytes: 10, contentType: 'text/x-own' };
        const before = driver.downloadObjectAsStream(written);
        expect(await before.object()).toMatchObject(described);
        expect(decodeText(await collect(before))).toBe('0123456789');
        const after = driver.downloadObjectAsStream(written);
        await collect(after);
        expect(await after.object()).toMatchObject(described);
        expect((await after.object()).version).toBe(written.version);
        const part = driver.downloadObjectRangeAsStream(written, 2, 5);
        expect(await part.object(), 'of a range').toMatchObject(described);
        expect(decodeText(await collect(part))).toBe('234');
      },
    },
    {
      title: 'describes the object of a stream without another exchange',
      async run({ driver, container, requestsOf }) {
        const home = await container();
        const object = await driver.writeObject('x', home, 'object');
        const sent = await requestsOf(async () => {
          const stream = driver.downloadObjectAsStream(object);
          await stream.object();
          await collect(stream);
          await stream.object();
        });
        expect(sent ?? 1).toBe(1);
      },
    },
    {
      title: 'takes what an asynchronous listing brings, while it brings it',
      kind: 'async',
      needs: 'streamUpload',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a', 'b', 'c/d']);
        const to = await folder();
        const listed = driver.iterateContainerObjects(home, { pageSize: 2 });
        const { downloaded, failed } = await driver.downloadObjects(listed, to);
        expect([downloaded.map(({ name }) => name), failed]).toEqual([['a', 'b', 'c/d'], []]);
        const files = (async function* () {
          for (const { name, path } of downloaded) yield { path, name: `copy of ${name}` };
        })();
        const { uploaded } = await driver.uploadObjects(files, home);
        expect(uploaded.map(({ object }) => object.name)).toEqual(['copy of a', 'copy of b', 'copy of c/d']);
        const { deleted } = await driver.deleteObjects(driver.iterateContainerObjects(home));
        expect(deleted).toHaveLength(6);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'passes on the error of an asynchronous iterable, and ends one that is not needed any more',
      kind: 'async',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a']);
        const mistake = new Error('of the caller');
        let hasEnded = false;
        const failing = (async function* () {
          yield { container: home, name: 'a' };
          throw mistake;
        })();
        await expect(driver.downloadObjects(failing, await folder())).rejects.toBe(mistake);
        const endless = (async function* () {
          try {
            for (;;) yield { container: home, name: 7 as unknown as string };
          } finally {
            hasEnded = true;
          }
        })();
        await expect(driver.deleteObjects(endless)).rejects.toMatchObject({ code: 'invalid-argument' });
        expect(hasEnded).toBe(true);
      },
    },
    {
      title: 'tells checksums that are those of the bytes, so that a backup need not send what has not changed',
      async run({ driver, container, folder, requestsOf }) {
        const home = await container();
        const path = join(await folder(), 'file');
        await writeFile(path, pattern(100_000));
        await driver.uploadObject(path, home, 'copied', { contentType: 'text/x-own' });
        const checks = async (checksums: Checksums) => {
          const told = Object.entries(checksums) as [Algorithm, string][];
          for (const [algorithm, checksum] of told) expect(await driver.checksumFile(path, algorithm)).toBe(checksum);
          return told.length;
        };
        const found = await driver.getObject(home, 'copied');
        const count = await checks(found.checksums ?? {});
        const [plain] = await driver.listContainerObjects(home);
        const [listed] = await driver.listContainerObjects(home, { checksums: true });
        await checks(listed?.checksums ?? {});
        expect({ ...listed, checksums: undefined }).toEqual({ ...plain, checksums: undefined });
        const { verified } = await driver.downloadObject(found, `${path}.back`);
        if (verified !== 'size')
          expect(count, 'a checksum that downloads are verified with is told').toBeGreaterThan(0);
        const sent = await requestsOf(async () => void (await checks(listed?.checksums ?? {})));
        expect(sent ?? 0).toBe(0);
      },
    },
    {
      title: 'tells a checksum of an object that was stored in parts, in its listing or when it is looked up',
      needs: 'streamUpload',
      async run({ driver, container, folder }) {
        const home = await container();
        const path = join(await folder(), 'file');
        const bytes = pattern(LONG_BYTES);
        await writeFile(path, bytes);
        const written = await driver.uploadObjectViaStream([bytes], home, 'parts');
        const [listed] = await driver.listContainerObjects(home, { checksums: true });
        const found = await driver.getObject(home, 'parts');
        const told = [written, listed, found].flatMap(
          (object) => Object.entries(object?.checksums ?? {}) as [Algorithm, string][],
        );
        for (const [algorithm, checksum] of told) expect(await driver.checksumFile(path, algorithm)).toBe(checksum);
        const { verified } = await driver.downloadObject(found, `${path}.back`);
        if (verified !== 'size') expect(told).not.toEqual([]);
      },
    },
    {
      title: 'computes checksums of files',
      async run({ driver, folder, failsUnsent }) {
        const path = join(await folder(), 'file');
        await writeFile(path, '123456789');
        const published = {
          crc32c: '4waSgw==',
          crc32: 'y/Q5Jg==',
          crc64nvme: 'rosUhgp5mIg=',
          md5: 'JfnnlDI7RTiF9RgfG2JNCw==',
          sha256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
        } as const;
        for (const [algorithm, checksum] of Object.entries(published)) {
          expect(await driver.checksumFile(path, algorithm as 'md5'), algorithm).toBe(checksum);
        }
        await writeFile(path, pattern(3 * MIB));
        expect(await driver.checksumFile(path, 'crc32c')).toMatch(/^[\w+/]{6}==$/);
        await failsUnsent(() => driver.checksumFile(path, 'sha1' as 'md5'), {
          code: 'invalid-argument',
          details: { field: 'algorithm' },
        });
        await failsUnsent(() => driver.checksumFile(`${path}.missing`, 'md5'), {
          code: 'invalid-argument',
          details: { field: 'filePath' },
        });
      },
    },
  ],
};
