/** What calls about many objects share. */
import { describe } from '../../arguments.ts';
import { type CloudErrorCode, invalidArgument } from '../../errors.ts';

/** Objects in progress by default. */
const defaultConcurrency = 16;
/** Far more than a connection serves at once. */
const maxConcurrency = 1000;

/** Errors that affect all objects, so they end the call. */
export const fatalCodes: readonly CloudErrorCode[] = ['unauthenticated', 'aborted', 'session-closed', 'worker-lost'];

/** Checks how many objects to transfer at once. */
export function checkConcurrency(concurrency: number = defaultConcurrency): number {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= maxConcurrency) return concurrency;
  const rule = `must be a whole number from 1 to ${maxConcurrency}`;
  throw invalidArgument('concurrency', `${rule}, not ${describe(concurrency)}`);
}
