/** Runs the work on trees: finds objects while others are in progress, several at once, and counts what became of them. */
import {
  CloudError,
  type CloudErrorCode,
  type CloudFailure,
  cancellation,
  clock,
  isCloudError,
  type Operation,
  parallel,
  share,
  sleep,
} from '@isobar/core/provider';
import type { Charge } from './contents.ts';
import type { WatchBytes } from './copy-one.ts';
import type { RunOptions } from './options.ts';
import { adaptiveConcurrency, byteLimit, type Concurrency } from './pace.ts';
import { Progress } from './progress.ts';

/** What a result has in every run. */
export interface Result {
  readonly name: string;
  readonly outcome: string;
}

/** Something to do about one object, or about some that are done together. */
export interface Job<Item> {
  /** Bytes that it moves, for the progress. */
  readonly sizeBytes: number;
  readonly objects: number;
  /** @returns What became of each object. */
  run(watch: WatchBytes): Operation<readonly Item[]>;
  /** What became of them when `run` failed. */
  failed(error: CloudFailure): readonly Item[];
}

/** What was found: something to do, or an object about which there is nothing to do. */
export type Found<Item> =
  | { readonly job: Job<Item>; readonly result?: never }
  | { readonly job?: never; readonly result: Item };

/** The work of a run, in phases. Each begins when everything of the one before is done. */
export interface Work<Item> {
  /** Begins the first phase. */
  begin(tools: RunTools): Operation<void>;
  /** Finds more, at least one; `undefined` at the end of the phase. If it fails, the run ends. */
  more(): Operation<readonly Found<Item>[] | undefined>;
  /** Whether there is another phase, which begins now. */
  nextPhase(counts: ReadonlyMap<string, number>): Operation<boolean>;
  /** Called from time to time, and at the end: also of a run that fails. */
  tick?(nowMs: number): Operation<void>;
  end?(how: 'done' | 'failed', counts: ReadonlyMap<string, number>): Operation<void>;
  /** Names that are in memory until they are done. */
  readonly openNames?: number;
}

/** What a run gives to its work. */
export interface RunTools {
  readonly charge: Charge;
  note(sentence: string): void;
}

/** What is done with results. */
export interface Watcher<Item> {
  /** Which results the report lists. */
  isProblem(result: Item): boolean;
  readonly onResult?: ((result: Item) => void) | undefined;
}

/** Results of a page, when they are taken page by page. */
const pageResults = 1000;
/** Objects that are found before they are needed, so that finding is never waited for and the rest can be estimated. */
const foundAhead = 10_000;
/** Names in memory because one before them is not done: then nothing more is found. */
const maxOpenNames = 100_000;
const defaultConcurrency = 16;
const maxProblems = 1000;
/** Outcomes of objects whose bytes are counted. */
const moved: readonly string[] = ['copied', 'moved', 'same'];
/** How often one object is tried. More often when there were too many requests. */
const maxAttempts = 3;
const maxAttemptsSlowed = 8;
const backoffMs = 250;
const maxBackoffMs = 30_000;
/** How long an object waits that may not be in progress now, in milliseconds. */
const idleMs = 50;

/** Failures that end the run: every other object would fail with them. */
const fatal: readonly CloudErrorCode[] = ['unauthenticated', 'aborted', 'session-closed', 'worker-lost', 'no-space'];
/** Failures that another attempt may not meet. */
const passing: readonly CloudErrorCode[] = [
  'rate-limited',
  'unavailable',
  'network',
  'timeout',
  'integrity',
  'conflict',
];

/**
 * Whether another attempt may succeed after a failure: of the network, of load, or because something changed meanwhile. Runs try
 * such an object again by themselves before they report it.
 *
 * @example
 * const again = report.failures.filter(({ error }) => error && mayPass(error)).map(({ name }) => name);
 */
export function mayPass({ code, details }: CloudFailure): boolean {
  return passing.includes(code) && details.permanent !== true;
}

/** Found objects that wait. */
class Queue<Item> {
  #items: Job<Item>[] = [];
  #at = 0;

  get length(): number {
    return this.#items.length - this.#at;
  }

  push(job: Job<Item>): void {
    this.#items.push(job);
  }

  take(): Job<Item> | undefined {
    const job = this.#items[this.#at];
    this.#at += 1;
    // Lets go of what has been taken, now and then: shifting an array takes time for each.
    if (this.#at * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#at);
      this.#at = 0;
    }
    return job;
  }
}

/** A run. It can be taken page by page, or to its end at once. */
export class Run<Item extends Result> {
  readonly #work: Work<Item>;
  readonly #progress: Progress;
  readonly #concurrency: Concurrency;
  readonly #loops: number;
  readonly #charge: Charge;
  readonly #watcher: Watcher<Item>;
  readonly #queue = new Queue<Item>();
  readonly #counts = new Map<string, number>();
  readonly #problems: Item[] = [];
  readonly #notes = new Set<string>();
  #page: Item[] | undefined;
  #bytes = 0;
  #running = 0;
  #isFinding = false;
  #isPhaseFound = false;
  #hasBegun = false;
  #hasEnded = false;
  #failure: unknown;

