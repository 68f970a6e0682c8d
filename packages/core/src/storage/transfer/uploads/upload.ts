/** What all ways of uploading get. */
import type { Algorithm } from '../../../checksums/checksums.ts';
import type { TransferOptions } from '../../../drivers/call-options.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { BegunUpload, CheckedWrite, StoragePlan, StoredPart } from '../../service.ts';

/** An upload whose arguments are checked. */
export interface Upload<Write extends CheckedWrite = CheckedWrite> {
  readonly write: Write;
  readonly plan: StoragePlan;
  readonly onProgress: TransferOptions['onProgress'];
  readonly resumable?: ResumableUpload | undefined;
}

/** An upload in parts that another process can go on with. */
export interface ResumableUpload {
  /** What an earlier attempt has begun. */
  readonly begun?: BegunUpload | undefined;
  /** The first parts of it, with none missing between them. The stream starts after them. */
  readonly stored: readonly StoredPart[];
  /** Called when it has begun. */
  onBegun(begun: BegunUpload): Operation<void>;
  /** Called when a part is stored, in any order. */
  onStored(part: StoredPart): Operation<void>;
}

/** The key of {@link ResumableOptions}. A symbol: it is for packages on top of drivers, and no option has its name. */
export const resumable: unique symbol = Symbol.for('isobar.resumable') as typeof resumable;

/** A hidden option of `uploadObjectViaStream`. */
export interface ResumableOptions {
  /**
   * Keep the parts of an upload that fails, and go on with those of an earlier one. Has no effect, and is not called, where the
   * service takes no parts, or has checksums that cannot be combined.
   */
  readonly [resumable]?: ResumableUpload | undefined;
}

/** The checksums of a file, or a part of one, that a plan asks for. */
export function fileAlgorithms({ checksum }: StoragePlan): readonly Algorithm[] {
  return checksum ? [checksum.algorithm, ...(checksum.others ?? [])] : [];
}

/** Returns exactly that many bytes, fewer at the end, none after the end. */
export type PullBytes = (byteCount: number) => Operation<Uint8Array>;
