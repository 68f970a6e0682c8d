/** What a fleet returns: plain data that can be logged, compared and sent to a worker. */
import type { CloudFailure } from '@isobar/core/provider';
import type { CompareOptions, CopyTreeOptions, FilterOptions } from '@isobar/transfer';

/** A tree of a plan: which driver, container and prefix, without credentials. */
export interface PlannedTree {
  /** Id of the provider. */
  readonly provider: string;
  readonly container: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

/** How a plan copies. See the options of `copyTree`. */
export interface CopyRules extends Pick<CompareOptions<never>, 'compare'> {
  readonly overwrite?: CopyTreeOptions<never>['overwrite'] & string;
  readonly keepMetadata?: boolean;
  readonly serverSide?: boolean;
}

/** What a plan is, as it was begun. */
export interface PlanRecord {
  /** Version of the format of all objects of a plan. */
  readonly format: number;
  /** Random, and part of the name of the queue. */
  readonly id: string;
  readonly createdAt: Date;
  readonly from: PlannedTree;
  readonly to: PlannedTree;
  readonly rules: CopyRules;
  readonly filters: FilterOptions;
  /** Objects of more bytes are chunks by themselves, and another worker can go on with one. */
  readonly maxSharedBytes: number;
  /** Maximum number of bytes per second of all workers together. */
  readonly maxBytesPerSecond?: number;
  /** What the caller keeps with the plan. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A chunk of a plan: objects that one worker copies or verifies at a time. Its manifest lists them. */
export interface Chunk {
  /** From 1. */
  readonly number: number;
  readonly objects: number;
  readonly bytes: number;
  /** SHA-256 of the lines of the manifest after the first, in hexadecimal. */
  readonly sha256: string;
  /** The names of the chunk come after this one. Absent: from the first name on. */
  readonly after?: string;
  /** The last name that the chunk covers. Absent: to the last name. */
  readonly upTo?: string;
}

/** What was planned. */
export interface PlanSummary {
  readonly id: string;
  readonly chunks: number;
  readonly objects: number;
  readonly bytes: number;
}

/** Progress of planning. */
export interface PlanProgress {
  readonly chunks: number;
  readonly objects: number;
  readonly bytes: number;
  /** Parts of the source that are listed at the same time. */
  readonly listings: number;
}

/** What a pass does with each chunk. */
export type PassKind = 'copy' | 'verify';

/** A pass over the chunks of a plan: `copy-1` is the first, and the others are numbered in order, such as `verify-2`. */
export interface Pass {
  /** Kind and number. */
  readonly name: string;
  readonly kind: PassKind;
  /** The chunks that take part. Absent: all. */
  readonly chunks?: readonly number[];
}

/** How a chunk ended in a pass: the first line of its ledger object. The other lines have a result for each object. */
export interface ChunkResult {
  readonly pass: string;
  readonly chunk: number;
  /** How many objects ended how: `copied`, `skipped`, `failed`, or `same`, `different`, `missing`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes of the objects that were copied, or that are the same. */
  readonly bytes: number;
  /** Why no object of the chunk was worked on. */
  readonly error?: CloudFailure;
  /** The worker that wrote it. */
  readonly worker: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** How often the chunk was begun, this time included. */
  readonly attempts: number;
  readonly notes: readonly string[];
}

/** How far a pass has come. */
export interface PassStatus {
  readonly name: string;
  readonly kind: PassKind;
  readonly chunks: number;
  readonly doneChunks: number;
  /** Chunks of which no object was worked on. */
  readonly failedChunks: number;
  readonly objects: number;
  readonly doneObjects: number;
  /** How many objects ended how, in the chunks that are done. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes of the objects that were copied, or that are the same. */
  readonly bytes: number;
}

/** A chunk that a worker works on. */
export interface ActiveChunk {
  readonly pass: string;
  readonly chunk: number;
  readonly worker: string;
  readonly doneObjects: number;
  readonly bytes: number;
}

/** What a queue holds. */
export interface QueueCounts {
  readonly waiting: number;
  /** Chunks that wait before they are tried again. */
  readonly delayed: number;
  readonly active: readonly ActiveChunk[];
  readonly isPaused: boolean;
  /** The limit of all workers together, in bytes per second, if one was set. 0: none, whatever the plan says. */
  readonly maxBytesPerSecond?: number;
}

/** How far a plan has come. */
export interface FleetStatus {
  readonly plan: PlanRecord;
  readonly isCancelled: boolean;
  readonly passes: readonly PassStatus[];
  /** Absent without a queue. */
  readonly queue?: QueueCounts;
}

/** What a worker did. */
export interface WorkSummary {
  /** Chunks that this worker finished. */
  readonly chunks: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Whether every chunk of the plan, or of the share, is done. Else the worker was stopped. */
  readonly isComplete: boolean;
}

/** Progress of a worker. */
export interface WorkProgress {
  readonly pass: string;
  readonly chunk: number;
  readonly objects: number;
  readonly doneObjects: number;
  /** Bytes of the chunk transferred so far. */
  readonly transferredBytes: number;
  readonly bytesPerSecond: number;
  readonly objectsPerSecond: number;
}

/** What became of the objects of a plan, and where the files are that list them. */
export interface FleetReport {
  readonly plan: PlanRecord;
  readonly chunks: number;
  readonly objects: number;
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  /** Objects of chunks that are not copied yet. */
  readonly left: number;
  readonly bytes: number;
  /** The counts of the last pass that verifies, if there is one. */
  readonly verified?: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  /** Names of the objects beside the plan that list the results, a line of JSON each. */
  readonly succeededFile: string;
  readonly failedFile: string;
}
