/** File steps on real files: folders page by page, and files and folders that are made, changed and removed. */
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileStatus } from '@isobar/core/provider';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Call } from '../calls/call.ts';
import { fileActions } from './file-actions.ts';
import { appendWhole } from './writing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isobar-actions-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const call = new Call(0);
const at = (name: string): string => join(folder, name);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const list = (after?: string, limit = 1000) => fileActions.listFolder(folder, after, limit, 'names', call);
/** Makes the folder's last change old, so that its names are kept between pages. */
const age = (seconds = 100): void => utimesSync(folder, seconds, seconds);

describe('a listing of a folder', () => {
  async function namesInPages(limit: number): Promise<string[]> {
    const names: string[] = [];
    for (let page = await list(undefined, limit); ; page = await list(names.at(-1), limit)) {
      expect(page.entries.length).toBeLessThanOrEqual(limit);
      names.push(...page.entries.map(({ name }) => name));
      if (!page.hasMore) return names;
    }
  }

  test('has kind, size and version of each entry, without following links', async () => {
    writeFileSync(at('file'), 'abc');
    mkdirSync(at('folder'));
    symlinkSync('file', at('link'));
    await using server = createServer();
    await once(server.listen(at('socket')), 'listening');
    const { entries, hasMore } = await list();
    expect(entries.map(({ kind, name }) => [name, kind])).toEqual([
      ['file', 'file'],
      ['folder', 'folder'],
      ['link', 'link'],
      ['socket', 'other'],
    ]);
    const status = await fileActions.stat(at('file'), 'path', call);
    expect(entries[0]).toEqual({ ...status, name: 'file', isUtf8: true });
    expect(hasMore).toBe(false);
  });

  test('is in byte order of UTF-8 names: pages of any size have each name once', async () => {
    // UTF-16 orders the second one after the last one.
    const names = ['Z', 'a', 'a.', 'ab', 'é', '\uffee', '\u{1f600}'];
    for (const name of names) writeFileSync(at(name), '');
    const inBytes = [...names].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    for (const limit of [1, 2, 7, 100]) expect(await namesInPages(limit)).toEqual(inBytes);
    age();
    for (const limit of [1, 2, 7, 100]) expect(await namesInPages(limit)).toEqual(inBytes);
  });

  test('has any names of a folder, in pages of any size', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', 'ä', '😀', '￮'), minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), async (all, limit) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        const names = all.filter((one) => one !== '.' && one !== '..');
        for (const one of names) writeFileSync(at(one), '');
        age();
        expect(new Set(await namesInPages(limit))).toEqual(new Set(names));
      }),
      { numRuns: 30 },
    );
  });

  test('says which names are not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0x61, 0xff)]), '');
    expect((await list()).entries).toMatchObject([{ name: 'a\ufffd', isUtf8: false }]);
  });

  test.runIf(process.platform === 'linux')(
    'has each name once when names that are not UTF-8 are the same text',
    async () => {
      const write = (...bytes: number[]) =>
        writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(bytes)]), '');
      // Before and after the bytes of the replacement character, which is what the next page starts after.
      for (const byte of [0x80, 0xfe, 0xff]) write(byte);
      for (const name of ['z', 'é', '\uffee']) writeFileSync(at(name), '');
      age();
      for (const limit of [1, 2, 3, 4]) {
        const names: string[] = [];
        for (let page = await list(undefined, limit); ; page = await list(names.at(-1), limit)) {
          names.push(...page.entries.map(({ name }) => name));
          if (!page.hasMore || names.length > 6) break;
        }
        expect(names).toEqual(['z', 'é', '\uffee', '\ufffd', '\ufffd', '\ufffd']);
      }
    },
  );

  test.for([true, false])('sees later changes, when the folder was old at its start: %s', async (isOld) => {
    for (const name of ['a', 'b', 'd']) writeFileSync(at(name), '');
    if (isOld) age();
    expect((await list(undefined, 1)).entries).toMatchObject([{ name: 'a' }]);
    rmSync(at('b'));
    writeFileSync(at('c'), '');
    expect((await list('a', 2)).entries).toMatchObject([{ name: 'c' }, { name: 'd' }]);
  });

  test('goes on after entries that were removed in a way that its version does not show', async () => {
    for (const name of ['a', 'b', 'c']) writeFileSync(at(name), '');
    age();
    await list(undefined, 1);
    rmSync(at('b'));
    age();
    const { entries, hasMore } = await list('a', 1);
    expect([entries.map(({ name }) => name), hasMore]).toEqual([['c'], false]);
  });

  test.for([
    ['missing', 'does not exist'],
    ['file', 'leads through something that is not a folder'],
  ] as const)('of a path that is no folder is refused: %s', async ([name, problem]) => {
    writeFileSync(at('file'), '');
    const message = expect.stringContaining(problem);
    await expect(fileActions.listFolder(at(name), undefined, 1000, 'names', call)).rejects.toMatchObject({
      code: 'invalid-argument',
      message,
    });
  });
});

