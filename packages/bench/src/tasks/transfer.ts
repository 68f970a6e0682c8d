/** A large file up or down, with the highest memory of the process. The bytes are compared at the receiving end. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blockBytes, contentAt, isContent } from '../origin/content.ts';
import type { Task } from '../runner/cell.ts';
import { clientOf, originOf, peakBytes, withCheckedUploads } from './load.ts';

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
  const times = sizeBytes > maxRepeatedBytes ? 1 : 3;
  const transfer = async (): Promise<{ time: number[]; peak: number }> => {
    const time: number[] = [];
    for (let turn = 0; turn < times; turn += 1) {
      if (!isUp && turn > 0) await rm(path);
      const started = performance.now();
      if (isUp) await client.upload('bench', name, path);
      else await client.download('bench', name, path, sizeBytes);
      if (turn > 0 || times === 1) time.push(performance.now() - started);
    }
    // Read before the file is compared, which takes memory too.
    return { time, peak: peakBytes() };
  };
  try {
    if (isUp) await writeContent(path, sizeBytes);
    const { time, peak } = isUp ? await withCheckedUploads(originOf(input), transfer) : await transfer();
    if (!isUp) await checkFile(path, sizeBytes);
    return { kind: 'samples', samples: { [direction]: time, [`${direction}-peak`]: [peak] }, peakBytes: peak };
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
