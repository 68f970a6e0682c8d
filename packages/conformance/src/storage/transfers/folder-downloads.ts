/** Downloads of many objects into a folder, which none of them leaves. */
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadedObjects, FolderProgress, ObjectReference } from '@isobar/core';
import { expect } from 'vitest';
import type { Suite } from '../../case.ts';
import { filesIn } from '../../kit.ts';
import { expectPlainData } from '../../plain-data.ts';
import type { StorageKit } from '../storage-kit.ts';

const inside = (container: string, names: readonly string[]) => names.map((name) => ({ container, name }));
const codesOf = ({ failed }: DownloadedObjects) => failed.map(({ name, error }) => [name, error.code]);

/** Every file below a folder, with slashes. */
async function tree(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** Names that would lead out of a folder, or that some system takes for another file's. */
const outwardNames = [
  '../up',
  'a/../../up',
  './a',
  'a/.',
  'a/..',
  '/absolute',
  'a//b',
  'a/',
  '/',
  '..\\up',
  'a\\b',
  'C:\\up',
];

/** Cases about downloads into folders. */
export const folderDownloads: Suite<StorageKit> = {
  title: 'downloads into a folder',
  cases: [
    {
      title: 'downloads each object under its name, and reports the outcomes in order',
      async run({ driver, containerWith, folder }) {
        const names = ['a', 'b/c', 'b/d/e f', 'é/😀.txt', '...', 'z/..a'];
        const home = await containerWith([...names, 'not asked for']);
        const place = await folder();
        const { downloaded, failed } = await driver.downloadObjects(inside(home, names), place);
        expect(failed).toEqual([]);
        expect(downloaded.map(({ container, name }) => ({ container, name }))).toEqual(inside(home, names));
        expect(await tree(place)).toEqual(names.toSorted());
        for (const { name, path, sizeBytes } of downloaded) {
          expect(path).toBe(join(place, ...name.split('/')));
          expect(await readFile(path, 'utf8')).toBe(name);
          expect(sizeBytes).toBe(new TextEncoder().encode(name).length);
        }
      },
    },
    {
      title: 'creates the folder when it is missing, and accepts an empty list',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a']);
        const place = join(await folder(), 'new', 'er');
        expect(await driver.downloadObjects([], place)).toEqual({ downloaded: [], failed: [] });
        await driver.downloadObjects(inside(home, ['a']), `${place}/`);
        expect(await tree(place)).toEqual(['a']);
      },
    },
    {
      title: 'takes any iterable of models and references, and reads no more than run at once',
      async run({ driver, containerWith, folder }) {
        const names = Array.from({ length: 20 }, (_, index) => `object-${index}`);
        const home = await containerWith(names);
        const listed = await driver.listContainerObjects(home);
        let done = 0;
        let [drawn, maxAtOnce] = [0, 0];
        function* references(): Generator<ObjectReference> {
          for (const object of listed) {
            drawn += 1;
            maxAtOnce = Math.max(maxAtOnce, drawn - done);
            yield drawn % 2 === 0 ? object : { container: { name: home }, name: object.name };
          }
        }
        const onProgress = ({ doneObjects }: FolderProgress) => {
          done = doneObjects;
        };
        const options = { concurrency: 3, onProgress };
        const { downloaded } = await driver.downloadObjects(references(), await folder(), options);
        expect(downloaded).toHaveLength(20);
        expect(maxAtOnce).toBeLessThanOrEqual(3);
      },
    },
    {
      title: 'takes a listing directly',
      kind: 'blocking',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a', 'b', 'c', 'd', 'e']);
        const listing = driver.iterateContainerObjects(home, { pageSize: 2 }) as Iterable<ObjectReference>;
        const place = await folder();
        expect((await driver.downloadObjects(listing, place, { concurrency: 2 })).downloaded).toHaveLength(5);
        expect(await tree(place)).toEqual(['a', 'b', 'c', 'd', 'e']);
      },
    },
    {
      title: 'lets no name out of the folder, and downloads the others',
      async run({ driver, container, folder }) {
        const home = await container();
        const accepted: string[] = [];
        for (const name of [...outwardNames, 'good', 'very/good']) {
          await driver.writeObject('content', home, name);
          accepted.push(name);
        }
        const around = await folder();
        await mkdir(join(around, 'inside'));
        const result = await driver.downloadObjects(inside(home, accepted), join(around, 'inside'));
        expect(codesOf(result)).toEqual(outwardNames.map((name) => [name, 'invalid-argument']));
        for (const { error, name } of result.failed) {
          expect(error.details).toMatchObject({ container: home, object: name });
        }
        expectPlainData(result);
        expect(await tree(around)).toEqual(['inside/good', 'inside/very/good']);
      },
    },
    {
      title: 'follows no link out of the folder, but one within it',
      async run({ driver, containerWith, folder }) {
        const names = ['out/a', 'out/deeper/b', 'within/c', 'gone/d'];
        const home = await containerWith(names);
        const [place, elsewhere] = [await folder(), await folder()];
        await mkdir(join(place, 'real'));
        await symlink(elsewhere, join(place, 'out'));
        await symlink(join(place, 'real'), join(place, 'within'));
        await symlink(join(place, 'missing'), join(place, 'gone'));
        const result = await driver.downloadObjects(inside(home, names), place);
        expect(codesOf(result)).toEqual(['out/a', 'out/deeper/b', 'gone/d'].map((name) => [name, 'invalid-argument']));
        expect(await filesIn(elsewhere)).toEqual([]);
        expect(await readFile(join(place, 'real', 'c'), 'utf8')).toBe('within/c');
      },
    },
    {
      title: 'replaces a link in place of a file, and leaves its target',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a']);
        const [place, elsewhere] = [await folder(), await folder()];
        await writeFile(join(elsewhere, 'kept'), 'kept');
        await symlink(join(elsewhere, 'kept'), join(place, 'a'));
        expect(codesOf(await driver.downloadObjects(inside(home, ['a']), place))).toEqual([['a', 'already-exists']]);
        await driver.downloadObjects(inside(home, ['a']), place, { overwriteExisting: true });
        expect((await lstat(join(place, 'a'))).isFile()).toBe(true);
        expect(await readFile(join(elsewhere, 'kept'), 'utf8')).toBe('kept');
      },
    },
    {
      title: 'fails for an object whose path leads through a file, or whose file is a folder',
      async run({ driver, containerWith, folder }) {
        const names = ['file/a', 'file/b/c', 'folder', 'good'];
        const home = await containerWith(names);
        const place = await folder();
        await writeFile(join(place, 'file'), 'kept');
        await mkdir(join(place, 'folder'));
        const result = await driver.downloadObjects(inside(home, names), place, { overwriteExisting: true });
        expect(codesOf(result)).toEqual(names.slice(0, 3).map((name) => [name, 'invalid-argument']));
        expect(await tree(place)).toEqual(['file', 'good']);
        expect(await readFile(join(place, 'file'), 'utf8')).toBe('kept');
      },
    },
    {
      title: 'does not replace files unless asked to',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a', 'b']);
        const place = await folder();
        await writeFile(join(place, 'a'), 'old');
        const first = await driver.downloadObjects(inside(home, ['a', 'b']), place);
        expect(codesOf(first)).toEqual([['a', 'already-exists']]);
        expect(await readFile(join(place, 'a'), 'utf8')).toBe('old');
        const second = await driver.downloadObjects(inside(home, ['a', 'b']), place, { overwriteExisting: true });
        expect(second.failed).toEqual([]);
        expect(await readFile(join(place, 'a'), 'utf8')).toBe('a');
      },
    },
    {
      title: 'downloads the first of two objects that go to one file, also when files may be replaced',
      async run({ driver, container, folder }) {
        const [one, other] = [await container(), await container()];
        await driver.writeObject('of one', one, 'a');
        await driver.writeObject('of other', other, 'a');
        const place = await folder();
        const objects = [...inside(one, ['a']), ...inside(other, ['a']), ...inside(one, ['a'])];
        const result = await driver.downloadObjects(objects, place, { overwriteExisting: true });
        expect(codesOf(result)).toEqual([
          ['a', 'already-exists'],
          ['a', 'already-exists'],
        ]);
        expect(await readFile(join(place, 'a'), 'utf8')).toBe('of one');
      },
    },
    {
      title: 'goes on after objects and containers that are missing',
      async run({ driver, containerWith, newName, folder }) {
        const home = await containerWith(['a', 'b']);
        const objects = [...inside(home, ['a', 'missing']), ...inside(newName(), ['c']), ...inside(home, ['b'])];
        const place = await folder();
        const result = await driver.downloadObjects(objects, place);
        expect(codesOf(result)).toEqual([
          ['missing', 'not-found'],
          ['c', 'not-found'],
        ]);
        expect(await tree(place), 'files, temporary ones too').toEqual(['a', 'b']);
      },
    },
    {
      title: 'reports objects and bytes up to all of them',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['four', 'seven..']);
        const seen: FolderProgress[] = [];
        const options = { onProgress: (progress: FolderProgress) => void seen.push(progress) };
        await driver.downloadObjects(inside(home, ['four', 'seven..', 'missing']), await folder(), options);
        expect(seen.at(-1)).toEqual({ doneObjects: 2, failedObjects: 1, transferredBytes: 11 });
      },
    },
    {
      title: 'throws the error of the iterable, or of the progress function, unchanged',
      async run({ driver, containerWith, folder }) {
        const home = await containerWith(['a', 'b']);
        const own = new Error('the caller’s own');
        function* broken(): Generator<ObjectReference> {
          yield { container: home, name: 'a' };
          throw own;
        }
        const place = await folder();
        const thrown: unknown[] = [];
        const calls = [
          () => driver.downloadObjects(broken(), place),
          () =>
            driver.downloadObjects(inside(home, ['b']), place, {
              onProgress: () => {
                throw own;
              },
            }),
        ];
        for (const call of calls) {
          try {
            await call();
          } catch (failure) {
            thrown.push(failure);
          }
        }
        expect(thrown).toEqual([own, own]);
        expect((await tree(place)).filter((name) => name.endsWith('.part'))).toEqual([]);
      },
    },
    {
      title: 'refuses wrong arguments before anything is sent',
      async run({ driver, containerWith, folder, failsUnsent }) {
        const objects = inside(await containerWith(['a']), ['a']);
        const place = await folder();
        const refused = async (field: string, call: () => unknown) => {
          await failsUnsent(call, { code: 'invalid-argument', details: { operation: 'downloadObjects', field } });
        };
        for (const wrong of [undefined, null, 5, {}, 'objects'] as unknown as ObjectReference[][]) {
          await refused('objects', () => driver.downloadObjects(wrong, place));
        }
        for (const wrong of ['', 'nul\0', undefined, 5] as string[]) {
          await refused('folderPath', () => driver.downloadObjects(objects, wrong));
        }
        for (const concurrency of [0, -1, 0.5, 1001, Number.NaN, '4', null] as number[]) {
          await refused('concurrency', () => driver.downloadObjects(objects, place, { concurrency }));
        }
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'fails as a whole when the credentials are wrong',
      about: 'credentials',
      async run({ containerWith, open, wrongCredentials, fails, folder }) {
        const objects = inside(await containerWith(['a', 'b', 'c']), ['a', 'b', 'c']);
        const place = await folder();
        const call = () => open(wrongCredentials).downloadObjects(objects, place);
        await fails(call, { code: 'unauthenticated', details: { operation: 'downloadObjects' } });
        expect(await filesIn(place)).toEqual([]);
      },
    },
  ],
};