describe('appending', () => {
  test.for([true, false])('creates a file and returns its size, with sync: %s', async (sync) => {
    expect(await fileActions.append(at('log'), bytesOf('ab'), sync, call)).toBe(2);
    expect(await fileActions.append(at('log'), bytesOf('cde'), sync, call)).toBe(5);
    expect(readFileSync(at('log'), 'utf8')).toBe('abcde');
  });

  test.for([
    ['missing/log', 'does not exist; create it first'],
    ['.', 'is a folder'],
  ] as const)('to %s is refused', async ([name, problem]) => {
    const message = expect.stringContaining(problem);
    const refused = { code: 'invalid-argument', message };
    await expect(fileActions.append(at(name), bytesOf('a'), false, call)).rejects.toMatchObject(refused);
  });

  test.runIf(existsSync('/dev/full'))('to a full disk fails with no-space', async () => {
    await expect(fileActions.append('/dev/full', bytesOf('a'), false, call)).rejects.toMatchObject({
      code: 'no-space',
    });
  });

  /** A handle on a file in memory, of which some calls fail. */
  function handleOn(file: number[], fails: { writeAt?: number; sync?: boolean }): Parameters<typeof appendWhole>[0] {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    return {
      write: async (bytes: Uint8Array, offset: number) => {
        if (file.length === fails.writeAt) throw full;
        file.push(bytes[offset] ?? 0);
        return { bytesWritten: 1, buffer: bytes };
      },
      truncate: async (sizeBytes: number) => {
        file.length = sizeBytes;
      },
      sync: async () => {
        if (fails.sync) throw full;
      },
    } as unknown as Parameters<typeof appendWhole>[0];
  }

  test.for([{ writeAt: 4 }, { sync: true }])('that fails leaves the file as it was: %j', async (fails) => {
    const file = [1, 2, 3];
    const appended = appendWhole(handleOn(file, fails), Uint8Array.of(4, 5), 3, true);
    await expect(appended).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(file).toEqual([1, 2, 3]);
  });

  test('that succeeds leaves all bytes (control)', async () => {
    const file = [1, 2, 3];
    await appendWhole(handleOn(file, {}), Uint8Array.of(4, 5), 3, true);
    expect(file).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('removing a file', () => {
  test('says whether it existed, and removes a link but not its target', async () => {
    writeFileSync(at('file'), '');
    symlinkSync('file', at('link'));
    expect(await fileActions.removeFile(at('link'), call)).toBe(true);
    expect(await fileActions.removeFile(at('file'), call)).toBe(true);
    expect(await fileActions.removeFile(at('file'), call)).toBe(false);
  });

  test('refuses a folder', async () => {
    const message = expect.stringContaining('is a folder');
    await expect(fileActions.removeFile(folder, call)).rejects.toMatchObject({ code: 'invalid-argument', message });
  });
});

describe('a folder', () => {
  test('is made and removed, with whether that changed something', async () => {
    expect(await fileActions.makeFolder(at('new'), call)).toBe(true);
    expect(await fileActions.makeFolder(at('new'), call)).toBe(false);
    expect(await fileActions.removeFolder(at('new'), call)).toBe(true);
    expect(await fileActions.removeFolder(at('new'), call)).toBe(false);
  });

  test('is not made inside a missing one, or where a file is', async () => {
    writeFileSync(at('file'), '');
    const refused = (message: string) => ({ code: 'invalid-argument', message: expect.stringContaining(message) });
    await expect(fileActions.makeFolder(at('a/b'), call)).rejects.toMatchObject(refused('does not exist; create it'));
    await expect(fileActions.makeFolder(at('file'), call)).rejects.toMatchObject(refused('is not a folder'));
  });

  test('is not made where a link leads nowhere, and exists where a link leads to it', async () => {
    symlinkSync(at('nowhere'), at('broken'));
    symlinkSync(folder, at('link'));
    const message = `\`path\`: ${at('broken')} is not a folder`;
    await expect(fileActions.makeFolder(at('broken'), call)).rejects.toMatchObject({
      code: 'invalid-argument',
      message,
    });
    expect(await fileActions.makeFolder(at('link'), call)).toBe(false);
  });

  test('below a file does not exist', async () => {
    writeFileSync(at('file'), '');
    expect(await fileActions.removeFolder(join(at('file'), 'below'), call)).toBe(false);
  });

  test('is not removed with what it contains, and a file is not removed as a folder', async () => {
    writeFileSync(at('file'), '');
    await expect(fileActions.removeFolder(folder, call)).rejects.toMatchObject({ code: 'not-empty' });
    await expect(fileActions.removeFolder(at('file'), call)).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(existsSync(at('file'))).toBe(true);
  });
});

describe('a staged file', () => {
  test.for([true, false])('is written at offsets and published with sync, overwriting: %s', async (overwrite) => {
    const staged = await fileActions.stage(at('done'), call);
    await fileActions.write(staged, 2, bytesOf('cd'), call);
    await fileActions.write(staged, 0, bytesOf('ab'), call);
    await fileActions.publish(staged, overwrite, 4, true, undefined, call);
    expect(readFileSync(at('done'), 'utf8')).toBe('abcd');
    expect((await list()).entries.map(({ name }) => name)).toEqual(['done']);
  });

  test('that was discarded is not written', async () => {
    const staged = await fileActions.stage(at('gone'), call);
    await fileActions.discard(staged, call);
    await expect(fileActions.write(staged, 0, bytesOf('a'), call)).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { path: at('gone') },
    });
  });
});

test('a part of a file is read into memory', async () => {
  writeFileSync(at('file'), 'abcdef');
  const range = { path: at('file'), startBytes: 2, endBytes: 5 };
  expect(Buffer.from(await fileActions.readRange(range, call)).toString()).toBe('cde');
  await expect(fileActions.readRange({ ...range, endBytes: 9 }, call)).rejects.toMatchObject({ code: 'conflict' });
});

describe('a listing in the order of paths', () => {
  test('has folders where their names with a slash would be', async () => {
    for (const name of ['a b', 'a-b', 'a.txt', 'a0', 'ab']) writeFileSync(at(name), '');
    mkdirSync(at('a'));
    const paths = (after?: string, limit = 1000) => fileActions.listFolder(folder, after, limit, 'paths', call);
    const sorted = ['a b', 'a-b', 'a.txt', 'a', 'a0', 'ab'];
    expect((await paths()).entries.map(({ name }) => name)).toEqual(sorted);
    expect((await paths('a/')).entries.map(({ name }) => name)).toEqual(['a0', 'ab']);
    expect((await paths('a')).entries.map(({ name }) => name)).toEqual(sorted);
    expect(await paths('a.txt', 1)).toMatchObject({ entries: [{ name: 'a', kind: 'folder' }], hasMore: true });
  });
});

describe('looking up a path', () => {
  test('tells how much of it exists', async () => {
    mkdirSync(at('a/b'), { recursive: true });
    writeFileSync(at('a/b/c'), 'xyz');
    expect(await fileActions.lookUp(folder, ['a', 'b', 'c'], call)).toMatchObject({
      path: at('a/b/c'),
      depth: 3,
      status: { kind: 'file', sizeBytes: 3 },
    });
    expect(await fileActions.lookUp(folder, ['a', 'x', 'y'], call)).toMatchObject({
      depth: 1,
      status: { kind: 'folder' },
    });
    expect(await fileActions.lookUp(folder, ['a', 'b', 'c', 'd'], call)).toMatchObject({
      depth: 3,
      status: { kind: 'file' },
    });
    expect(await fileActions.lookUp(at('none'), ['a'], call)).toEqual({
      path: at('none/a'),
      depth: 0,
      status: undefined,
    });
  });

  test('refuses links, wherever they lead', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/file'), '');
    symlinkSync(at('real'), at('inside'));
    symlinkSync('/nowhere', at('dangling'));
    for (const names of [['inside'], ['inside', 'file'], ['inside', 'new'], ['dangling']]) {
      await expect(fileActions.lookUp(folder, names, call), names.join('/')).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('link') as string,
      });
    }
  });
});

