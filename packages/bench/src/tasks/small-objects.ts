/** Many small objects up, then down, with a number of calls in flight. */
import { contentOf } from '../origin/content.ts';
import type { Task } from '../runner/cell.ts';
import { batch, checkContent, clientOf, measureTimes, originOf, withCheckedUploads } from './load.ts';

const sizeBytes = 1024;
const objects = 1000;

/** Times 1,000 objects of 1 KiB up and then down, in seconds. */
export const run: Task = async (input) => {
  const delayMs = Number(input.settings.delayMs);
  const client = await clientOf(input);
  const inFlight = input.at ?? 1;
  // One at a time over a slow link, 1,000 would take 20 s: fewer are measured, and scaled to 1,000.
  const count = delayMs > 0 ? Math.min(objects, Math.max(24, inFlight * 16)) : objects;
  const bytes = new Uint8Array(contentOf(sizeBytes));
  const put = (index: number): unknown => client.put('bench', `s${sizeBytes}/${index}`, bytes);
  const check = (got: Uint8Array): void => checkContent(got, sizeBytes);
  const get = (index: number): unknown => {
    const got = client.get('bench', `s${sizeBytes}/${index}`);
    return got instanceof Promise ? got.then(check) : check(got);
  };
  const scale = objects / count / 1000;
  const warmUp = async (): Promise<void> => {
    await batch(put, inFlight * 2, inFlight);
    await batch(get, inFlight * 2, inFlight);
  };
  const measure = async (): Promise<{ up: number; down: number }> => {
    const up = (await batch(put, count, inFlight)) * scale;
    return { up, down: (await batch(get, count, inFlight)) * scale };
  };
  const result = await withCheckedUploads(originOf(input), () => measureTimes(input, 1, warmUp, measure));
  return count < objects && result.kind === 'samples' ? { ...result, note: `measured with ${count}` } : result;
};
