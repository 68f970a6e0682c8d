/** Checksums of parts of files. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError, checksumOf } from '@isobar/core/provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksumFile } from '../files/files.ts';

const bytes = Uint8Array.from({ length: 600_000 }, (_, index) => (index * 7) % 253);
let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isobar-checksum-'));
  path = join(folder, 'file');
  await writeFile(path, bytes);
});
afterAll(() => rm(folder, { recursive: true }));

const running = { failure: undefined };

describe('the checksum of a part of a file', () => {
  test.each([
    [0, 600_000],
    [0, 0],
    [1, 262_145],
    [599_999, 600_000],
  ])('covers the bytes from %i to %i', async (startBytes, endBytes) => {
    const part = bytes.subarray(startBytes, endBytes);
    const range = { path, startBytes, endBytes };
    const md5 = createHash('md5').update(part).digest('base64');
    const expected = { crc32c: checksumOf('crc32c', part), md5 };
    expect(await checksumFile(range, ['crc32c', 'md5'], running)).toEqual(expected);
  });
  test('is refused when the file is shorter', async () => {
    const beyond = { path, startBytes: 0, endBytes: 600_001 };
    await expect(checksumFile(beyond, ['crc32c'], running)).rejects.toMatchObject({ code: 'conflict' });
  });
  test('is refused when there is no file', async () => {
    const missing = { path: `${path}-missing`, startBytes: 0, endBytes: 1 };
    await expect(checksumFile(missing, ['md5'], running)).rejects.toMatchObject({ code: 'invalid-argument' });
  });
  test('ends when its call is cancelled', async () => {
    const failure = new CloudError('aborted', 'enough');
    await expect(checksumFile({ path, startBytes: 0, endBytes: 9 }, ['crc32c'], { failure })).rejects.toBe(failure);
  });
});
