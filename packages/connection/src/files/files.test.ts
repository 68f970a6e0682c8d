/** Writing files completely, and publishing them only then. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openStaged, publishFile, stageFile, writeWhole } from './writing.ts';

const folder = mkdtempSync(join(tmpdir(), 'isobar-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file handle whose writes accept only so many bytes each, as a system may, and the file's content. */
function partialHandle(accepted: readonly number[]): { handle: Parameters<typeof writeWhole>[0]; file: Uint8Array } {
  const file = new Uint8Array(8).fill(0xff);
  const left = [...accepted];
  const write = async (bytes: Uint8Array, offset: number, length: number, position: number) => {
    const bytesWritten = Math.min(length, left.shift() ?? length);
    file.set(bytes.subarray(offset, offset + bytesWritten), position);
    return { bytesWritten, buffer: bytes };
  };
  return { handle: { write } as Parameters<typeof writeWhole>[0], file };
}

describe('a write', () => {
  test.for([[[8]], [[1, 1, 1]], [[3, 2]]])(
    'of which the system accepts %j bytes at a time is completed',
    async ([sizes]) => {
      const { handle, file } = partialHandle(sizes ?? []);
      await writeWhole(handle, Uint8Array.of(1, 2, 3, 4, 5), 2);
      expect([...file]).toEqual([0xff, 0xff, 1, 2, 3, 4, 5, 0xff]);
    },
  );

  test('of which the system accepts no more bytes fails', async () => {
    const { handle } = partialHandle([2, 0]);
    await expect(writeWhole(handle, Uint8Array.of(1, 2, 3), 0)).rejects.toMatchObject({ code: 'ENOSPC' });
  });

  test('that fails after a part throws the system error', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { handle } = partialHandle([2]);
    let writes = 0;
    const failing = {
      write: (...args: Parameters<typeof handle.write>) => {
        writes += 1;
        return writes > 1 ? Promise.reject(full) : handle.write(...args);
      },
    } as typeof handle;
    await expect(writeWhole(failing, Uint8Array.of(1, 2, 3), 0)).rejects.toBe(full);
  });
});

describe('a staged file', () => {
  test('needs a folder: the error names the folder and the problem', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    for (const [name, problem] of [
      ['missing', 'does not exist; create it first'],
      ['a-file', 'is a file, or leads through one'],
    ] as const) {
      const path = join(folder, name);
      const message = `\`destinationPath\`: the folder ${path} ${problem}`;
      await expect(stageFile(join(path, 'x.txt'))).rejects.toMatchObject({ message, details: { path } });
    }
  });

  test.for([true, false])('is published when its size is right, overwriting: %s', async (overwrite) => {
    const path = join(folder, `whole-${overwrite}`);
    const staged = await stageFile(path);
    const writer = await openStaged(staged);
    await writer.write([Uint8Array.of(1), Uint8Array.of(2, 3)], 0);
    await writer.close();
    await publishFile(staged, overwrite, 3);
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  });

  test.for([true, false])(
    'that is shorter on disk than what was written is not published, overwriting: %s',
    async (overwrite) => {
      const path = join(folder, `short-${overwrite}`);
      const staged = await stageFile(path);
      writeFileSync(staged.temporaryPath, 'abc');
      truncateSync(staged.temporaryPath, 2);
      await expect(publishFile(staged, overwrite, 3)).rejects.toMatchObject({ code: 'integrity', details: { path } });
      expect(() => readFileSync(path)).toThrow(/ENOENT/);
    },
  );
});
