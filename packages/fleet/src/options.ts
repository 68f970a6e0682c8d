/** Options of a fleet's calls, and their checks. All are optional. */
import {
  type Check,
  countOf,
  flagOf,
  functionOf,
  invalidArgument,
  type OptionChecks,
  oneOf,
  recordOf,
  textOf,
} from '@isobar/core/provider';
import { entryMatcher, type FilterOptions } from '@isobar/transfer';
import type { ChunkResult, CopyRules, PlanProgress, WorkProgress } from './models.ts';

/** Options of `plan`. */
export interface PlanOptions extends CopyRules, FilterOptions {
  /** Maximum number of objects in a chunk, 1–100,000. Default 10,000. */
  readonly maxChunkObjects?: number;
  /** A chunk with so many bytes gets no more objects. Default 10 GiB. */
  readonly maxChunkBytes?: number;
  /** Objects of more bytes are chunks by themselves. Default 5 GiB. */
  readonly maxSharedBytes?: number;
  /** Maximum number of bytes per second of all workers together. Default: no limit. */
  readonly maxBytesPerSecond?: number;
  /** Parts of the source that are listed at the same time, 1–100. Default 8. */
  readonly concurrency?: number;
  /** Sort the names of the source in memory, up to a million. Default: names out of byte order are refused. */
  readonly sortListings?: boolean;
  /** Texts to keep with the plan, such as how a program finds the drivers of both sides. No secrets: they are not encrypted. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called when a manifest is written, and at the end. */
  readonly onProgress?: (progress: PlanProgress) => void;
}

/** Options of `work` and `verify`. */
export interface WorkOptions {
  /** Objects of a chunk in progress at once, 1–1000. Default 16. */
  readonly concurrency?: number;
  /**
   * Without a queue: work on each `of`-th chunk only, as worker `number` of `of`. So several machines can share a plan without a
   * queue, as the jobs of an array that a batch system starts. Default: all chunks.
   */
  readonly share?: { readonly number: number; readonly of: number };
  /** Name of this worker in results and in the status. Default: the name of the machine and the number of the process. */
  readonly worker?: string;
  /** Ends the work. The chunk that is worked on goes back. */
  readonly signal?: AbortSignal;
  /** Called when this worker has finished a chunk. */
  readonly onChunk?: (result: ChunkResult) => void;
  /** Called at most ten times a second. */
  readonly onProgress?: (progress: WorkProgress) => void;
  /** Called with sentences for the person who watches, such as that the queue cannot be reached. */
  readonly onNotice?: (sentence: string) => void;
}

const rules: OptionChecks<CopyRules> = {
  compare: (field, value) => oneOf(field, value, ['time', 'size', 'checksum']),
  overwrite: (field, value) => oneOf(field, value, ['different', 'older', 'always', 'never']),
  keepMetadata: flagOf,
  serverSide: flagOf,
};

const filterNames = ['include', 'exclude', 'minSizeBytes', 'maxSizeBytes', 'modifiedAfter', 'modifiedBefore'] as const;

const plan: OptionChecks<Omit<PlanOptions, keyof FilterOptions>> = {
  ...rules,
  maxChunkObjects: (field, value) => countOf(field, value, 1, 100_000),
  maxChunkBytes: (field, value) => countOf(field, value, 1),
  maxSharedBytes: (field, value) => countOf(field, value, 1),
  maxBytesPerSecond: (field, value) => countOf(field, value, 1),
  concurrency: (field, value) => countOf(field, value, 1, 100),
  sortListings: flagOf,
  labels: labelsOf,
  signal: signalOf,
  onProgress: functionOf,
};

const work: OptionChecks<WorkOptions> = {
  concurrency: (field, value) => countOf(field, value, 1, 1000),
  share: shareOf,
  worker: textOf,
  signal: signalOf,
  onChunk: functionOf,
  onProgress: functionOf,
  onNotice: functionOf,
};

/** The rules and filters of a plan, and the rest of its options, checked. */
export interface CheckedPlan {
  readonly rules: CopyRules;
  readonly filters: FilterOptions;
}

/** Checks the options of `plan`. @throws {CloudError} `invalid-argument`. */
export function checkPlan(options: PlanOptions): CheckedPlan {
  check(options, plan, filterNames);
  const filters: FilterOptions = picked(options, filterNames);
  entryMatcher(filters);
  return { rules: picked(options, Object.keys(rules) as (keyof CopyRules)[]), filters };
}

/** Checks the options of `work`. @throws {CloudError} `invalid-argument`. */
export function checkWork(options: WorkOptions): void {
  check(options, work, []);
}

function check(options: object, checks: Readonly<Record<string, Check>>, others: readonly string[]): void {
  const given = recordOf('options', options, [...Object.keys(checks), ...others]);
  for (const [field, checkField] of Object.entries(checks)) {
    if (given[field] !== undefined) checkField(field, given[field]);
  }
}

function picked<Options extends object, Name extends keyof Options>(
  options: Options,
  names: readonly Name[],
): Pick<Options, Name> {
  const given = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(given) as Pick<Options, Name>;
}

function labelsOf(field: string, value: unknown): void {
  for (const [name, text] of Object.entries(value ?? {})) textOf(`${field}.${name}`, text);
}

function shareOf(field: string, value: unknown): void {
  const { number, of } = recordOf(field, value, ['number', 'of']);
  countOf(`${field}.of`, of, 1);
  countOf(`${field}.number`, number, 1, of as number);
}

function signalOf(field: string, value: unknown): void {
  if (!(value instanceof AbortSignal)) throw invalidArgument(field, 'must be an AbortSignal');
}