  constructor(work: Work<Item>, options: Omit<RunOptions<Item>, 'onResult'>, watcher: Watcher<Item>) {
    this.#work = work;
    this.#progress = new Progress(options.onProgress);
    this.#loops = options.concurrency ?? defaultConcurrency;
    this.#concurrency = adaptiveConcurrency(this.#loops);
    this.#charge = byteLimit(options.maxBytesPerSecond);
    this.#watcher = watcher;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** The first 1,000 results that are problems. */
  get problems(): readonly Item[] {
    return this.#problems;
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** Bytes of the objects that are done. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Goes on until there are some results. @returns Them, or `undefined` at the end. */
  *next(): Operation<readonly Item[] | undefined> {
    this.#page = [];
    yield* this.#goOn();
    const page = this.#page;
    this.#page = undefined;
    return page.length > 0 ? page : undefined;
  }

  /** Goes on to the end. */
  *finish(): Operation<void> {
    this.#page = undefined;
    yield* this.#goOn();
  }

  *#goOn(): Operation<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      yield* this.#goThroughPhases();
    } catch (failure) {
      const isCut = failure === cancellation;
      this.#failure = isCut ? new CloudError('aborted', 'the run was aborted; start another one') : failure;
      // Those who watch see how far it has come.
      if (isCut || isCloudError(failure)) this.#progress.report();
      if (this.#work.end) yield* this.#work.end('failed', this.#counts);
      throw failure;
    }
  }

  *#goThroughPhases(): Operation<void> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      yield* this.#work.begin({ charge: this.#charge, note: (sentence) => this.#notes.add(sentence) });
    }
    while (!this.#hasEnded) {
      yield* parallel(
        Array.from({ length: this.#loops }, (_, index) => this.#loop(index)),
        this.#loops,
      );
      if (this.#isPageFull) return;
      if (yield* this.#work.nextPhase(this.#counts)) this.#isPhaseFound = false;
      else {
        this.#hasEnded = true;
        if (this.#work.end) yield* this.#work.end('done', this.#counts);
        this.#progress.counts.isListed = true;
        this.#progress.report();
      }
    }
  }

  get #isPageFull(): boolean {
    return this.#page !== undefined && this.#page.length >= pageResults;
  }

  /** One of the loops that have an object in progress each. */
  *#loop(index: number): Operation<void> {
    for (;;) {
      const nowMs = yield* clock();
      this.#progress.tick(nowMs);
      if (this.#work.tick) yield* this.#work.tick(nowMs);
      if (this.#isPageFull) return;
      if (index >= this.#concurrency.allowed && this.#running > 0) {
        yield* sleep(idleMs);
        continue;
      }
      if (this.#needsMore) yield* this.#findMore();
      const job = this.#queue.length > 0 ? this.#queue.take() : undefined;
      if (job) yield* this.#do(job);
      else if (this.#isPhaseFound) return;
      else if (this.#isFull) yield* sleep(idleMs);
      else yield* share(this.#queue, this.#findOnce());
    }
  }

  get #needsMore(): boolean {
    // Page by page, the caller may stop: nothing is found that may not be needed.
    const ahead = this.#page ? pageResults : foundAhead;
    return !this.#isPhaseFound && !this.#isFinding && !this.#isFull && this.#queue.length < ahead;
  }

  get #isFull(): boolean {
    return (this.#work.openNames ?? 0) >= maxOpenNames;
  }

  *#findMore(): Operation<void> {
    this.#isFinding = true;
    try {
      yield* share(this.#queue, this.#findOnce());
    } finally {
      this.#isFinding = false;
    }
  }

  *#findOnce(): Operation<void> {
    if (this.#isPhaseFound) return;
    const found = yield* this.#work.more();
    const { counts } = this.#progress;
    if (!found) {
      this.#isPhaseFound = true;
      counts.isListed = true;
      return;
    }
    for (const { job, result } of found) {
      if (job) {
        counts.foundBytes += job.sizeBytes;
        counts.waitingObjects += job.objects;
        this.#queue.push(job);
      } else this.#emit(result);
    }
  }

  *#do(job: Job<Item>): Operation<void> {
    this.#running += 1;
    try {
      const results = yield* this.#attempt(job);
      // What is cut off in the middle is still to be done.
      this.#progress.counts.waitingObjects -= job.objects;
      for (const result of results) this.#emit(result);
    } finally {
      this.#running -= 1;
    }
  }

  /** Runs a job, again if it failed with what another attempt may not meet. */
  *#attempt(job: Job<Item>): Operation<readonly Item[]> {
    const { counts } = this.#progress;
    for (let attempt = 1; ; attempt += 1) {
      let countedBytes = 0;
      const watch: WatchBytes = (bytes) => {
        counts.transferredBytes += bytes - countedBytes;
        countedBytes = bytes;
      };
      try {
        const results = yield* job.run(watch);
        watch(job.sizeBytes);
        this.#concurrency.succeeded();
        return results;
      } catch (failure) {
        watch(0);
        if (!isCloudError(failure) || fatal.includes(failure.code)) throw failure;
        const isSlowed = this.#concurrency.failed(failure.code, yield* clock());
        if (!mayPass(failure) || attempt >= (isSlowed ? maxAttemptsSlowed : maxAttempts))
          return job.failed(toFailure(failure));
        const waitMs = failure.details.retryAfterMs ?? backoffMs * 2 ** attempt;
        yield* sleep(Math.min(maxBackoffMs, waitMs));
      }
    }
  }

  #emit(result: Item): void {
    const { counts } = this.#progress;
    this.#counts.set(result.outcome, (this.#counts.get(result.outcome) ?? 0) + 1);
    if (result.outcome === 'failed') counts.failedObjects += 1;
    else if (result.outcome === 'skipped') counts.skippedObjects += 1;
    else counts.doneObjects += 1;
    if (moved.includes(result.outcome)) this.#bytes += (result as { sizeBytes?: number }).sizeBytes ?? 0;
    if (this.#watcher.isProblem(result) && this.#problems.length < maxProblems) this.#problems.push(result);
    this.#page?.push(result);
    this.#watcher.onResult?.(result);
  }
}

function toFailure(failure: CloudError): CloudFailure {
  return failure instanceof CloudError ? failure.toJSON() : failure;
}
