/** GET of a small object, over and over. */
import type { Task } from '../runner/cell.ts';
import { checkContent, measureCalls } from './load.ts';
import { clientOf } from './service.ts';

const sizeBytes = 1024;
const name = `s${sizeBytes}/object`;

/** Times a GET of 1 KiB, in microseconds a call; the bytes are compared. */
export const run: Task = async (input) => {
  const client = await clientOf(input);
  const check = (bytes: Uint8Array): void => checkContent(bytes, sizeBytes);
  return measureCalls(input, () => {
    const bytes = client.get('bench', name);
    return bytes instanceof Promise ? bytes.then(check) : check(bytes);
  });
};
