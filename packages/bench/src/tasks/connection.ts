/** A new connection for each GET: what the first call to a server costs a process that runs already. */
import type { Task } from '../runner/cell.ts';
import { checkContent, clientOf, measureCalls } from './load.ts';

/** Times opening a contender, one GET of 1 KiB and closing, in microseconds. */
export const run: Task = (input) =>
  measureCalls(input, async () => {
    const client = await clientOf(input);
    checkContent(await client.get('bench', 's1024/object'), 1024);
    await client.close();
  });
