/**
 * Moves trees of objects between any two drivers, verified, and compares them.
 *
 * @example
 * const report = await copyTree({ driver: disk, container: 'photos' }, { driver: cloud, container: 'backup' }).report();
 */

export { entryMatcher } from './filters.ts';
export type {
  ComparedObject,
  ComparisonReport,
  Difference,
  KeptField,
  TransferReport,
  TransferredObject,
  TreeEntry,
  TreeProgress,
} from './models.ts';
export type {
  CompareOptions,
  CompareTreesOptions,
  CopyTreeOptions,
  FilterOptions,
  MoveTreeOptions,
  RunOptions,
  SyncTreeOptions,
  VerifyTreeOptions,
} from './options.ts';
export type { PartStore, SavedCopy } from './part-copies.ts';
export { mayPass } from './run.ts';
export type { AsyncTree, BlockingTree } from './sides.ts';
export {
  type AsyncPlace,
  type BlockingPlace,
  type CopiedObject,
  type CopyObjectOptions,
  copyObject,
} from './single.ts';
export type { AsyncTreeRun, BlockingTreeRun } from './start-run.ts';
export { type TreePagesOptions, treePages } from './tree-pages.ts';
export { compareTrees, copyTree, moveTree, syncTree, verifyTree } from './trees.ts';
