/** The work of one worker on a plan, from its begin to its end. */
import { hostname } from 'node:os';
import { CloudError, isCloudError } from '@isobar/core/provider';
import { type AsyncTree, mayPass } from '@isobar/transfer';
import { type ChunkContext, workOnChunk } from './chunk-work.ts';
import type { ChunkResult, Pass, WorkSummary } from './models.ts';
import type { WorkOptions } from './options.ts';
import { sumOf } from './passes.ts';
import type { FinishedPlan, PlanFolder } from './plan-folder.ts';
import type { FleetQueue, QueuedChunk } from './queue.ts';

/** How often a worker asks whether the plan was cancelled, and what its share of the limit is, in milliseconds. */
const askEveryMs = 5000;

/** The work of one worker. */
export class Shift {
  readonly #folder: PlanFolder;
  readonly #opened: FinishedPlan;
  readonly #queue: FleetQueue;
  readonly #options: WorkOptions;
  readonly #context: ChunkContext & { passes: readonly Pass[] };
  readonly #end = new AbortController();
  #counts: Readonly<Record<string, number>> = {};
  #maxBytesPerSecond: number | undefined;
  #chunks = 0;
  #bytes = 0;
  #isComplete = false;
  #isCancelled = false;
  #isAsking = false;

  constructor(
    folder: PlanFolder,
    opened: FinishedPlan,
    from: AsyncTree,
    to: AsyncTree,
    queue: FleetQueue,
    options: WorkOptions,
  ) {
    const { concurrency = 16, onProgress, signal, worker = `${hostname()}-${process.pid}` } = options;
    this.#folder = folder;
    this.#opened = opened;
    this.#queue = queue;
    this.#options = options;
    this.#maxBytesPerSecond = opened.plan.maxBytesPerSecond;
    this.#context = {
      folder,
      plan: opened.plan,
      passes: [],
      from,
      to,
      worker,
      concurrency,
      signal: AbortSignal.any([this.#end.signal, ...(signal ? [signal] : [])]),
      maxBytesPerSecond: () => this.#maxBytesPerSecond,
      onProgress,
    };
  }

  /** @param addMissing Adds what is not done to the queue, and returns how many chunks that is. */
  async work(addMissing: (queue: FleetQueue) => Promise<number>): Promise<WorkSummary> {
    const { signal } = this.#context;
    const asking = setInterval(() => this.#askAgain(), askEveryMs);
    asking.unref();
    try {
      await this.#ask();
      if (isEmpty(await this.#queue.counts())) await addMissing(this.#queue);
      await this.#queue.work(async (chunk, attempt) => await this.#workOn(chunk, attempt), {
        worker: this.#context.worker,
        signal,
        notice: (sentence) => this.#options.onNotice?.(sentence),
        isFinished: async () => {
          this.#isComplete = (await addMissing(this.#queue)) === 0;
          return this.#isComplete;
        },
      });
    } catch (failure) {
      // What was cut off for a reason of ours has that reason.
      if (!(isCloudError(failure, 'aborted') && signal.aborted)) throw failure;
    } finally {
      clearInterval(asking);
    }
    if (this.#isCancelled) {
      throw new CloudError(
        'conflict',
        `plan ${this.#folder.label}: it was cancelled; the chunk that was worked on is not done`,
      );
    }
    return { chunks: this.#chunks, counts: this.#counts, bytes: this.#bytes, isComplete: this.#isComplete };
  }

  async #workOn(chunk: QueuedChunk, attempt: Parameters<typeof workOnChunk>[2]): Promise<'done' | 'later'> {
    try {
      if (!this.#context.passes.some(({ name }) => name === chunk.pass)) {
        this.#context.passes = await this.#folder.passes();
      }
      const end = await workOnChunk(this.#context, chunk, attempt);
      if (end === 'later') {
        this.#options.onNotice?.(
          `chunk ${chunk.chunk} is tried again in a while: some objects failed, and may not fail again`,
        );
        return 'later';
      }
      if (end !== 'done-before') this.#count(end);
      return 'done';
    } catch (failure) {
      if (!isCloudError(failure) || !mayPass(failure)) throw failure;
      this.#options.onNotice?.(`chunk ${chunk.chunk} is tried again in a while: ${failure.message}`);
      return 'later';
    }
  }

  #count(result: ChunkResult): void {
    this.#chunks += 1;
    this.#bytes += result.bytes;
    this.#counts = sumOf([{ counts: this.#counts }, result]);
    this.#options.onChunk?.(result);
  }

  #askAgain(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    // What cannot be asked now is asked again.
    void this.#ask()
      .catch(() => {})
      .finally(() => {
        this.#isAsking = false;
      });
  }

  /** Asks whether the plan was cancelled, and how much of the limit is this worker's share. */
  async #ask(): Promise<void> {
    const { maxBytesPerSecond: planned } = this.#opened.plan;
    const { active, maxBytesPerSecond = planned } = await this.#queue.counts();
    this.#maxBytesPerSecond = maxBytesPerSecond
      ? Math.max(1, Math.floor(maxBytesPerSecond / Math.max(1, active.length)))
      : undefined;
    if (!(await this.#folder.isCancelled())) return;
    this.#isCancelled = true;
    this.#end.abort();
  }
}

function isEmpty({ active, delayed, waiting }: Awaited<ReturnType<FleetQueue['counts']>>): boolean {
  return waiting + delayed + active.length === 0;
}
