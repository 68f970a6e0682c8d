/** The calls: each makes a run of the kind of its drivers. */
import type { Cancellable, Check } from '@isobar/core/provider';
import { ComparisonWork } from './comparison-work.ts';
import type { ComparedObject, ComparisonReport, KeptField, TransferReport, TransferredObject } from './models.ts';
import {
  type CompareTreesOptions,
  type CopyTreeOptions,
  compareChecks,
  copyChecks,
  type MoveTreeOptions,
  moveChecks,
  type SyncTreeOptions,
  syncChecks,
  type VerifyTreeOptions,
  verifyChecks,
} from './options.ts';
import { Run } from './run.ts';
import { type AnyTree, type AsyncTree, type BlockingTree, sideOf } from './sides.ts';
import { type AnyRun, type AsyncTreeRun, type BlockingTreeRun, startRun } from './start-run.ts';
import { type TransferKind, TransferWork } from './transfer-work.ts';

/**
 * Copies the objects of a tree that the destination does not have, or has otherwise, each verified. Nothing is deleted. A single
 * object's failure does not fail the run; the report lists it.
 *
 * @param from The source. @param to The destination: a driver of the same kind; of the same provider or another.
 * @throws {CloudError} `invalid-argument`; when the run goes on: `not-found` when a container does not exist, `unauthenticated`,
 * `no-space`, `aborted`, `unsupported` for names out of order, and what `onResult` and `onProgress` throw.
 *
 * @example
 * const report = await copyTree({ driver: s3, container: 'photos' }, { driver: gcs, container: 'backup' }).report();
 * for (const { name, error } of report.failures) console.error(name, error?.message);
 */
export function copyTree(
  from: AsyncTree,
  to: AsyncTree,
  options?: CopyTreeOptions<TransferredObject> & Cancellable,
): AsyncTreeRun<TransferredObject, TransferReport>;
export function copyTree(
  from: BlockingTree,
  to: BlockingTree,
  options?: CopyTreeOptions<TransferredObject>,
): BlockingTreeRun<TransferredObject, TransferReport>;
export function copyTree(from: AnyTree, to: AnyTree, options: object = {}): AnyRun<TransferredObject, TransferReport> {
  return transfer('copyTree', copyChecks, from, to, options);
}

/**
 * Copies what differs, as {@link copyTree} does, and with `delete` removes at the end what the source does not have.
 *
 * @throws {CloudError} As {@link copyTree}.
 *
 * @example
 * const sync = syncTree(disk, cloud, { delete: true, maxDeletions: 100, exclude: ['*.tmp'] });
 * for await (const { name, outcome } of sync) console.log(outcome, name);
 * console.log(await sync.report());
 */
export function syncTree(
  from: AsyncTree,
  to: AsyncTree,
  options?: SyncTreeOptions<TransferredObject> & Cancellable,
): AsyncTreeRun<TransferredObject, TransferReport>;
export function syncTree(
  from: BlockingTree,
  to: BlockingTree,
  options?: SyncTreeOptions<TransferredObject>,
): BlockingTreeRun<TransferredObject, TransferReport>;
export function syncTree(from: AnyTree, to: AnyTree, options: object = {}): AnyRun<TransferredObject, TransferReport> {
  return transfer('syncTree', syncChecks, from, to, options);
}

/**
 * Copies objects and then deletes each where it was, unless it was changed meanwhile. What the destination has already is compared
 * byte for byte by checksum before the source is deleted.
 *
 * @throws {CloudError} As {@link copyTree}.
 */
export function moveTree(
  from: AsyncTree,
  to: AsyncTree,
  options?: MoveTreeOptions<TransferredObject> & Cancellable,
): AsyncTreeRun<TransferredObject, TransferReport>;
export function moveTree(
  from: BlockingTree,
  to: BlockingTree,
  options?: MoveTreeOptions<TransferredObject>,
): BlockingTreeRun<TransferredObject, TransferReport>;
export function moveTree(from: AnyTree, to: AnyTree, options: object = {}): AnyRun<TransferredObject, TransferReport> {
  return transfer('moveTree', moveChecks, from, to, options);
}

