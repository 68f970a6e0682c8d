/** Folders for downloaded files: created, reused, refused, and never outside of the target folder. */
import { lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolders, refuseName } from './folders.ts';

let top = '';
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'isobar-folders-'));
});
afterEach(() => rm(top, { recursive: true, force: true }));

const refused = { name: 'CloudError', code: 'invalid-argument', details: { field: 'folderPath' } };

describe('makeFolders', () => {
  test('creates the folder and its subfolders, but not the file', async () => {
    const folder = join(top, 'a', 'b');
    const { path } = await makeFolders(folder, ['c', 'd', 'file']);
    expect(path).toBe(join(folder, 'c', 'd', 'file'));
    expect((await lstat(join(folder, 'c', 'd'))).isDirectory()).toBe(true);
    expect(await readdir(join(folder, 'c', 'd'))).toEqual([]);
  });
  test('keeps existing folders and files', async () => {
    await makeFolders(top, ['a', 'file']);
    await writeFile(join(top, 'a', 'kept'), 'x');
    await makeFolders(top, ['a', 'b', 'file']);
    expect((await readdir(join(top, 'a'))).sort()).toEqual(['b', 'kept']);
  });
  test('may run many times at once for one folder', async () => {
    const calls = Array.from({ length: 50 }, (_, index) => makeFolders(top, ['a', 'b', 'c', `${index}`]));
    expect((await Promise.all(calls)).map(({ path }) => path)).toHaveLength(50);
  });
  test('accepts a folder that is a link', async () => {
    await mkdir(join(top, 'real'));
    await symlink(join(top, 'real'), join(top, 'link'));
    const { path } = await makeFolders(join(top, 'link'), ['a', 'file']);
    expect(path).toBe(join(top, 'link', 'a', 'file'));
    expect(await readdir(join(top, 'real'))).toEqual(['a']);
  });
  test('a folder that another call reached through a link stays refused', async () => {
    await mkdir(join(top, 'in'));
    await mkdir(join(top, 'out', 'deep'), { recursive: true });
    await symlink(join(top, 'out'), join(top, 'in', 'link'));
    await makeFolders(join(top, 'in', 'link', 'deep'), ['file']);
    await expect(makeFolders(join(top, 'in'), ['link', 'deep', 'file'])).rejects.toMatchObject(refused);
  });
  test('a folder that became a link since the last call is refused', async () => {
    await mkdir(join(top, 'out'));
    await makeFolders(join(top, 'in'), ['a', 'file']);
    await rm(join(top, 'in', 'a'), { recursive: true });
    await symlink(join(top, 'out'), join(top, 'in', 'a'));
    await expect(makeFolders(join(top, 'in'), ['a', 'file'])).rejects.toMatchObject(refused);
  });
  test('a folder that was removed since the last call is made again', async () => {
    await makeFolders(top, ['a', 'b', 'file']);
    await rm(join(top, 'a'), { recursive: true });
    await makeFolders(top, ['a', 'b', 'file']);
    expect(await readdir(join(top, 'a'))).toEqual(['b']);
  });
  test('refuses a link to a folder whose name has the same prefix', async () => {
    await mkdir(join(top, 'in'));
    await mkdir(join(top, 'in-other'));
    await symlink(join(top, 'in-other'), join(top, 'in', 'link'));
    await expect(makeFolders(join(top, 'in'), ['link', 'file'])).rejects.toMatchObject(refused);
  });
  test.each([
    ['out of the folder', '..'],
    ['out of the folder, deeper', '../..'],
    ['to the root', '/'],
    ['to nothing', 'missing'],
    ['to itself', 'link'],
    ['to a file', 'file'],
  ])('refuses a link %s', async (_, target) => {
    const folder = join(top, 'a', 'in');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await symlink(target, join(folder, 'link'));
    await expect(makeFolders(folder, ['link', 'x', 'file'])).rejects.toMatchObject(refused);
    await expect(makeFolders(folder, ['link', 'file'])).rejects.toMatchObject(refused);
    expect((await readdir(folder)).sort()).toEqual(['file', 'link']);
    expect(await readdir(top)).toEqual(['a']);
  });
  test.each([[['file', 'a']], [['file', 'a', 'b']]])('refuses a path through a file: %j', async (names) => {
    await writeFile(join(top, 'file'), '');
    await expect(makeFolders(top, names)).rejects.toMatchObject(refused);
  });
  test('refuses a file in the place of the folder', async () => {
    await writeFile(join(top, 'file'), '');
    await expect(makeFolders(join(top, 'file'), ['a'])).rejects.toMatchObject(refused);
  });
  test('refuses a name that is too long', async () => {
    await expect(makeFolders(top, ['x'.repeat(300), 'a'])).rejects.toMatchObject(refused);
  });
  test.each(['', '.', '..', 'a/b', '\0'])('refuses the name %j on any system', async (name) => {
    await expect(makeFolders(top, [name, 'a'])).rejects.toMatchObject(refused);
    await expect(makeFolders(top, [name])).rejects.toMatchObject(refused);
  });
});

describe('refuseName on Windows', () => {
  test.each([
    ...['con', 'PRN', 'aux.txt', 'NUL', 'com1', 'LPT9.a.b', 'COM¹', 'nul ', 'con .txt', 'CONIN$'],
    ...['a:b', 'C:', 'a?', 'a*', 'a|b', 'a<b', 'a"b', 'a\\b', 'a\u0001', 'a\n', 'a.', 'a ', '...'],
  ])('refuses %j', (name) => expect(() => refuseName(name, 'win32')).toThrow(expect.objectContaining(refused)));
  test.each(['console', 'com', 'com10', 'nulls.txt', 'a.con', '.a', 'été'])('allows %j', (name) => {
    expect(() => refuseName(name, 'win32')).not.toThrow();
  });
  test.each(['con', 'a:b', 'a.', 'a?'])('allows %j on other systems', (name) => {
    expect(() => refuseName(name, 'linux')).not.toThrow();
  });
});
