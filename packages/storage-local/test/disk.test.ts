/** What a disk has besides objects: folders, links, sidecars, temporary files, other programs, and its limits. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isobar-disk-'));
  mkdirSync(join(folder, 'home'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, 'home', name);
const inHome = (name: string) => ({ container: 'home', name });

/** Everything in a folder, with paths from it. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .toSorted();
}

/** Both kinds pass the same tests: `await` takes plain values too. */
const kinds = {
  blocking: () => connect(localFiles, { folder }),
  async: () => connect(localFiles, { folder, async: true }),
};

describe.each(Object.entries(kinds))('%s', (_, open) => {
  test('an object is a plain file, and a plain file an object', async () => {
    const driver = open();
    await driver.writeObject('hello', 'home', '2026/a.txt');
    expect(readFileSync(at('2026/a.txt'), 'utf8')).toBe('hello');
    expect(filesBelow(folder), 'no sidecar: the name implies the type').toEqual(['home/2026/a.txt']);
    writeFileSync(at('b.json'), '{}');
    expect(await driver.getObject('home', 'b.json')).toMatchObject({ sizeBytes: 2, contentType: 'application/json' });
    expect((await driver.listContainers()).map(({ name }) => name)).toEqual(['home']);
  });

  test('listings are in byte order of whole names, in pages of any size', async () => {
    const driver = open();
    const names = ['a b', 'a-b', 'a.txt', 'a/0', 'a/b/c', 'a/b.d', 'a0', 'b!/x', 'b/x', 'ü', '日/本', '￮', '😀'];
    for (const name of names) await driver.writeObject('', 'home', name);
    const sorted = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    for (const pageSize of [1, 2, 3, 5, 1000]) {
      const listed = await driver.listContainerObjects('home', { pageSize });
      expect(
        listed.map(({ name }) => name),
        `pages of ${pageSize}`,
      ).toEqual(sorted);
    }
    for (const startAfter of [...names, 'a', 'a/', 'a/b', 'a/b/', 'a/zz', 'b', 'zzz', '日', '日/']) {
      const after = sorted.filter((name) => Buffer.compare(Buffer.from(name), Buffer.from(startAfter)) > 0);
      const listed = await driver.listContainerObjects('home', { startAfter, pageSize: 3 });
      expect(
        listed.map(({ name }) => name),
        `after ${startAfter}`,
      ).toEqual(after);
    }
    for (const prefix of ['a', 'a/', 'a/b', 'a/b/', 'b', '日', 'none', 'a.']) {
      const listed = await driver.listContainerObjects('home', { prefix, pageSize: 2 });
      expect(
        listed.map(({ name }) => name),
        `with ${prefix}`,
      ).toEqual(sorted.filter((name) => name.startsWith(prefix)));
    }
    const pages: { items: readonly { name: string }[]; prefixes?: readonly string[] }[] = [];
    for await (const page of driver.iterateContainerObjects('home', { delimiter: '/', pageSize: 2 }).pages())
      pages.push(page);
    expect(pages.flatMap(({ prefixes }) => prefixes)).toEqual(['a/', 'b!/', 'b/', '日/']);
    expect(pages.flatMap(({ items }) => items).map(({ name }) => name)).toEqual(
      sorted.filter((name) => !name.includes('/')),
    );
  });

  test('a file and a folder of one name are refused, by the names of both', async () => {
    const driver = open();
    await driver.writeObject('x', 'home', 'a/b');
    await expect(async () => driver.writeObject('y', 'home', 'a')).rejects.toMatchObject({ code: 'conflict' });
    await expect(async () => driver.writeObject('y', 'home', 'a/b/c')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('"a/b" is an object') as string,
      details: { container: 'home', object: 'a/b/c' },
    });
    await expect(async () => driver.readObject(inHome('a'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(async () => driver.readObject(inHome('a/b/c'))).rejects.toMatchObject({ code: 'not-found' });
    expect(filesBelow(folder)).toEqual(['home/a/b']);
  });

  test.each(['.isobar/about/x', '.a.0123456789ab.part', 'a/.b.0123456789ab.part', 'x'.repeat(256)])(
    'a name that cannot be kept is refused: %s',
    async (name) => {
      await expect(async () => open().writeObject('x', 'home', name)).rejects.toMatchObject({
        code: 'invalid-argument',
        details: { field: 'objectName' },
      });
      expect(filesBelow(folder)).toEqual([]);
    },
  );

  test('a folder that becomes a link between two writes is not followed', async () => {
    const driver = open();
    await driver.writeObject('x', 'home', 'sub/deep/a');
    await driver.writeObject('x', 'home', 'sub/deep/b');
    mkdirSync(join(folder, 'outside', 'deep'), { recursive: true });
    rmSync(at('sub'), { recursive: true });
    symlinkSync(join(folder, 'outside'), at('sub'));
    await expect(async () => driver.writeObject('x', 'home', 'sub/deep/c')).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    expect(readdirSync(join(folder, 'outside', 'deep'))).toEqual([]);
  });

  test('links are neither listed nor followed', async () => {
    const driver = open();
    writeFileSync(join(folder, 'secret'), 'secret');
    mkdirSync(join(folder, 'outside'));
    symlinkSync(join(folder, 'secret'), at('link'));
    symlinkSync(join(folder, 'outside'), at('folder'));
    symlinkSync('nowhere', at('dangling'));
    symlinkSync(join(folder, 'outside'), join(folder, 'linked'));
    expect(await driver.listContainerObjects('home')).toEqual([]);
    for (const name of ['link', 'folder/a', 'dangling']) {
      const refused = { code: 'invalid-argument', details: { field: 'objectName' } };
      await expect(async () => driver.readObject(inHome(name)), name).rejects.toMatchObject(refused);
      await expect(async () => driver.writeObject('x', 'home', name), name).rejects.toMatchObject(refused);
      await expect(async () => driver.deleteObject(inHome(name)), name).rejects.toMatchObject(refused);
    }
    await expect(async () => driver.writeObject('x', 'linked', 'a')).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('secret');
  });

  test('a name on the disk that is not UTF-8 is not listed', async () => {
    writeFileSync(Buffer.concat([Buffer.from(at('bad')), Buffer.of(0xff)]), '');
    expect(await open().listContainerObjects('home')).toEqual([]);
  });

  test('metadata belongs to one version: it ends when another program writes the file', async () => {
    const driver = open();
    const headers = { contentType: 'text/x-own', metadata: { a: 'b' }, cacheControl: 'no-store' };
    await driver.writeObject('one', 'home', 'a.txt', headers);
    expect(await driver.getObject('home', 'a.txt')).toMatchObject({
      contentType: 'text/x-own',
      metadata: { a: 'b' },
      extra: { cacheControl: 'no-store' },
    });
    writeFileSync(at('a.txt'), 'another');
    expect(await driver.getObject('home', 'a.txt')).toMatchObject({
      contentType: 'text/plain',
      metadata: {},
      extra: {},
    });
  });

  test('bytes that change on the disk without a trace are noticed, where a checksum is kept', async () => {
    const driver = open();
    await driver.writeObject('right', 'home', 'a', { metadata: { a: 'b' } });
    const times = join(folder, 'times');
    execFileSync('touch', ['-r', at('a'), times]);
    writeFileSync(at('a'), 'wrong');
    execFileSync('touch', ['-r', times, at('a')]);
    await expect(async () => driver.readText(inHome('a'))).rejects.toMatchObject({ code: 'integrity' });
  });

  test('what replaces or deletes an object leaves no sidecar behind, and no empty folder', async () => {
    const driver = open();
    const metadata = { a: 'b' };
    for (let round = 0; round < 3; round += 1) await driver.writeObject(`${round}`, 'home', 'x/y/z', { metadata });
    expect(filesBelow(folder).filter((name) => name.endsWith('.json'))).toHaveLength(1);
    await driver.updateObjectMetadata(inHome('x/y/z'), { metadata: { c: 'd' } });
    expect((await driver.getObject('home', 'x/y/z')).metadata).toEqual({ c: 'd' });
    await driver.copyObject(inHome('x/y/z'), 'home', 'copy');
    expect((await driver.getObject('home', 'copy')).metadata).toEqual({ c: 'd' });
    await driver.deleteObject(inHome('x/y/z'));
    await driver.deleteObject(inHome('copy'));
    expect(filesBelow(folder)).toEqual([]);
    expect(existsSync(at('x'))).toBe(false);
    await driver.deleteContainer('home');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('temporary files are not shown, and do not keep a container from being deleted', async () => {
    const driver = open();
    writeFileSync(at('.gone.0123456789ab.part'), 'half');
    expect(await driver.listContainerObjects('home')).toEqual([]);
    await driver.deleteContainer('home');
    expect(existsSync(at(''))).toBe(false);
  });

  test('a container with files that are no objects is not deleted', async () => {
    symlinkSync('/nowhere', at('link'));
    await expect(async () => open().deleteContainer('home')).rejects.toMatchObject({ code: 'not-empty' });
    expect(existsSync(at(''))).toBe(true);
  });

  test('a missing folder is named, with the option', async () => {
    rmSync(folder, { recursive: true });
    const driver = open();
    const named = { code: 'invalid-argument', details: { field: 'folder' } };
    await expect(async () => driver.listContainers()).rejects.toMatchObject(named);
    await expect(async () => driver.createContainer('new')).rejects.toMatchObject(named);
    await expect(async () => driver.writeObject('x', 'home', 'a')).rejects.toMatchObject({ code: 'not-found' });
  });

  test.skipIf(process.getuid?.() === 0)('a read-only folder is named, and nothing is left in it', async () => {
    chmodSync(at(''), 0o500);
    await expect(async () => open().writeObject('x', 'home', 'a')).rejects.toMatchObject({ code: 'invalid-argument' });
    chmodSync(at(''), 0o700);
    expect(filesBelow(folder)).toEqual([]);
  });

  test('an object that another program replaces while it is read is noticed', async () => {
    const driver = open();
    await driver.writeObject('a'.repeat(3 * 1024 * 1024), 'home', 'a');
    const read = async (): Promise<void> => {
      for await (const _ of driver.downloadObjectAsStream(inHome('a'))) writeFileSync(at('a'), 'b'.repeat(9));
    };
    await expect(read()).rejects.toMatchObject({ code: 'conflict', details: { container: 'home', object: 'a' } });
  });

  test('an object that is deleted while it is read is not found', async () => {
    const driver = open();
    await driver.writeObject('a'.repeat(3 * 1024 * 1024), 'home', 'a');
    const read = async (): Promise<void> => {
      for await (const _ of driver.downloadObjectAsStream(inHome('a'))) rmSync(at('a'), { force: true });
    };
    await expect(read()).rejects.toMatchObject({ code: 'not-found', details: { container: 'home', object: 'a' } });
  });

  test('a source that fails leaves nothing', async () => {
    const mistake = new Error('of the caller');
    function* failing(): Generator<string> {
      yield 'x'.repeat(20 * 1024 * 1024);
      throw mistake;
    }
    await expect(async () => open().uploadObjectViaStream(failing(), 'home', 'a/b')).rejects.toBe(mistake);
    expect(filesBelow(folder)).toEqual([]);
  });

  test('of many writers under a condition one wins', async () => {
    const driver = open();
    const codes = await Promise.all(
      Array.from({ length: 20 }, async (_unused, index) => {
        try {
          await driver.writeObject(`${index}`, 'home', 'lock', { ifAbsent: true });
          return 'won';
        } catch (failure) {
          return (failure as { code: string }).code;
        }
      }),
    );
    expect(codes.filter((code) => code === 'won')).toHaveLength(1);
    expect(codes.filter((code) => code === 'precondition-failed')).toHaveLength(19);
  });

  test('writers and deleters of one folder do not disturb each other', async () => {
    const driver = open();
    await Promise.all(
      Array.from({ length: 8 }, async (_unused, index) => {
        for (let round = 0; round < 20; round += 1) {
          const name = `deep/er/${index}`;
          await driver.writeObject('x', 'home', name);
          await driver.deleteObject(inHome(name));
        }
      }),
    );
    expect(await driver.listContainerObjects('home')).toEqual([]);
  });
});
