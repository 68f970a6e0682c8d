/** Works on one chunk: reads its manifest, copies or verifies its objects, and writes once what became of them. */
import { CloudError, type CloudErrorCode, type CloudFailure, isCloudError } from '@isobar/core/provider';
import {
  type AsyncTree,
  type ComparedObject,
  copyTree,
  mayPass,
  type PartStore,
  type TransferredObject,
  type TreeEntry,
  type TreeProgress,
  verifyTree,
} from '@isobar/transfer';
import type { ChunkResult, Pass, PlanRecord, WorkProgress } from './models.ts';
import { partStoreAt } from './part-store.ts';
import { copiesOf } from './passes.ts';
import type { PlanFolder } from './plan-folder.ts';
import type { Attempt, QueuedChunk } from './queue.ts';

/** How often a chunk is tried before its failures are final. */
const maxAttempts = 5;
/** How often workers tell how far a chunk has come, in milliseconds. */
const reportEveryMs = 2000;
/** Failures that are not the chunk's: every other one would meet them. The worker ends. */
const notOfTheChunk: readonly CloudErrorCode[] = [
  'invalid-argument',
  'unsupported',
  'unauthenticated',
  'permission-denied',
  'not-found',
  'no-space',
  'aborted',
  'session-closed',
  'worker-lost',
];

/** What the chunks of a worker share. */
export interface ChunkContext {
  readonly folder: PlanFolder;
  readonly plan: PlanRecord;
  /** The passes that have begun. */
  readonly passes: readonly Pass[];
  readonly from: AsyncTree;
  readonly to: AsyncTree;
  readonly worker: string;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** The share of this worker, in bytes per second. */
  readonly maxBytesPerSecond: () => number | undefined;
  readonly onProgress: ((progress: WorkProgress) => void) | undefined;
}

type ObjectResult = TransferredObject | ComparedObject;

/** What became of a chunk: `later`: it is tried again. */
export type ChunkEnd = 'later' | 'done-before' | ChunkResult;

/** Works on a chunk. @throws {CloudError} What every other chunk would meet, too. */
export async function workOnChunk(context: ChunkContext, queued: QueuedChunk, attempt: Attempt): Promise<ChunkEnd> {
  const { folder, plan, worker } = context;
  if (await folder.isDone(queued)) return 'done-before';
  const startedAt = new Date();
  const tried = await tryChunk(context, queued, attempt);
  if (tried === 'later') return 'later';
  const { results, ...end } = tried;
  const result: ChunkResult = {
    pass: queued.pass,
    chunk: queued.chunk,
    counts: countsOf(results),
    ...end,
    worker,
    startedAt,
    finishedAt: new Date(),
    attempts: attempt.number,
  };
  return (await folder.writeResult(plan.id, result, results)) ? result : 'done-before';
}

/** What an attempt came to. With an error: no object was worked on. */
interface Tried {
  readonly results: readonly ObjectResult[];
  readonly bytes: number;
  readonly notes: readonly string[];
  readonly error?: CloudFailure;
}

async function tryChunk(context: ChunkContext, queued: QueuedChunk, attempt: Attempt): Promise<Tried | 'later'> {
  if (attempt.lost >= maxAttempts) return nothingDone(lostTooOften(attempt.lost));
  const entries = await entriesOf(context, queued);
  if ('code' in entries) return nothingDone(entries);
  const isLast = attempt.number >= maxAttempts;
  const results: ObjectResult[] = [];
  try {
    const end = await run(context, queued, entries, attempt, (result) => results.push(result));
    return !isLast && mayEndOtherwise(results) ? 'later' : { results, ...end };
  } catch (failure) {
    if (!isCloudError(failure) || notOfTheChunk.includes(failure.code)) throw failure;
    return mayPass(failure) && !isLast ? 'later' : nothingDone(failure.toJSON());
  }
}

function nothingDone(error: CloudFailure): Tried {
  return { results: [], bytes: 0, notes: [], error };
}

/** Whether another attempt may end better: later, or by a worker that has the right to. */
function mayEndOtherwise(results: readonly ObjectResult[]): boolean {
  const isDenied = results.length > 0 && results.every(({ error }) => error?.code === 'permission-denied');
  return isDenied || results.some(({ error }) => error && mayPass(error));
}

/** The objects to work on, or why they are not known. */
async function entriesOf(
  { folder, passes, plan }: ChunkContext,
  queued: QueuedChunk,
): Promise<readonly TreeEntry[] | CloudFailure> {
  let entries: readonly TreeEntry[];
  try {
    entries = await folder.readManifest(plan.id, queued);
  } catch (failure) {
    if (isCloudError(failure, 'not-found') || isCloudError(failure, 'integrity')) return failure.toJSON();
    throw failure;
  }
  const failed = await failedBefore(folder, passes, queued);
  return failed ? entries.filter(({ name }) => failed.has(name)) : entries;
}

/** The objects that failed in the passes before, for a pass that tries them again; `undefined`: all. */
async function failedBefore(
  folder: PlanFolder,
  passes: readonly Pass[],
  { chunk, pass }: QueuedChunk,
): Promise<ReadonlySet<string> | undefined> {
  const index = passes.findIndex(({ name }) => name === pass);
  if (passes[index]?.kind !== 'copy') return undefined;
  const last = copiesOf(chunk, passes.slice(0, index)).at(-1);
  const before = last && (await folder.readResult<TransferredObject>(last.name, chunk));
  if (!before) return undefined;
  // A chunk that failed as a whole may have been tried for a part of its objects already.
  if (before.head.error) return await failedBefore(folder, passes, { chunk, pass: last.name, sha256: '' });
  return new Set(before.items.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name));
}

async function run(
  { concurrency, folder, from, maxBytesPerSecond, onProgress, passes, plan, signal, to }: ChunkContext,
  { chunk, pass }: QueuedChunk,
  entries: readonly TreeEntry[],
  attempt: Attempt,
  onResult: (result: ObjectResult) => void,
): Promise<{ readonly bytes: number; readonly notes: readonly string[] }> {
  let reportedMs = performance.now();
  const watch = (progress: TreeProgress): void => {
    const { bytesPerSecond, doneObjects, failedObjects, objectsPerSecond, skippedObjects, transferredBytes } = progress;
    const done = doneObjects + skippedObjects + failedObjects;
    const shown = { pass, chunk, objects: entries.length, doneObjects: done };
    onProgress?.({ ...shown, transferredBytes, bytesPerSecond, objectsPerSecond });
    const nowMs = performance.now();
    if (nowMs - reportedMs < reportEveryMs) return;
    reportedMs = nowMs;
    attempt.report({ doneObjects: done, bytes: transferredBytes });
  };
  const common = { entries, concurrency, maxBytesPerSecond, onProgress: watch, onResult, signal };
  const { place } = folder;
  const partStore = ({ sizeBytes }: TreeEntry): PartStore | undefined =>
    sizeBytes > plan.maxSharedBytes ? partStoreAt({ ...place, prefix: `${place.prefix}parts/${chunk}/` }) : undefined;
  const isCopy = passes.find(({ name }) => name === pass)?.kind === 'copy';
  const report = isCopy
    ? await copyTree(from, to, { ...plan.rules, ...common, partStore }).report()
    : await verifyTree(from, to, common).report();
  return { bytes: report.bytes, notes: report.notes };
}

function countsOf(results: readonly ObjectResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function lostTooOften(attempts: number): CloudFailure {
  const message = `its workers ended ${attempts} times while they worked on it, without saying why; look for what they have in common, such as too little memory`;
  return new CloudError('worker-lost', message).toJSON();
}
