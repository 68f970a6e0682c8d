/** Slices of files as request bodies: exact bytes, changed files, and reading that ends early. */
import { appendFile, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSlice, statFile } from './files.ts';

const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 31) % 251);
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isobar-slice-'));
  path = join(folder, 'file');
  await writeFile(path, bytes);
});
afterEach(() => rm(folder, { recursive: true }));

describe('a slice of a file', () => {
  test.each([
    ['the whole file', 0, bytes.length],
    ['a part within one piece', 5, 1005],
    ['a part of several pieces', 250_000, 900_001],
    ['an empty part', 7, 7],
  ])('is read exactly: %s', async (_, startBytes, endBytes) => {
    const pieces: Uint8Array[] = [];
    const seen: Uint8Array[] = [];
    for await (const piece of readSlice({ path, startBytes, endBytes }, (chunk) => seen.push(chunk))) {
      pieces.push(piece);
    }
    const expected = bytes.subarray(startBytes, endBytes);
    expect(Buffer.concat(pieces).equals(expected)).toBe(true);
    expect(seen).toEqual(pieces);
    const copies: Uint8Array[] = [];
    for await (const piece of readSlice({ path, startBytes, endBytes }, () => {}, true)) {
      // The next piece is being read into the other buffer.
      await setImmediate();
      copies.push(Uint8Array.from(piece));
    }
    expect(Buffer.concat(copies).equals(expected)).toBe(true);
  });

  test('fails when the file becomes shorter meanwhile', async () => {
    const reading = readSlice({ path, startBytes: 0, endBytes: bytes.length }, () => {});
    await reading.next();
    await truncate(path, 10);
    const rest = async () => {
      for await (const _ of reading);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'conflict' });
  });

  const changes: Readonly<Record<string, () => Promise<void>>> = {
    'is appended to': () => appendFile(path, 'more'),
    'is overwritten with the same number of bytes': async () => {
      await writeFile(path, bytes.toReversed());
      // The timestamps of some file systems are too coarse to distinguish two writes of one test.
      await utimes(path, 2, 2);
    },
    'is replaced by another of the same size and time': async () => {
      await writeFile(`${path}.new`, bytes.toReversed());
      await utimes(`${path}.new`, 1, 1);
      await rename(`${path}.new`, path);
    },
  };

  test.for(Object.entries(changes))('fails before its last piece when the file %s', async ([, change]) => {
    await utimes(path, 1, 1);
    const version = await statFile(path);
    if (!version) throw new Error('the file is gone');
    const slice = { path, startBytes: 600_000, endBytes: bytes.length, version };
    await change();
    const passed: Uint8Array[] = [];
    const read = async () => {
      for await (const piece of readSlice(slice, () => {})) passed.push(piece);
    };
    await expect(read()).rejects.toMatchObject({ code: 'conflict', details: { path } });
    expect(Buffer.concat(passed).length, 'bytes that were yielded').toBeLessThan(bytes.length - 600_000);
  });

  test('of an unchanged file is read (control)', async () => {
    const version = await statFile(path);
    if (!version) throw new Error('the file is gone');
    const read = await Array.fromAsync(readSlice({ path, startBytes: 0, endBytes: bytes.length, version }, () => {}));
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  });

  test('can be closed early, also when the piece that is being read ahead no longer exists', async () => {
    const reading = readSlice({ path, startBytes: 0, endBytes: bytes.length * 2 }, () => {});
    await reading.next();
    await truncate(path, 10);
    expect(await reading.return(undefined)).toEqual({ done: true, value: undefined });
  });
});
