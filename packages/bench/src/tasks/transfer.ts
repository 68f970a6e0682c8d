/** A large file up or down, with the highest memory of the process. The bytes are compared at the receiving end. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blockBytes, contentAt, isContent } from '../origin/content.ts';
import type { CellResult, Task } from '../runner/cell.ts';
import { clientOf, costOf, measureTimes, originOf, withCheckedUploads } from './load.ts';

/** A transfer above this size runs once, without a warm-up. */
const maxRepeatedBytes = 256 * blockBytes;

/** Times a file up or down, in milliseconds, and gives the highest memory of the process, in bytes. */
export const run: Task = async (input) => {
  const sizeBytes = Number(input.settings.sizeBytes);
  const direction = String(input.settings.direction);
  const client = await clientOf(input);
  const path = join(input.services.folder, `transfer-${process.pid}`);
  const name = `s${sizeBytes}/transfer`;
  const isUp = direction === 'up';
  const isRepeated = sizeBytes <= maxRepeatedBytes;
  const transfer = async (): Promise<unknown> => {
    if (isUp) return client.upload('bench', name, path);
    await rm(path, { force: true });
    return client.download('bench', name, path, sizeBytes);
  };
  const warmUp = async (): Promise<unknown> => isRepeated && transfer();
  const measured = (): Promise<CellResult> =>
    measureTimes(input, isRepeated ? 2 : 1, warmUp, async () => ({
      [direction]: (await costOf(transfer)).time / 1000,
    }));
  try {
    if (isUp) await writeContent(path, sizeBytes);
    // The peak is read before the file is compared, which takes memory too.
    const result = isUp ? await withCheckedUploads(originOf(input), measured) : await measured();
    if (!isUp) await checkFile(path, sizeBytes);
    if (result.kind !== 'samples' || result.peakBytes === undefined) return result;
    return { ...result, samples: { ...result.samples, [`${direction}-peak`]: [result.peakBytes] } };
  } finally {
    await rm(path, { force: true });
  }
};

async function writeContent(path: string, sizeBytes: number): Promise<void> {
  const file = createWriteStream(path);
  for (let at = 0; at < sizeBytes; at += blockBytes) {
    if (!file.write(contentAt(at, sizeBytes - at))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

async function checkFile(path: string, sizeBytes: number): Promise<void> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size !== sizeBytes) throw new Error(`wrong result: a file of ${size} bytes instead of ${sizeBytes}`);
  const buffer = Buffer.alloc(blockBytes);
  for (let at = 0; at < sizeBytes; at += blockBytes) {
    const { bytesRead } = await file.read(buffer, 0, blockBytes, at);
    if (!isContent(buffer.subarray(0, bytesRead), at)) throw new Error('wrong result: other bytes in the file');
  }
}
