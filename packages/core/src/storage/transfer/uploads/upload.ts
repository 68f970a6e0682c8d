/** What all ways of uploading get. */
import type { Algorithm } from '../../../checksums/checksums.ts';
import type { TransferOptions } from '../../../drivers/call-options.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { CheckedWrite, StoragePlan } from '../../service.ts';

/** An upload whose arguments are checked. */
export interface Upload<Write extends CheckedWrite = CheckedWrite> {
  readonly write: Write;
  readonly plan: StoragePlan;
  readonly onProgress: TransferOptions['onProgress'];
}

/** The checksums of a file, or a part of one, that a plan asks for. */
export function fileAlgorithms({ checksum }: StoragePlan): readonly Algorithm[] {
  return checksum ? [checksum.algorithm, ...(checksum.others ?? [])] : [];
}

/** Returns exactly that many bytes, fewer at the end, none after the end. */
export type PullBytes = (byteCount: number) => Operation<Uint8Array>;
