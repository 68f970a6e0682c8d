/** The progress of parts that move side by side, told to the caller as one. */
import type { TransferOptions } from '@isobar/core/provider';

/** What one part reports to; `undefined` when nobody wants to know, so that nothing is told for nothing. */
export type PartProgress = ((transferredBytes: number) => void) | undefined;

/**
 * Adds parts up.
 *
 * @param totalBytes What all parts come to, once that is known.
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
