/** Uploads of many files: those of a folder, or of an iterable. */
import { rmSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileToUpload, FolderProgress, UploadedObjects } from '@isobar/core';
import { expect } from 'vitest';
import { decodeText } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import { thrownBy } from '../../failures.ts';
import { expectPlainData } from '../../plain-data.ts';
import type { StorageKit } from '../storage-kit.ts';

const isWindows = process.platform === 'win32';
const specialNames = isWindows
  ? ['%2F', 'a#b+c', 'cafe\u0301', '😀']
  : ['%2F', 'a#b+c?d', 'a\\b', 'cafe\u0301', '😀', '...', ' '];

/** Makes a folder of files that hold their own names. */
async function folderWith({ folder }: StorageKit, names: readonly string[]): Promise<string> {
  const place = await folder();
  for (const name of names) {
    const path = join(place, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, name);
  }
  return place;
}

const filesOf = (place: string, names: readonly string[]): FileToUpload[] =>
  names.map((name) => ({ path: join(place, name), name }));

const namesOf = ({ uploaded }: UploadedObjects) => uploaded.map(({ object }) => object.name);

const codesOf = ({ failed }: UploadedObjects) => failed.map(({ name, error }) => [name, error.code]);

/** Expects a container to hold objects of these names after a prefix, each with the content of its file. */
async function expectStored({ driver }: StorageKit, home: string, names: readonly string[], prefix = '') {
  const stored = (await driver.listContainerObjects(home)).map(({ name }) => name);
  expect(stored.toSorted()).toEqual(names.map((name) => prefix + name).toSorted());
  for (const name of names) {
    expect(decodeText(await driver.readObject({ container: home, name: prefix + name }))).toBe(name);
  }
}

