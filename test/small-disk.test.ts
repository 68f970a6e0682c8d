/**
 * Downloads onto a disk that is too small: no incomplete file appears, and the error names the problem. The disk is an
 * in-memory file system, which only root on Linux may mount.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@isobar/design-mixin';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { localFiles } from '@isobar/storage-local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MIB = 1024 * 1024;
const diskBytes = 8 * MIB;
const mounted: string[] = [];

/** Mounts a small disk; `undefined` where that is not allowed. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'isobar-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  mounted.push(folder);
  return folder;
}

const disk = mountSmallDisk();
let emulator: Emulator;
let driver: ReturnType<typeof open>;

function open(endpoint: string) {
  return connect(googleStorage, { key: emulator.accessKey, secret: emulator.secret, endpoint });
}

const sizes = { small: MIB, tooLarge: diskBytes + 2000, oneOfTwo: 5 * MIB } as const;

beforeAll(async () => {
  emulator = await startEmulator({ computePort: 0, storagePort: 0 });
  driver = open(emulator.storage);
  driver.createContainer('disk');
  for (const [name, sizeBytes] of Object.entries(sizes))
    driver.writeObject(new Uint8Array(sizeBytes).fill(7), 'disk', name);
  driver.writeObject(new Uint8Array(sizes.oneOfTwo).fill(8), 'disk', 'otherOfTwo');
});
afterAll(async () => {
  driver?.close();
  await emulator?.close();
  for (const folder of mounted) {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});

/** The same functions for both kinds. */
const kinds = {
  blocking: {
    download: async (name: string, path: string) => driver.downloadObject({ container: 'disk', name }, path),
    downloadAll: async (names: readonly string[], path: string) =>
      driver.downloadObjects(names.map(locate), path, { concurrency: 1 }),
  },
  async: {
    download: (name: string, path: string) => driver.downloadObjectAsync({ container: 'disk', name }, path),
    downloadAll: (names: readonly string[], path: string) =>
      driver.downloadObjectsAsync(names.map(locate), path, { concurrency: 1 }),
  },
};
const locate = (name: string) => ({ container: 'disk', name });

describe.skipIf(disk === undefined).for(Object.entries(kinds))(
  'on a disk of 8 MiB, %s',
  ([kind, { download, downloadAll }]) => {
    const path = join(disk ?? '', kind);

    test('an object that fits is downloaded (control)', async () => {
      await download('small', path);
      expect(readFileSync(path)).toHaveLength(sizes.small);
      rmSync(path);
    });

    test('an object that does not fit fails with no-space, its file and its name, and leaves nothing', async () => {
      await expect(download('tooLarge', path)).rejects.toMatchObject({
        name: 'CloudError',
        code: 'no-space',
        details: { path, reason: 'ENOSPC', container: 'disk', object: 'tooLarge', operation: expect.any(String) },
      });
      expect(readdirSync(disk ?? '')).toEqual([]);
    });

    test('of many objects those that fit are downloaded, and the others are reported with a reason', async () => {
      const { downloaded, failed } = await downloadAll(['small', 'oneOfTwo', 'otherOfTwo'], path);
      const [first, ...others] = failed;
      expect([first?.error.code, first?.error.details.path, others]).toEqual([
        'no-space',
        join(path, first?.name ?? ''),
        [],
      ]);
      expect(readdirSync(path).sort()).toEqual(downloaded.map(({ name }) => name).sort());
      for (const { name, sizeBytes } of downloaded) expect(readFileSync(join(path, name))).toHaveLength(sizeBytes);
      rmSync(path, { recursive: true });
    });
  },
);

describe.skipIf(disk === undefined)('a storage on a disk of 8 MiB', () => {
  const local = connect(localFiles, { folder: disk ?? '' });
  const files = () => readdirSync(join(disk ?? '', 'box'), { recursive: true });

  beforeAll(() => {
    for (const name of readdirSync(disk ?? '')) rmSync(join(disk ?? '', name), { recursive: true });
    local.createContainer('box');
    local.writeObject('old', 'box', 'object');
  });

  test.each<[string, () => unknown]>([
    ['writeObject', () => local.writeObject(new Uint8Array(sizes.tooLarge), 'box', 'object')],
    ['uploadObjectViaStream', () => local.uploadObjectViaStream([new Uint8Array(2 * diskBytes)], 'box', 'object')],
    ['writeObjectAsync', () => local.writeObjectAsync(new Uint8Array(sizes.tooLarge), 'box', 'object')],
    [
      'uploadObjectViaStreamAsync',
      () => local.uploadObjectViaStreamAsync([new Uint8Array(2 * diskBytes), 'x'], 'box', 'object'),
    ],
  ])('%s keeps the old object, and leaves nothing else', async (_, write) => {
    await expect(async () => write()).rejects.toMatchObject({ code: 'no-space', details: { object: 'object' } });
    expect(files()).toEqual(['object']);
    expect(local.readText({ container: 'box', name: 'object' })).toBe('old');
  });
});
