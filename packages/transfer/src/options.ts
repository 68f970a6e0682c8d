/** Options of transfers of trees, and their checks. All are optional. */
import {
  type CallOptions,
  type Check,
  countOf,
  flagOf,
  functionOf,
  listOf,
  millisecondsOf,
  type OptionChecks,
  oneOf,
  pathOf,
  textOf,
  timeOf,
} from '@isobar/core/provider';
import { entriesOption } from './entries.ts';
import type { TreeEntry, TreeProgress } from './models.ts';
import type { PartStore } from './part-copies.ts';

/** Which objects take part. Names are those below the prefix of a tree. */
export interface FilterOptions {
  /**
   * Only names that match one of these globs: `*` stands for anything but a slash, `**` for anything, `?`, `[ab]` and `{a,b}` as
   * in shells. A glob without a slash is compared with the last segment of a name; one that starts with a slash with the
   * whole name. Default: all.
   */
  readonly include?: readonly string[];
  /** No names that match one of these globs, whatever `include` says. */
  readonly exclude?: readonly string[];
  /** Only objects of the source with at least this size, in bytes. */
  readonly minSizeBytes?: number;
  /** Only objects of the source with at most this size, in bytes. */
  readonly maxSizeBytes?: number;
  /** Only objects of the source that were modified at this time or later. */
  readonly modifiedAfter?: Date;
  /** Only objects of the source that were modified before this time. */
  readonly modifiedBefore?: Date;
}

/** Options of every run. */
export interface RunOptions<Item> extends CallOptions {
  /** Objects in progress at once, 1–1000. Fewer while a service says that there are too many. Default 16. */
  readonly concurrency?: number;
  /**
   * Maximum number of bytes per second. A function is asked before bytes are passed on, and can change it; it returns `undefined`
   * for no limit. Default: no limit.
   */
  readonly maxBytesPerSecond?: number | (() => number | undefined);
  /**
   * The objects of the source, in byte order of their names, as an earlier listing described them (see `treePages`): the source
   * is not listed, and of the destination only what is between them. Cannot be combined with `journal` or `delete`.
   */
  readonly entries?: readonly TreeEntry[];
  /** Read a side whose names are not in byte order into memory, up to a million names. Default: it is refused. */
  readonly sortListings?: boolean;
  /** Called at most ten times a second, and at the end. In a blocking call it runs on the blocked thread. */
  readonly onProgress?: (progress: TreeProgress) => void;
  /** Called with each object when it is done. In a blocking call it runs on the blocked thread. */
  readonly onResult?: (result: Item) => void;
}

/** How objects that both sides have are compared. */
export interface CompareOptions<Item> extends RunOptions<Item>, FilterOptions {
  /**
   * `time`: the same if they have one size, and the destination's is not older. `size`: if they have one size. `checksum`: if
   * their bytes are the same; where the services have no checksum in common, one side is read. Default `time`.
   */
  readonly compare?: 'time' | 'size' | 'checksum';
}

/** Options of `copyTree`. */
export interface CopyTreeOptions<Item> extends CompareOptions<Item> {
  /**
   * Which objects of the destination are replaced: those that are `different`, see `compare`; `older` ones; `always` all;
   * `never` any. Default `different`.
   */
  readonly overwrite?: 'different' | 'older' | 'always' | 'never';
  /**
   * Copy type, headers and metadata, and the time of a file as metadata where objects have no time of their own. A content encoding
   * is always copied. Default true.
   */
  readonly keepMetadata?: boolean;
  /**
   * The destination copies by itself, and no bytes pass through this process: it is the same service as the source, and its
   * credentials may read there. Default: if both trees have the same driver.
   */
  readonly serverSide?: boolean;
  /** Only say what would be done. Default false. */
  readonly dryRun?: boolean;
  /**
   * For programs that go on with the copy of a large object in another process: where its parts are written down, or `undefined` for
   * objects that begin again. Only where the bytes pass through this process and the destination takes parts. Default: none.
   */
  readonly partStore?: (entry: TreeEntry) => PartStore | undefined;
  /**
   * Path of a file that keeps how far the run has come. A run with the journal of one that was interrupted goes on where that
   * stopped, and tries again what failed. When a run has ended without failures, the file says so, and the next run starts anew.
   */
  readonly journal?: string;
}

/** Options of `syncTree`. */
export interface SyncTreeOptions<Item> extends CopyTreeOptions<Item> {
  /**
   * At the end, delete the objects that the source does not have. Nothing is deleted when an object failed, the source is empty, or
   * names are out of order. Objects that the globs exclude are kept. Default false.
   */
  readonly delete?: boolean;
  /** Maximum number of objects to delete: if there are more, none is. Default: no limit. */
  readonly maxDeletions?: number;
}

/** Options of `moveTree`. */
export type MoveTreeOptions<Item> = Omit<CopyTreeOptions<Item>, 'compare'>;

/** Options of `compareTrees`. */
export type CompareTreesOptions<Item> = CompareOptions<Item>;

/** Options of `verifyTree`. */
export type VerifyTreeOptions<Item> = RunOptions<Item> & FilterOptions;

const globs: Check = (field, value) => {
  listOf(field, value, 1000).forEach((glob, index) => {
    textOf(`${field}[${index}]`, glob);
  });
};

/** Checks of filters. */
export const filterChecks: OptionChecks<FilterOptions> = {
  include: globs,
  exclude: globs,
  minSizeBytes: countOf,
  maxSizeBytes: countOf,
  modifiedAfter: timeOf,
  modifiedBefore: timeOf,
};

const run: OptionChecks<RunOptions<never>> = {
  timeoutMs: millisecondsOf,
  concurrency: (field, value) => countOf(field, value, 1, 1000),
  maxBytesPerSecond: (field, value) => typeof value === 'function' || countOf(field, value, 1),
  entries: entriesOption,
  sortListings: flagOf,
  onProgress: functionOf,
  onResult: functionOf,
};

/** Checks of the options of `verifyTree`. */
export const verifyChecks: OptionChecks<VerifyTreeOptions<never>> = { ...run, ...filterChecks };

/** Checks of the options of `compareTrees`. */
export const compareChecks: OptionChecks<CompareTreesOptions<never>> = {
  ...verifyChecks,
  compare: (field, value) => oneOf(field, value, ['time', 'size', 'checksum']),
};

/** Checks of the options of `moveTree`. */
export const moveChecks: OptionChecks<MoveTreeOptions<never>> = {
  ...verifyChecks,
  overwrite: (field, value) => oneOf(field, value, ['different', 'older', 'always', 'never']),
  keepMetadata: flagOf,
  serverSide: flagOf,
  dryRun: flagOf,
  partStore: functionOf,
  journal: pathOf,
};

/** Checks of the options of `copyTree`. */
export const copyChecks: OptionChecks<CopyTreeOptions<never>> = { ...compareChecks, ...moveChecks };

/** Checks of the options of `syncTree`. */
export const syncChecks: OptionChecks<SyncTreeOptions<never>> = {
  ...copyChecks,
  delete: flagOf,
  maxDeletions: countOf,
};
