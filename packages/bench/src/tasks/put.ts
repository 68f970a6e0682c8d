/** PUT of a small object, over and over. The origin compares what arrives. */
import { contentOf } from '../origin/content.ts';
import type { Task } from '../runner/cell.ts';
import { measureCalls, withCheckedUploads } from './load.ts';
import { clientOf } from './service.ts';

const sizeBytes = 1024;

/** Times a PUT of 1 KiB, in microseconds a call; the origin compares the bytes. */
export const run: Task = async (input) => {
  const client = await clientOf(input);
  const bytes = new Uint8Array(contentOf(sizeBytes));
  return withCheckedUploads(input.services.origin, () =>
    measureCalls(input, () => client.put('bench', `s${sizeBytes}/object`, bytes)),
  );
};