describe('copying into a staged file', () => {
  test('copies a part to an offset, with checksums', async () => {
    writeFileSync(at('source'), '0123456789');
    const staged = await fileActions.stage(at('copy'), call);
    await fileActions.copy({ path: at('source'), startBytes: 0, endBytes: 3 }, staged, 3, [], call);
    const range = { path: at('source'), startBytes: 1, endBytes: 4 };
    expect(await fileActions.copy(range, staged, 0, ['md5'], call)).toEqual({ md5: 'ICy5YqxZB1uWSwcVLSNLcA==' });
    await fileActions.publish(staged, true, 6, false, undefined, call);
    expect(readFileSync(at('copy'), 'utf8')).toBe('123012');
  });

  test('clones a whole file of the version that was seen, and no other', async () => {
    writeFileSync(at('source'), 'whole');
    const { kind: _, ...version } = (await fileActions.stat(at('source'), 'path', call)) as FileStatus;
    const whole = { path: at('source'), startBytes: 0, endBytes: 5, version };
    const staged = await fileActions.stage(at('copy'), call);
    await fileActions.copy(whole, staged, 0, [], call);
    expect(readFileSync(staged.temporaryPath, 'utf8')).toBe('whole');
    writeFileSync(at('source'), 'other bytes');
    await expect(fileActions.copy(whole, staged, 0, [], call)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('publishing in place of a version', () => {
  test('replaces that version, and refuses any other', async () => {
    writeFileSync(at('file'), 'old');
    const { kind: _, ...version } = (await fileActions.stat(at('file'), 'path', call)) as FileStatus;
    const first = await fileActions.stage(at('file'), call);
    await fileActions.write(first, 0, bytesOf('new'), call);
    await fileActions.publish(first, true, 3, false, version, call);
    expect(readFileSync(at('file'), 'utf8')).toBe('new');
    const second = await fileActions.stage(at('file'), call);
    await expect(fileActions.publish(second, true, 0, false, version, call)).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect(readFileSync(at('file'), 'utf8')).toBe('new');
  });
});
