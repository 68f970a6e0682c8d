/** GET or PUT of a small object, over and over. */
import { contentOf } from '../origin/content.ts';
import type { Task } from '../runner/cell.ts';
import { checkContent, clientOf, measureCalls, originOf, withCheckedUploads } from './load.ts';

const sizeBytes = 1024;
const name = `s${sizeBytes}/object`;

/** Times a GET or PUT of 1 KiB, in microseconds a call. The bytes are compared, here or by the origin. */
export const run: Task = async (input) => {
  const client = await clientOf(input);
  if (input.settings.verb === 'PUT') {
    const bytes = new Uint8Array(contentOf(sizeBytes));
    const put = (): unknown => client.put('bench', name, bytes);
    return withCheckedUploads(originOf(input), () => measureCalls(input, put));
  }
  const check = (bytes: Uint8Array): void => checkContent(bytes, sizeBytes);
  return measureCalls(input, () => {
    const bytes = client.get('bench', name);
    return bytes instanceof Promise ? bytes.then(check) : check(bytes);
  });
};