/** Cases about uploads of many files. */
export const folderUploads: Suite<StorageKit> = {
  title: 'uploads of folders',
  cases: [
    {
      title: 'uploads each file of a folder and its folders under its path, with slashes',
      everyDesign: true,
      async run(kit) {
        const names = ['a.txt', 'b/c', 'b/d/e f', 'b-', 'é/deep/er/file.json'];
        const [home, place] = [await kit.container(), await folderWith(kit, names)];
        const result = await kit.driver.uploadObjects(place, home);
        expectPlainData(result);
        expect(result.failed).toEqual([]);
        expect(namesOf(result).toSorted()).toEqual(names.toSorted());
        for (const { object, path } of result.uploaded) {
          expect(path).toBe(join(place, object.name));
          expect(object).toMatchObject({ container: home, sizeBytes: Buffer.byteLength(object.name) });
        }
        await expectStored(kit, home, names);
        expect((await kit.driver.getObject(home, 'a.txt')).contentType).toMatch(/^text\/plain/);
      },
    },
    {
      title: 'takes names with any characters as they are',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, specialNames)];
        expect((await kit.driver.uploadObjects(place, home)).failed).toEqual([]);
        await expectStored(kit, home, specialNames);
      },
    },
    {
      title: 'takes a folder whose path ends in a slash, and empty folders, of which nothing is stored',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['a'])];
        await mkdir(join(place, 'empty', 'in', 'empty'), { recursive: true });
        expect(namesOf(await kit.driver.uploadObjects(`${place}/`, home))).toEqual(['a']);
        expect(await kit.driver.uploadObjects(join(place, 'empty'), home)).toEqual({ uploaded: [], failed: [] });
        expect(await kit.driver.uploadObjects([], home)).toEqual({ uploaded: [], failed: [] });
        await expectStored(kit, home, ['a']);
      },
    },
    {
      title: 'puts the prefix before every name, and uploads only what the filter takes',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['a', 'b/c', 'b/no', 'no'])];
        const asked: FileToUpload[] = [];
        const filter = (file: FileToUpload) => {
          asked.push(file);
          return !file.name.endsWith('no');
        };
        const result = await kit.driver.uploadObjects(place, home, { prefix: '2026/x-', filter });
        expect(result.uploaded.map(({ path }) => path).toSorted()).toEqual([join(place, 'a'), join(place, 'b/c')]);
        await expectStored(kit, home, ['a', 'b/c'], '2026/x-');
        const byName = asked.toSorted((one, other) => (one.name < other.name ? -1 : 1));
        expect(byName).toEqual(filesOf(place, ['a', 'b/c', 'b/no', 'no']));
      },
    },
    {
      title: 'follows links to files, and none to folders or to nothing',
      async run(kit) {
        const place = await folderWith(kit, ['real/file']);
        const elsewhere = await folderWith(kit, ['other', 'folder/inner']);
        await symlink(join(elsewhere, 'other'), join(place, 'link'));
        await symlink(join(elsewhere, 'folder'), join(place, 'to-folder'));
        await symlink(place, join(place, 'to-itself'));
        await symlink(join(place, 'nothing'), join(place, 'to-nothing'));
        const home = await kit.container();
        const result = await kit.driver.uploadObjects(place, home);
        expect(namesOf(result).toSorted()).toEqual(['link', 'real/file']);
        expect(result.failed).toEqual([]);
        expect(decodeText(await kit.driver.readObject({ container: home, name: 'link' }))).toBe('other');
      },
    },
    {
      title: 'uploads the files of an iterable under their names, and reports the outcomes in order',
      async run(kit) {
        const place = await folderWith(kit, ['a', 'b', 'c']);
        const files = ['c', 'missing', 'a', 'gone', 'b'].map((name) => ({
          path: join(place, name),
          name: `new ${name}`,
        }));
        const home = await kit.container();
        const result = await kit.driver.uploadObjects(new Set(files), home, { prefix: 'in/' });
        expect(namesOf(result)).toEqual(['in/new c', 'in/new a', 'in/new b']);
        expect(result.failed.map(({ path, name }) => [path, name])).toEqual([
          [join(place, 'missing'), 'in/new missing'],
          [join(place, 'gone'), 'in/new gone'],
        ]);
        expect(decodeText(await kit.driver.readObject({ container: home, name: 'in/new c' }))).toBe('c');
      },
    },
    {
      title: 'takes a file from an iterable only when it can be uploaded',
      everyDesign: true,
      async run(kit) {
        const names = Array.from({ length: 20 }, (_, index) => `file-${index}`);
        const [home, place] = [await kit.container(), await folderWith(kit, names)];
        let [drawn, done, maxAtOnce] = [0, 0, 0];
        function* files(): Generator<FileToUpload> {
          for (const file of filesOf(place, names)) {
            drawn += 1;
            maxAtOnce = Math.max(maxAtOnce, drawn - done);
            yield file;
          }
        }
        const onProgress = ({ doneObjects }: FolderProgress) => {
          done = doneObjects;
        };
        const { uploaded } = await kit.driver.uploadObjects(files(), home, { concurrency: 3, onProgress });
        expect(uploaded).toHaveLength(20);
        expect(maxAtOnce).toBeLessThanOrEqual(3);
      },
    },
    {
      title: 'goes on after a file that vanishes, and after one that is no file',
      async run(kit) {
        const names = ['a', 'b', 'c'];
        const [home, place] = [await kit.container(), await folderWith(kit, names)];
        const filter = ({ name, path }: FileToUpload) => {
          if (name === 'b') rmSync(path);
          return true;
        };
        const vanishing = await kit.driver.uploadObjects(place, home, { filter });
        expect(codesOf(vanishing)).toEqual([['b', 'invalid-argument']]);
        expectPlainData(vanishing);
        await mkdir(join(place, 'b'));
        const noFile = await kit.driver.uploadObjects(filesOf(place, names), home);
        expect(codesOf(noFile)).toEqual([['b', 'invalid-argument']]);
        await expectStored(kit, home, ['a', 'c']);
      },
    },
    {
      title: 'fails for a name that objects cannot have, and uploads the others',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['a', 'b'])];
        const long = 'x'.repeat(5000);
        const files = [{ path: join(place, 'a'), name: long }, ...filesOf(place, ['b'])];
        expect(codesOf(await kit.driver.uploadObjects(files, home))).toEqual([[long, 'invalid-argument']]);
        await expectStored(kit, home, ['b']);
      },
    },
    {
      title: 'lists every file as failed when the container is missing',
      async run(kit) {
        const [home, place] = [kit.newName(), await folderWith(kit, ['a', 'b'])];
        const result = await kit.driver.uploadObjects(place, home);
        expect(codesOf(result).toSorted()).toEqual([
          ['a', 'not-found'],
          ['b', 'not-found'],
        ]);
        expect(result.failed[0]?.error.details).toMatchObject({ container: home });
      },
    },
    {
      title: 'uploads a folder of 1100 files',
      timeoutMs: 120_000,
      async run(kit) {
        const names = Array.from({ length: 1100 }, (_, index) => `file-${index}`);
        const [home, place] = [await kit.container(), await folderWith(kit, names)];
        const { failed, uploaded } = await kit.driver.uploadObjects(place, home);
        expect(failed).toEqual([]);
        expect(uploaded).toHaveLength(1100);
        const stored = (await kit.driver.listContainerObjects(home)).map(({ name }) => name);
        expect(stored.toSorted()).toEqual(names.toSorted());
      },
    },
    {
      title: 'reports files and bytes up to all of them',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['four', 'seven..'])];
        const seen: FolderProgress[] = [];
        const onProgress = (progress: FolderProgress) => void seen.push(progress);
        await kit.driver.uploadObjects(filesOf(place, ['four', 'missing', 'seven..']), home, { onProgress });
        expect(seen.at(-1)).toEqual({ doneObjects: 2, failedObjects: 1, transferredBytes: 11 });
      },
    },
    {
      title: 'throws the error of the iterable, of the filter or of the progress function, unchanged',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['a', 'b'])];
        const own = new Error('the caller’s own');
        const fail = (): never => {
          throw own;
        };
        function* broken(): Generator<FileToUpload> {
          yield* filesOf(place, ['a']);
          fail();
        }
        const { driver } = kit;
        expect(await thrownBy(() => driver.uploadObjects(broken(), home)), 'iterable').toBe(own);
        expect(await thrownBy(() => driver.uploadObjects(place, home, { filter: fail })), 'filter').toBe(own);
        expect(await thrownBy(() => driver.uploadObjects(place, home, { onProgress: fail })), 'progress').toBe(own);
      },
    },
    {
      title: 'refuses a folder that is missing or a file, before anything is sent',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['file'])];
        const details = { operation: 'uploadObjects', field: 'files' };
        for (const path of [join(place, 'missing'), join(place, 'file'), join(place, 'file', 'below')]) {
          await kit.failsUnsent(() => kit.driver.uploadObjects(path, home), { code: 'invalid-argument', details });
        }
        expect(await kit.driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses wrong arguments before anything is sent',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['a'])];
        const { driver } = kit;
        const refused = async (field: string, call: () => unknown) => {
          const details = { operation: 'uploadObjects', field };
          await kit.failsUnsent(call, { code: 'invalid-argument', details });
        };
        for (const wrong of [undefined, null, 5, {}, '', 'nul\0'] as unknown as string[]) {
          await refused('files', () => driver.uploadObjects(wrong, home));
        }
        await refused('files', () => driver.uploadObjects([join(place, 'a')] as never, home));
        await refused('files.path', () => driver.uploadObjects([{ path: 5, name: 'a' }] as never, home));
        await refused('files.name', () => driver.uploadObjects([{ path: join(place, 'a') }] as never, home));
        await refused('container', () => driver.uploadObjects(place, 5 as never));
        for (const concurrency of [0, -1, 0.5, 1001, Number.NaN, '4', null] as number[]) {
          await refused('concurrency', () => driver.uploadObjects(place, home, { concurrency }));
        }
        await refused('prefix', () => driver.uploadObjects(place, home, { prefix: 5 as never }));
        await refused('filter', () => driver.uploadObjects(place, home, { filter: 'a' as never }));
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'fails as a whole when the credentials are wrong',
      about: 'credentials',
      async run(kit) {
        const [home, place] = [await kit.container(), await folderWith(kit, ['a', 'b'])];
        const call = () => kit.open(kit.wrongCredentials).uploadObjects(place, home);
        await kit.fails(call, { code: 'unauthenticated', details: { operation: 'uploadObjects' } });
        expect(await kit.driver.listContainerObjects(home)).toEqual([]);
      },
    },
  ],
};
