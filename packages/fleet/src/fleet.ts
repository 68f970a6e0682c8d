/** A plan and those who work on it: the calls. */
import { randomUUID } from 'node:crypto';
import { CloudError, containerNameOf, invalidArgument, recordOf } from '@isobar/core/provider';
import { type AsyncTree, copyTree, treePages } from '@isobar/transfer';
import { openLocalQueue } from './local-queue.ts';
import type {
  Chunk,
  CopyRules,
  FleetReport,
  FleetStatus,
  PlannedTree,
  PlanRecord,
  PlanSummary,
  WorkSummary,
} from './models.ts';
import { checkPlan, checkWork, type PlanOptions, type WorkOptions } from './options.ts';
import { beginPass, chunksOf, passStatus } from './passes.ts';
import { PlanFolder, placeText, planFormat } from './plan-folder.ts';
import { writeManifests } from './planner.ts';
import type { FleetQueue, OpenQueue, QueueCommand, QueuedChunk } from './queue.ts';
import { writeReport } from './report.ts';
import { Shift } from './shift.ts';

const GiB = 2 ** 30;

/** What a fleet is made of. */
export interface FleetOptions {
  /** Where the plan is kept, in a service that keeps `ifAbsent`. Its prefix is the plan's name, such as `plans/photos/`. */
  readonly plan: AsyncTree;
  /** The source. Needed to plan, work and verify. */
  readonly from?: AsyncTree;
  /** The destination. Needed to plan, work and verify. */
  readonly to?: AsyncTree;
  /** See `redisQueue`. Default: a queue in the memory of this process, for one worker. */
  readonly queue?: OpenQueue;
}

/**
 * The same copies as `copyTree`, by many machines: one plans, many work. What is done is written beside the plan, so that any of
 * them, and the queue, may be killed at any moment.
 *
 * @example
 * const fleet = new Fleet({
 *   plan: { driver: gcs, container: 'backup', prefix: 'plans/photos' },
 *   from: { driver: s3, container: 'photos' },
 *   to: { driver: gcs, container: 'backup', prefix: 'photos' },
 *   queue: redisQueue('redis://queue.internal'),
 * });
 * await fleet.plan();                  // on one machine
 * await fleet.work();                  // on many
 * await fleet.verify();
 * console.log(await fleet.report());
 */
export class Fleet implements AsyncDisposable {
  readonly #folder: PlanFolder;
  readonly #from: AsyncTree | undefined;
  readonly #to: AsyncTree | undefined;
  readonly #openQueue: OpenQueue | undefined;
  #queue: FleetQueue | undefined;
  /** The plan that the queue is of. */
  #queueOf: string | undefined;

  /** @throws {CloudError} `invalid-argument`. Nothing is sent. */
  constructor(options: FleetOptions) {
    const { from, plan, queue, to } = recordOf('options', options, [
      'plan',
      'from',
      'to',
      'queue',
    ]) as unknown as FleetOptions;
    this.#folder = new PlanFolder(plan);
    this.#from = from;
    this.#to = to;
    this.#openQueue = queue;
  }

