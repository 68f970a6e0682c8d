/** Combines the progress of concurrent parts into one report to the caller. */
import type { TransferOptions } from '../../../drivers/call-options.ts';

/** The function that one part reports its progress to; `undefined` when the caller passed no `onProgress`. */
export type PartProgress = ((transferredBytes: number) => void) | undefined;

/**
 * Adds up the progress of parts.
 *
 * @param totalBytes Returns the total size of all parts, if it is known yet.
 * @returns The progress function of each part, by its index.
 */
export function progressOfParts(
  onProgress: TransferOptions['onProgress'],
  totalBytes: () => number | undefined,
): (part: number) => PartProgress {
  const moved: number[] = [];
  let sum = 0;
  return (part) =>
    onProgress &&
    ((transferredBytes) => {
      sum += transferredBytes - (moved[part] ?? 0);
      moved[part] = transferredBytes;
      const total = totalBytes();
      onProgress({ transferredBytes: sum, ...(total !== undefined && { totalBytes: total }) });
    });
}
