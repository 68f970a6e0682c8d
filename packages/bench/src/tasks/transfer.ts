/** A large file up and down, with the highest memory that the process had. What arrives is compared, at both ends. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blockBytes, contentAt, isContent } from '../origin/content.ts';
import type { Task } from '../runner/cell.ts';
import { cpuNow, peakBytes, withCheckedUploads } from './load.ts';
import { clientOf } from './service.ts';

/** Times a file up or down, in milliseconds, with its CPU time and the highest memory of the process, in bytes. */
export const run: Task = async (input) => {
  const sizeBytes = Number(input.settings.sizeBytes);
  const direction = String(input.settings.direction);
  const client = await clientOf(input);
  const path = join(input.services.folder, `transfer-${process.pid}`);
  const name = `s${sizeBytes}/transfer`;
  const isUp = direction === 'up';
  const move = async (): Promise<void> => {
    if (isUp) await client.upload('bench', name, path);
    else await client.download('bench', name, path, sizeBytes);
  };
  try {
    if (isUp) await writeContent(path, sizeBytes);
    const work = async (): Promise<{ wall: number[]; cpu: number[]; peak: number }> => {
      const [wall, cpu]: [number[], number[]] = [[], []];
      // The first time compiles and connects. A gigabyte is not moved twice for that.
      const times = sizeBytes > 256 * blockBytes ? 1 : 3;
      for (let time = 0; time < times; time += 1) {
        const [started, cpuBefore] = [performance.now(), cpuNow()];
        await move();
        const took = performance.now() - started;
        if (time > 0 || times === 1) {
          wall.push(took);
          cpu.push((cpuNow() - cpuBefore) * 1000);
        }
        if (!isUp && time < times - 1) await rm(path);
      }
      // Before the file is compared, which takes memory too.
      return { wall, cpu, peak: peakBytes() };
    };
    const { wall, cpu, peak } = isUp ? await withCheckedUploads(input.services.origin, work) : await work();
    if (!isUp) await checkFile(path, sizeBytes);
    const samples = { [direction]: wall, [`${direction}-cpu`]: cpu, [`${direction}-peak`]: [peak] };
    return { kind: 'samples', samples, cpuMs: (cpu[0] ?? 0) / 1000, peakBytes: peak };
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
