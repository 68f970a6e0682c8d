/** Downloads: into files, into folders, into memory, piece by piece. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { expect } from 'vitest';
import { collect, decodeText, expectSameBytes, MIB, pattern } from '../../bytes.ts';
import type { Case, Suite } from '../../case.ts';
import { filesIn } from '../../kit.ts';
import type { StorageKit } from '../storage-kit.ts';

function downloads(label: string, sizeBytes: number): Case<StorageKit> {
  return {
    title: `downloads ${label} into a file and piece by piece`,
    async run({ driver, container, folder }) {
      const bytes = pattern(sizeBytes, 3);
      const object = await driver.writeObject(bytes, await container(), 'object');
      const place = await folder();
      const path = join(place, 'file');
      const file = await driver.downloadObject(object, path);
      expect(file).toMatchObject({ path, sizeBytes });
      expect(['crc32c', 'md5', 'size']).toContain(file.verified);
      expectSameBytes(await readFile(path), bytes);
      expect(await filesIn(place), 'files in the folder').toEqual(['file']);
      expectSameBytes(await collect(driver.downloadObjectAsStream(object)), bytes);
    },
  };
}

/** Cases about downloads. */
export const downloading: Suite<StorageKit> = {
  title: 'downloads',
  cases: [
    downloads('an empty object', 0),
    downloads('a small object', 1000),
    downloads('an object of more than 8 MiB', 8 * MIB + 11),
    {
      title: 'downloads by name, without a look-up',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['object']);
        const path = join(await folder(), 'file');
        await driver.downloadObject({ container: home, name: 'object' }, path);
        expect(await readFile(path, 'utf8')).toBe('object');
      },
    },
    {
      title: 'downloads into a folder under the last segment of the name',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a/b/object.txt', '../up.txt']);
        const place = await folder();
        const file = await driver.downloadObject({ container: home, name: 'a/b/object.txt' }, `${place}/`);
        expect(file.path).toBe(`${place}/object.txt`);
        await driver.downloadObject({ container: home, name: '../up.txt' }, `${place}/`);
        expect(await filesIn(place)).toEqual(['object.txt', 'up.txt']);
        expect(await readFile(file.path, 'utf8')).toBe('a/b/object.txt');
      },
    },
    {
      title: 'refuses a folder for a name that names no file, before anything is sent',
      async run({ driver, containerWith, folder, failsUnsent }) {
        const odd = ['a/', 'a/..', 'a/.', `a${sep === '/' ? '\\' : '/'}..\\b`];
        const home = await containerWith(odd);
        const place = await folder();
        for (const name of odd) {
          const download = () => driver.downloadObject({ container: home, name }, `${place}/`);
          await failsUnsent(download, { code: 'invalid-argument' });
        }
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'refuses a folder that is missing or not marked as one, before anything is sent',
      async run({ driver, containerWith, folder, failsUnsent }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const place = await folder();
        for (const wrong of [`${place}/missing/`, place, '', 'nul\0', undefined, 5] as string[]) {
          await failsUnsent(() => driver.downloadObject(object, wrong), { code: 'invalid-argument' });
        }
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'refuses a file in a folder that is missing or a file, and names that folder, before anything is sent',
      async run({ driver, containerWith, folder, failsUnsent }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const place = await folder();
        const [missing, file] = [join(place, 'missing'), join(place, 'file')];
        await writeFile(file, 'mine');
        const invalid = { code: 'invalid-argument', details: { field: 'destinationPath' } } as const;
        for (const [wrong, problem] of [
          [missing, 'does not exist; create it first'],
          [file, 'is a file'],
        ] as const) {
          for (const download of [
            () => driver.downloadObject(object, join(wrong, 'object')),
            () => driver.downloadObject(object, `${wrong}/`),
            () => driver.downloadObjectRange(object, join(wrong, 'object'), 0, 1),
          ]) {
            const failure = await failsUnsent(download, invalid);
            expect(failure.message).toMatch(new RegExp(`the folder ${wrong}/? ${problem}`));
          }
        }
        expect(await filesIn(place)).toEqual(['file']);
        expect(await readFile(file, 'utf8')).toBe('mine');
      },
    },
    {
      title: 'refuses to replace a file, before anything is sent',
      async run({ driver, containerWith, folder, failsUnsent }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const place = await folder();
        const path = join(place, 'object');
        await writeFile(path, 'mine');
        await failsUnsent(() => driver.downloadObject(object, path), { code: 'already-exists' });
        await failsUnsent(() => driver.downloadObject(object, `${place}/`), { code: 'already-exists' });
        await failsUnsent(() => driver.downloadObjectRange(object, path, 0, 1), { code: 'already-exists' });
        expect(await readFile(path, 'utf8')).toBe('mine');
      },
    },
    {
      title: 'replaces a file on request',
      async run({ driver, containerWith, folder }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        const place = await folder();
        const path = join(place, 'file');
        await writeFile(path, 'mine, and longer than the object');
        await driver.downloadObject(object, path, { overwriteExisting: true });
        expect(await readFile(path, 'utf8')).toBe('object');
        expect(await filesIn(place)).toEqual(['file']);
      },
    },
    {
      title: 'leaves no file behind when the object is missing',
      async run({ driver, container, folder, fails }) {
        const object = { container: await container(), name: 'missing' };
        const place = await folder();
        const missing = { code: 'not-found', details: { container: object.container, object: 'missing' } } as const;
        await fails(() => driver.downloadObject(object, join(place, 'file')), missing);
        await fails(() => driver.downloadObjectRange(object, join(place, 'file'), 0, 5), missing);
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'keeps the old file when the object is missing',
      async run({ driver, container, folder, fails }) {
        const object = { container: await container(), name: 'missing' };
        const place = await folder();
        await writeFile(join(place, 'file'), 'mine');
        const download = () => driver.downloadObject(object, join(place, 'file'), { overwriteExisting: true });
        await fails(download, { code: 'not-found' });
        expect(await filesIn(place)).toEqual(['file']);
        expect(await readFile(join(place, 'file'), 'utf8')).toBe('mine');
      },
    },
    {
      title: 'says that a missing object is not found, as a stream and in memory',
      async run({ driver, container, fails }) {
        const object = { container: await container(), name: 'missing' };
        const missing = { code: 'not-found', details: { container: object.container, object: 'missing' } } as const;
        await fails(() => collect(driver.downloadObjectAsStream(object)), missing);
        await fails(() => collect(driver.downloadObjectRangeAsStream(object, 0, 5)), missing);
        await fails(() => driver.readObject(object), missing);
      },
    },
    {
      title: 'sends nothing until a stream is read, and downloads again each time',
      everyDesign: true,
      async run({ driver, containerWith, requestsOf }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        let stream: Iterable<Uint8Array> | AsyncIterable<Uint8Array> = [];
        const sent = await requestsOf(async () => {
          stream = driver.downloadObjectAsStream(object);
        });
        expect(sent ?? 0).toBe(0);
        expect(decodeText(await collect(stream))).toBe('object');
        expect(decodeText(await collect(stream))).toBe('object');
      },
    },
    {
      title: 'stays usable when many streams are left half-read',
      everyDesign: true,
      async run({ driver, container }) {
        const bytes = pattern(2 * MIB);
        const object = await driver.writeObject(bytes, await container(), 'object');
        for (let count = 0; count < 60; count += 1) {
          for await (const chunk of driver.downloadObjectAsStream(object)) {
            expect(chunk.length).toBeGreaterThan(0);
            break;
          }
        }
        expectSameBytes(await driver.readObject(object), bytes);
      },
    },
    {
      title: 'stays usable when the reader of a stream throws',
      everyDesign: true,
      async run({ driver, container }) {
        const bytes = pattern(2 * MIB);
        const object = await driver.writeObject(bytes, await container(), 'object');
        const reason = new Error('the reader gave up');
        const reading = async () => {
          for await (const chunk of driver.downloadObjectAsStream(object)) if (chunk.length > 0) throw reason;
        };
        await expect(reading()).rejects.toBe(reason);
        expectSameBytes(await collect(driver.downloadObjectAsStream(object)), bytes);
      },
    },
    {
      title: 'keeps two interleaved streams apart',
      everyDesign: true,
      async run({ driver, container }) {
        const home = await container();
        const first = await driver.writeObject(pattern(MIB, 5), home, 'first');
        const second = await driver.writeObject(pattern(MIB, 6), home, 'second');
        const chunks: Uint8Array[] = [];
        for await (const chunk of driver.downloadObjectAsStream(first)) {
          chunks.push(Buffer.from(chunk));
          if (chunks.length === 1) {
            expectSameBytes(await collect(driver.downloadObjectAsStream(second)), pattern(MIB, 6));
          }
        }
        expectSameBytes(Buffer.concat(chunks), pattern(MIB, 5));
      },
    },
    {
      title: 'reports the progress of every kind of download, up to the size',
      everyDesign: true,
      async run({ driver, container, folder }) {
        const object = await driver.writeObject(pattern(MIB), await container(), 'object');
        const place = await folder();
        await mkdir(join(place, 'folder'));
        const seen: { transferredBytes: number; totalBytes?: number }[] = [];
        const options = { onProgress: (now: (typeof seen)[number]) => void seen.push({ ...now }) };
        const expectFull = (way: string) => {
          const { transferredBytes, totalBytes = MIB } = seen.at(-1) ?? {};
          expect({ transferredBytes, totalBytes }, way).toEqual({ transferredBytes: MIB, totalBytes: MIB });
          seen.length = 0;
        };
        await driver.downloadObject(object, join(place, 'file'), options);
        expectFull('into a file');
        await driver.readObject(object, options);
        expectFull('into memory');
        await collect(driver.downloadObjectAsStream(object, options));
        expectFull('as a stream');
      },
    },
  ],
};
