/** Steps for the operating system. Those for files are in `file-steps.ts`. */
import type { Operation } from '../operation.ts';
import type { FileShape } from './file-steps.ts';
import { seal } from './step.ts';

/** The system steps. */
export type SystemShape = FileShape | { readonly kind: 'sleep'; readonly milliseconds: number };

/** Waits. No exchange. */
export function* sleep(milliseconds: number): Operation<void> {
  yield seal({ kind: 'sleep', milliseconds });
}
