/** What calls about many objects share. */
import { countOf } from '../../arguments.ts';
import type { CloudErrorCode } from '../../errors.ts';

/** Objects in progress by default. */
const defaultConcurrency = 16;
/** Far more than a connection serves at once. */
const maxConcurrency = 1000;

/** Errors that affect all objects, so they end the call. */
export const fatalCodes: readonly CloudErrorCode[] = ['unauthenticated', 'aborted', 'session-closed', 'worker-lost'];

/** Checks how many objects to transfer at once. */
export function checkConcurrency(concurrency: number = defaultConcurrency): number {
  return countOf('concurrency', concurrency, 1, maxConcurrency);
}
