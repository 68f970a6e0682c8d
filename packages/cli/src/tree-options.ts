/** The options of the library for the options of a command line. */
import type { CopyTreeOptions, FilterOptions, TransferredObject } from '@isobar/transfer';
import type { Location } from './locations.ts';

/** Options that choose objects. */
export interface FilterFlags {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly newerThan?: Date;
  readonly olderThan?: Date;
}

/** Options of commands that move trees. */
export interface TreeOptions extends FilterFlags {
  readonly dryRun?: boolean;
  readonly concurrency?: number;
  readonly bandwidth?: number;
  readonly journal?: string;
  readonly fsync?: boolean;
  readonly metadata?: boolean;
  readonly sort?: boolean;
  readonly checksum?: boolean;
  readonly sizeOnly?: boolean;
  readonly overwrite?: 'different' | 'older' | 'always' | 'never';
}

/** Filters of the library. */
export function filterOptions(flags: FilterFlags): FilterOptions {
  const { exclude, include, maxSize, minSize, newerThan, olderThan } = flags;
  return {
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(minSize !== undefined && { minSizeBytes: minSize }),
    ...(maxSize !== undefined && { maxSizeBytes: maxSize }),
    ...(newerThan && { modifiedAfter: newerThan }),
    ...(olderThan && { modifiedBefore: olderThan }),
  };
}

/** Options of the library. In folders of the disk metadata take files of their own, so they are kept on request only. */
export function treeOptions(flags: TreeOptions, destination: Location): CopyTreeOptions<TransferredObject> {
  const { bandwidth, checksum, concurrency, dryRun, journal, metadata, overwrite, sizeOnly, sort } = flags;
  return {
    ...filterOptions(flags),
    keepMetadata: metadata ?? destination.kind !== 'disk',
    ...(dryRun && { dryRun }),
    ...(concurrency !== undefined && { concurrency }),
    ...(bandwidth !== undefined && { maxBytesPerSecond: bandwidth }),
    ...(journal !== undefined && { journal }),
    ...(sort && { sortListings: sort }),
    ...(overwrite && { overwrite }),
    ...(checksum && { compare: 'checksum' }),
    ...(sizeOnly && { compare: 'size' }),
  };
}
