/** Slices of files as bodies: exactly their bytes, checksum and all, and nothing left over when reading ends early. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from '@isobar/core/provider';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSlice } from './files.ts';

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
    ['nothing', 7, 7],
  ])('is read as it is: %s', async (_, startBytes, endBytes) => {
    const pieces: Uint8Array[] = [];
    let checksum: number | undefined = 0;
    const seen = (_chunk: Uint8Array, crc: number | undefined) => {
      checksum = crc;
    };
    for await (const piece of readSlice({ path, startBytes, endBytes, checksum: true }, seen)) pieces.push(piece);
    const expected = bytes.subarray(startBytes, endBytes);
    expect(Buffer.concat(pieces).equals(expected)).toBe(true);
    expect(checksum).toBe(crc32c(expected));
  });

  test('fails when the file becomes shorter meanwhile', async () => {
    const reading = readSlice({ path, startBytes: 0, endBytes: bytes.length, checksum: false }, () => {});
    await reading.next();
    await truncate(path, 10);
    const rest = async () => {
      for await (const _ of reading);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'conflict' });
  });

  test('can be given up, also when the piece that is read ahead does not exist any more', async () => {
    const reading = readSlice({ path, startBytes: 0, endBytes: bytes.length * 2, checksum: false }, () => {});
    await reading.next();
    await truncate(path, 10);
    expect(await reading.return(undefined)).toEqual({ done: true, value: undefined });
  });
});
