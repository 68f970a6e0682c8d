/** What all ways of uploading get. */
import type { TransferOptions } from '../../../drivers/call-options.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { CheckedWrite, StoragePlan } from '../../service.ts';

/** An upload whose arguments are checked. */
export interface Upload<Write extends CheckedWrite = CheckedWrite> {
  readonly write: Write;
  readonly plan: StoragePlan;
  readonly onProgress: TransferOptions['onProgress'];
}

/** Returns exactly that many bytes, fewer at the end, none after the end. */
export type PullBytes = (byteCount: number) => Operation<Uint8Array>;
