/** What transfers of trees return: plain data that can be logged, cloned, compared and sent to a worker. */
import type { Algorithm, Checksums, CloudFailure } from '@isobar/core/provider';

/** An object of a tree, as a listing describes it. */
export interface TreeEntry {
  /** Name below the prefix of the tree. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly lastModified?: Date;
  readonly version?: string;
  readonly checksums?: Checksums;
}

/** Why two objects of one name differ, or seem to. */
export type Difference = 'size' | 'time' | 'checksum';

/** What became of an object of `copyTree`, `syncTree` or `moveTree`. */
export interface TransferredObject {
  /** Name below the prefixes of both trees. */
  readonly name: string;
  /**
   * `copied`, also in `moveTree`, when only its source could not be deleted it is `failed`; `moved`; `skipped`: nothing to do;
   * `deleted` from the destination; `failed`. In a dry run: what would be done.
   */
  readonly outcome: 'copied' | 'moved' | 'skipped' | 'deleted' | 'failed';
  /** Why it was copied, skipped or deleted: see the table in the README. */
  readonly reason?: 'absent' | 'same' | 'exists' | 'newer' | 'extra' | 'folder' | 'already-there' | Difference;
  /** Size of the object. Absent if it failed, or was deleted. */
  readonly sizeBytes?: number;
  /** How the bytes of a copy were verified at the destination. */
  readonly verified?: Algorithm | 'size';
  /** Checksums of a copy, as the destination tells them. */
  readonly checksums?: Checksums;
  /** What the destination could not keep. */
  readonly notKept?: readonly KeptField[];
  readonly error?: CloudFailure;
}

/** What is copied beside the bytes. */
export type KeptField =
  | 'contentType'
  | 'contentEncoding'
  | 'contentDisposition'
  | 'contentLanguage'
  | 'cacheControl'
  | 'metadata'
  | 'lastModified';

/** The counts and the failures of `copyTree`, `syncTree` or `moveTree`. */
export interface TransferReport {
  readonly copied: number;
  readonly moved: number;
  readonly skipped: number;
  readonly deleted: number;
  readonly failed: number;
  /** Bytes of the objects that were copied or moved. */
  readonly bytes: number;
  /** The first 1,000 objects that failed. */
  readonly failures: readonly TransferredObject[];
  /** How many objects lost a field, by its name. */
  readonly notKept: Readonly<Partial<Record<KeptField, number>>>;
  /** What the run could not guarantee, in sentences. */
  readonly notes: readonly string[];
  /** Whether nothing was written: the counts say what would have been done. */
  readonly dryRun: boolean;
}

/** An object of `compareTrees` or `verifyTree`. */
export interface ComparedObject {
  /** Name below the prefixes of both trees. */
  readonly name: string;
  /**
   * `same`; `different`; `missing` from the destination; `extra`: only in the destination; `failed`: it could not be read.
   */
  readonly outcome: 'same' | 'different' | 'missing' | 'extra' | 'failed';
  readonly reason?: Difference;
  readonly sizeBytes?: number;
  /** How the bytes of both were compared. */
  readonly verified?: Algorithm | 'size';
  readonly error?: CloudFailure;
}

/** The counts and the problems of `compareTrees` or `verifyTree`. */
export interface ComparisonReport {
  readonly same: number;
  readonly different: number;
  readonly missing: number;
  readonly extra: number;
  readonly failed: number;
  /** Bytes of the objects that are the same. */
  readonly bytes: number;
  /** The first 1,000 objects that are not the same. */
  readonly problems: readonly ComparedObject[];
  readonly notes: readonly string[];
}

/** Progress of a run. */
export interface TreeProgress {
  /** Objects that were copied, moved, deleted or compared. */
  readonly doneObjects: number;
  readonly skippedObjects: number;
  readonly failedObjects: number;
  /** Objects found so far that wait or are in progress. */
  readonly waitingObjects: number;
  /** Bytes transferred so far. May decrease after a retry. */
  readonly transferredBytes: number;
  /** Bytes of the objects found so far, including those transferred. All bytes once `isListed`. */
  readonly foundBytes: number;
  /** Whether all objects have been found. */
  readonly isListed: boolean;
  /** Bytes per second, of the last ten seconds. */
  readonly bytesPerSecond: number;
  /** Objects per second, of the last ten seconds. */
  readonly objectsPerSecond: number;
  /** Estimated time to the end, in seconds. Absent before all objects have been found. */
  readonly remainingSeconds?: number;
}