  /**
   * Lists the source and writes what is to be copied in chunks beside the plan. If it was interrupted, the same call goes on. What
   * the source gets later is not part of the plan.
   *
   * @throws {CloudError} `already-exists` for a plan that is planned already, or another one of this name; `unsupported` when the
   * service of the plan keeps no conditions; `conflict` when another process plans at the same time; `network` when the queue
   * cannot be reached; those of listings.
   */
  async plan(options: PlanOptions = {}): Promise<PlanSummary> {
    const { filters, rules } = checkPlan(options);
    const { from, to } = this.#sides();
    const ownId = randomUUID();
    // What cannot be reached, or does not exist, is found out before anything is written.
    if (this.#openQueue) await this.#opened(ownId);
    await checkSides(from, to, rules, options);
    const record = await this.#folder.begin({
      format: planFormat,
      id: ownId,
      createdAt: new Date(),
      from: plannedTree('from', from),
      to: plannedTree('to', to),
      rules,
      filters,
      maxSharedBytes: options.maxSharedBytes ?? 5 * GiB,
      ...(options.maxBytesPerSecond !== undefined && { maxBytesPerSecond: options.maxBytesPerSecond }),
      labels: options.labels ?? {},
    });
    const known = await this.#folder.chunks(record.id, options.signal);
    const chunks = await writeManifests(this.#folder, record, from, known, {
      maxChunkObjects: options.maxChunkObjects ?? 10_000,
      maxChunkBytes: options.maxChunkBytes ?? 10 * GiB,
      maxSharedBytes: record.maxSharedBytes,
      concurrency: options.concurrency ?? 8,
      sortListings: options.sortListings ?? false,
      signal: options.signal,
      onProgress: options.onProgress,
    });
    const { bytes, chunks: count, id, objects } = await this.#folder.finish(record, chunks);
    if (this.#openQueue) await this.#addMissing(await this.#opened(id), chunks);
    return { id, chunks: count, objects, bytes };
  }

  /**
   * Works on chunks until all are done. What the destination has already is skipped, as `copyTree` does. Chunks that the queue has
   * forgotten are added again.
   *
   * @throws {CloudError} `not-found` when there is no plan; `conflict` when planning has not ended, or the plan was cancelled;
   * `invalid-argument` for other trees than those of the plan; `unsupported` for a plan of another version; `network` when the
   * queue cannot be reached; `aborted`; what would fail every chunk, such as `unauthenticated`: the chunk goes back.
   */
  async work(options: WorkOptions = {}): Promise<WorkSummary> {
    checkWork(options);
    const { from, to } = this.#sides();
    const opened = await this.#folder.open();
    checkTrees(opened.plan, from, to);
    await this.#refuseCancelled();
    if (options.share && this.#openQueue) {
      throw invalidArgument('share', 'is for work without a queue; leave it out, the queue shares the chunks');
    }
    const queue = await this.#opened(opened.plan.id);
    return await new Shift(this.#folder, opened, from, to, queue, options).work((workQueue) =>
      this.#addMissing(workQueue, opened.chunks, options.share),
    );
  }

  /**
   * Compares the bytes of every object of the plan at both sides, as `verifyTree` does: adds a second pass to the queue, and works on
   * it together with all others who work. If the last such pass has not ended, it goes on; else another one begins.
   *
   * @throws {CloudError} `conflict` when not all chunks are copied; those of {@link Fleet.work}.
   */
  async verify(options: WorkOptions = {}): Promise<WorkSummary> {
    checkWork(options);
    await beginPass(this.#folder, 'verify');
    return await this.work(options);
  }

  /**
   * Copies again what failed: adds a pass with the objects that failed to the queue, and works on it together with all others.
   *
   * @throws {CloudError} `conflict` when not all chunks are copied; those of {@link Fleet.work}.
   */
  async retry(options: WorkOptions = {}): Promise<WorkSummary> {
    checkWork(options);
    await beginPass(this.#folder, 'copy');
    return await this.work(options);
  }

  /** How far the plan has come. Reads the first line of each result. @throws {CloudError} As {@link Fleet.work}. */
  async status(options: { readonly signal?: AbortSignal } = {}): Promise<FleetStatus> {
    const { chunks, plan } = await this.#folder.open();
    const passes = await this.#folder.passes();
    const queue = this.#openQueue && (await (await this.#opened(plan.id)).counts());
    return {
      plan,
      isCancelled: await this.#folder.isCancelled(),
      passes: await Promise.all(
        passes.map(async (pass) => passStatus(pass, chunks, await this.#folder.results(pass.name, options.signal))),
      ),
      ...(queue && { queue }),
    };
  }

  /** Lets no worker begin another chunk. @throws {CloudError} `invalid-argument` without a queue. */
  async pause(): Promise<void> {
    await this.#control('pause');
  }

  /** Ends a pause. @throws {CloudError} `invalid-argument` without a queue. */
  async resume(): Promise<void> {
    await this.#control('resume');
  }

  /**
   * Changes how many bytes per second all workers together may move.
   *
   * @param maxBytesPerSecond 0: no limit. @throws {CloudError} `invalid-argument` without a queue.
   */
  async limit(maxBytesPerSecond: number): Promise<void> {
    if (!Number.isSafeInteger(maxBytesPerSecond) || maxBytesPerSecond < 0) {
      throw invalidArgument('maxBytesPerSecond', 'must be a whole number from 0');
    }
    await this.#control({ maxBytesPerSecond });
  }

  /** Ends the plan for good: workers end within seconds, and none can begin. What was copied stays. */
  async cancel(): Promise<void> {
    const { plan } = await this.#folder.open();
    await this.#folder.cancel();
    if (this.#openQueue) await (await this.#opened(plan.id)).control('cancel');
  }

  /** Writes which objects succeeded and which failed as two files beside the plan. @returns The counts. */
  async report(): Promise<FleetReport> {
    return await writeReport(this.#folder, await this.#folder.open());
  }

  /** The plan, as it was begun. @throws {CloudError} `not-found`; `conflict`; `unsupported`. */
  async record(): Promise<PlanRecord> {
    return (await this.#folder.open()).plan;
  }

  /** Closes the connection to the queue. The drivers stay open. */
  async close(): Promise<void> {
    await this.#queue?.close();
    this.#queue = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #sides(): { readonly from: AsyncTree; readonly to: AsyncTree } {
    if (!this.#from) throw invalidArgument('from', 'is missing: the source, a tree { driver, container, prefix? }');
    if (!this.#to) throw invalidArgument('to', 'is missing: the destination, a tree { driver, container, prefix? }');
    return { from: this.#from, to: this.#to };
  }

  async #opened(planId: string): Promise<FleetQueue> {
    if (this.#queue && this.#queueOf !== planId) await this.close();
    this.#queue ??= this.#openQueue ? await this.#openQueue(planId) : openLocalQueue();
    this.#queueOf = planId;
    return this.#queue;
  }

  async #control(command: QueueCommand): Promise<void> {
    if (!this.#openQueue) throw invalidArgument('queue', 'is missing: without one there is only one worker to stop');
    const { plan } = await this.#folder.open();
    await this.#refuseCancelled();
    await (await this.#opened(plan.id)).control(command);
  }

  async #refuseCancelled(): Promise<void> {
    if (!(await this.#folder.isCancelled())) return;
    throw new CloudError('conflict', `plan ${this.#folder.label}: it was cancelled; plan again under another name`);
  }

  /** Adds what is not done to the queue. @returns How many chunks. */
  async #addMissing(queue: FleetQueue, chunks: readonly Chunk[], share?: WorkOptions['share']): Promise<number> {
    const missing: QueuedChunk[] = [];
    for (const pass of await this.#folder.passes()) {
      const done = await this.#folder.doneChunks(pass.name);
      for (const { number: chunk, sha256 } of chunksOf(pass, chunks)) {
        const isShared = !share || (chunk - 1) % share.of === share.number - 1;
        if (isShared && !done.has(chunk)) missing.push({ pass: pass.name, chunk, sha256 });
      }
    }
    if (missing.length > 0) await queue.add(missing);
    return missing.length;
  }
}

/** A tree as a plan remembers it. */
function plannedTree(field: string, { container, driver, prefix = '' }: AsyncTree): PlannedTree {
  if (typeof driver?.provider?.id !== 'string')
    throw invalidArgument(`${field}.driver`, 'must be an asynchronous driver for storage');
  return {
    provider: driver.provider.id,
    container: containerNameOf(container, `${field}.container`),
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
  };
}

/** Refuses to work with other trees than those that were planned. */
function checkTrees(plan: PlanRecord, from: AsyncTree, to: AsyncTree): void {
  for (const [field, tree] of [
    ['from', from],
    ['to', to],
  ] as const) {
    const [given, planned] = [placeText(plannedTree(field, tree)), placeText(plan[field])];
    if (given !== planned) throw invalidArgument(field, `is ${given}, but the plan is about ${planned}`);
  }
}

/** Reads the first page of both sides. @throws {CloudError} `not-found` for containers; `invalid-argument` for trees that overlap. */
async function checkSides(
  from: AsyncTree,
  to: AsyncTree,
  rules: CopyRules,
  { signal, sortListings }: PlanOptions,
): Promise<void> {
  const cancellable = signal && { signal };
  // All names that are sorted would be read.
  if (!sortListings) for await (const _ of treePages(from, { ...cancellable })) break;
  await copyTree(from, to, { ...rules, entries: [], dryRun: true, ...cancellable }).report();
}