/**
 * Compares two trees and changes nothing. The cheapest comparison that `compare` allows.
 *
 * @throws {CloudError} As {@link copyTree}.
 *
 * @example
 * for await (const { name, outcome } of compareTrees(from, to)) if (outcome !== 'same') console.log(outcome, name);
 */
export function compareTrees(
  from: AsyncTree,
  to: AsyncTree,
  options?: CompareTreesOptions<ComparedObject> & Cancellable,
): AsyncTreeRun<ComparedObject, ComparisonReport>;
export function compareTrees(
  from: BlockingTree,
  to: BlockingTree,
  options?: CompareTreesOptions<ComparedObject>,
): BlockingTreeRun<ComparedObject, ComparisonReport>;
export function compareTrees(
  from: AnyTree,
  to: AnyTree,
  options: object = {},
): AnyRun<ComparedObject, ComparisonReport> {
  return comparison('compareTrees', compareChecks, from, to, options);
}

/**
 * Verifies that two trees have the same bytes: by checksums that both services tell, else by reading one side. Files on a disk are
 * read.
 *
 * @throws {CloudError} As {@link copyTree}.
 */
export function verifyTree(
  from: AsyncTree,
  to: AsyncTree,
  options?: VerifyTreeOptions<ComparedObject> & Cancellable,
): AsyncTreeRun<ComparedObject, ComparisonReport>;
export function verifyTree(
  from: BlockingTree,
  to: BlockingTree,
  options?: VerifyTreeOptions<ComparedObject>,
): BlockingTreeRun<ComparedObject, ComparisonReport>;
export function verifyTree(from: AnyTree, to: AnyTree, options: object = {}): AnyRun<ComparedObject, ComparisonReport> {
  return comparison('verifyTree', verifyChecks, from, to, options);
}

function transfer(
  kind: TransferKind,
  checks: Readonly<Record<string, Check>>,
  from: AnyTree,
  to: AnyTree,
  options: SyncTreeOptions<TransferredObject>,
): AnyRun<TransferredObject, TransferReport> {
  return startRun(kind, from, options, checks, () => {
    const notKept: Partial<Record<KeptField, number>> = {};
    const work = new TransferWork(kind, sideOf('from', from), sideOf('to', to), options);
    const run = new Run<TransferredObject>(work, options, {
      isProblem: ({ outcome }) => outcome === 'failed',
      onResult(result) {
        for (const field of result.notKept ?? []) notKept[field] = (notKept[field] ?? 0) + 1;
        options.onResult?.(result);
      },
    });
    return { run, report: () => transferReport(run, notKept, options.dryRun === true) };
  });
}

function transferReport(
  { bytes, counts, notes, problems: failures }: Run<TransferredObject>,
  notKept: TransferReport['notKept'],
  dryRun: boolean,
): TransferReport {
  const of = (outcome: TransferredObject['outcome']): number => counts.get(outcome) ?? 0;
  return {
    copied: of('copied'),
    moved: of('moved'),
    skipped: of('skipped'),
    deleted: of('deleted'),
    failed: of('failed'),
    bytes,
    failures,
    notKept,
    notes,
    dryRun,
  };
}

function comparison(
  kind: 'compareTrees' | 'verifyTree',
  checks: Readonly<Record<string, Check>>,
  from: AnyTree,
  to: AnyTree,
  options: CompareTreesOptions<ComparedObject>,
): AnyRun<ComparedObject, ComparisonReport> {
  const by = kind === 'verifyTree' ? 'checksum' : (options.compare ?? 'time');
  return startRun(kind, from, options, checks, () => {
    const work = new ComparisonWork(sideOf('from', from), sideOf('to', to), by, options);
    const { onResult } = options;
    const run = new Run<ComparedObject>(work, options, { isProblem: ({ outcome }) => outcome !== 'same', onResult });
    return { run, report: () => comparisonReport(run) };
  });
}

function comparisonReport({ bytes, counts, notes, problems }: Run<ComparedObject>): ComparisonReport {
  const of = (outcome: ComparedObject['outcome']): number => counts.get(outcome) ?? 0;
  return {
    same: of('same'),
    different: of('different'),
    missing: of('missing'),
    extra: of('extra'),
    failed: of('failed'),
    bytes,
    problems,
    notes,
  };
}
