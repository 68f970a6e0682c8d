/** The queue on BullMQ, over Redis or Valkey: one queue for each plan. */
import { setTimeout as pause } from 'node:timers/promises';
import { CloudError, invalidArgument } from '@isobar/core/provider';
import type { Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ActiveChunk } from './models.ts';
import {
  type FleetQueue,
  type HandleChunk,
  type OpenQueue,
  type QueuedChunk,
  type QueueWork,
  retryDelayMs,
} from './queue.ts';

/** Options of `redisQueue`. All are optional. */
export interface RedisQueueOptions {
  /** Before the names of all keys, so that one server can have the queues of others. Default `isobar`. */
  readonly prefix?: string;
  /**
   * After so many milliseconds without a sign of life, a worker counts as gone, and its chunk is given to another one. Default
   * 30,000.
   */
  readonly lostAfterMs?: number;
}

type Progress = Pick<ActiveChunk, 'doneObjects' | 'bytes'>;

type MakeWorker = (
  work: (job: Job<QueuedChunk>, token?: string) => Promise<void>,
  worker: string,
) => { readonly worker: Worker<QueuedChunk>; disconnect(): void };

const connectTimeoutMs = 5000;
/** How long a worker waits for the queue when it ends, in milliseconds. */
const closeTimeoutMs = 3000;
/** How often a worker looks whether everything is done, in milliseconds. */
const pollMs = 500;
/** Far more failures than a chunk can have: how often one is tried is decided by those who work on it. */
const manyAttempts = 1_000_000;
/** Chunks that one command adds. */
const addedAtOnce = 1000;
/** Chunks that workers work on, in the status. */
const maxActive = 1000;
/** Events of a queue that stay for dashboards. */
const maxEvents = 100;
/** Key of the limit of all workers together. */
const limitKey = 'limit';

/**
 * A queue on BullMQ. Redis from 6.2, or Valkey. It may lose everything: what is done is beside the plan, and workers add the rest
 * again.
 *
 * @param url Such as `redis://:password@queue.internal:6379/0`, or `rediss://…` for TLS.
 * @throws {CloudError} `invalid-argument` for something else.
 *
 * @example
 * const fleet = new Fleet({ plan, from, to, queue: redisQueue(process.env.ISOBAR_QUEUE) });
 */
export function redisQueue(
  url: string,
  { lostAfterMs = 30_000, prefix = 'isobar' }: RedisQueueOptions = {},
): OpenQueue {
  const address = checkedUrl(url);
  return async (planId) => {
    // They are loaded here, so that a fleet without this queue starts faster.
    const [{ Queue, Worker, WaitingError }, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    await checkReachable(Redis, url, address);
    const connection = connect(Redis, url, { maxRetriesPerRequest: 3 });
    const name = `fleet-${planId}`;
    const queue = new Queue<QueuedChunk>(name, { connection, prefix, streams: { events: { maxLen: maxEvents } } });
    // Each command that fails says so itself.
    queue.on('error', () => {});
    const makeWorker: MakeWorker = (work, worker) => {
      const own = connect(Redis, url, { maxRetriesPerRequest: null });
      const made = new Worker<QueuedChunk>(name, work, {
        connection: own,
        prefix,
        name: worker,
        concurrency: 1,
        lockDuration: lostAfterMs,
        stalledInterval: lostAfterMs,
        maxStalledCount: manyAttempts,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        settings: { backoffStrategy: retryDelayMs },
      });
      // A worker does not close a connection that it was given.
      return { worker: made, disconnect: () => own.disconnect() };
    };
    return new RedisQueue(queue, connection, address, makeWorker, () => new WaitingError());
  };
}

class RedisQueue implements FleetQueue {
  readonly #queue: Queue<QueuedChunk>;
  readonly #connection: Redis;
  readonly #address: string;
  readonly #makeWorker: MakeWorker;
  readonly #givesBack: () => Error;

  constructor(
    queue: Queue<QueuedChunk>,
    connection: Redis,
    address: string,
    makeWorker: MakeWorker,
    givesBack: () => Error,
  ) {
    this.#queue = queue;
    this.#connection = connection;
    this.#address = address;
    this.#makeWorker = makeWorker;
    this.#givesBack = givesBack;
  }

  async add(chunks: readonly QueuedChunk[]): Promise<void> {
    for (let start = 0; start < chunks.length; start += addedAtOnce) {
      const jobs = chunks.slice(start, start + addedAtOnce).map((chunk) => ({
        name: chunk.pass,
        data: chunk,
        opts: { jobId: `${chunk.pass}-${chunk.chunk}`, attempts: manyAttempts, backoff: { type: 'custom' } },
      }));
      await this.#ask(async () => await this.#queue.addBulk(jobs));
    }
  }

  async work(handle: HandleChunk, { isFinished, notice, signal, worker: name }: QueueWork): Promise<void> {
    let failure: unknown;
    let isReachable = true;
    const ended = new AbortController();
    const end = AbortSignal.any([signal, ended.signal]);
    const { disconnect, worker } = this.#makeWorker(async (job, token) => {
      try {
        if (!end.aborted && (await handle(job.data, attemptOf(job))) === 'done') return;
      } catch (thrown) {
        failure ??= thrown;
        ended.abort();
      }
      if (end.aborted) {
        // Without an answer it goes back when its lock expires.
        if (isReachable) await job.moveToWait(token);
        throw this.#givesBack();
      }
      throw new Error('tried again later');
    }, name);
    // A failed connection comes back by itself; a chunk that another worker has taken is that one's.
    worker.on('error', (error) => {
      if (!isReachable || !isConnectionFailure(error)) return;
      isReachable = false;
      notice(`the queue at ${this.#address} cannot be reached (${error.message}); this worker goes on when it answers`);
    });
    worker.on('ready', () => {
      if (!isReachable) notice(`the queue at ${this.#address} answers again`);
      isReachable = true;
    });
    try {
      while (!end.aborted) {
        // A queue that cannot be reached answers late.
        const count = await orAborted(
          this.#queue.getJobCountByTypes('waiting', 'delayed', 'active').catch(() => undefined),
          end,
        );
        if (count === 0 && (await isFinished())) break;
        await pause(pollMs, undefined, { signal: end }).catch(() => {});
      }
    } catch (thrown) {
      failure ??= thrown;
    } finally {
      ended.abort();
      const patience = pause(isReachable ? closeTimeoutMs : 0, undefined, { ref: false });
      await Promise.race([worker.close(!isReachable), patience]).catch(() => {});
      disconnect();
    }
    if (failure !== undefined) throw failure;
  }

  async control(command: Parameters<FleetQueue['control']>[0]): Promise<void> {
    await this.#ask(async () => {
      if (command === 'pause') await this.#queue.pause();
      else if (command === 'resume') await this.#queue.resume();
      else if (command === 'cancel') await this.#queue.obliterate({ force: true });
      else await this.#connection.set(this.#queue.toKey(limitKey), command.maxBytesPerSecond);
    });
  }

  async counts(): ReturnType<FleetQueue['counts']> {
    return await this.#ask(async () => {
      const [{ delayed = 0, waiting = 0 }, jobs, isPaused, limit] = await Promise.all([
        this.#queue.getJobCounts('waiting', 'delayed'),
        this.#queue.getActive(0, maxActive),
        this.#queue.isPaused(),
        this.#connection.get(this.#queue.toKey(limitKey)),
      ]);
      return {
        waiting,
        delayed,
        active: jobs.filter((job) => job !== undefined).map((job) => activeChunk(job as Job<QueuedChunk>)),
        isPaused,
        ...(limit !== null && { maxBytesPerSecond: Number(limit) }),
      };
    });
  }

  async close(): Promise<void> {
    await this.#queue.close().catch(() => {});
    this.#connection.disconnect();
  }

  async #ask<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (failure) {
      throw queueFailure(failure, this.#address);
    }
  }
}

function attemptOf(job: Job<QueuedChunk>): Parameters<HandleChunk>[1] {
  return {
    number: job.attemptsMade + job.stalledCounter + 1,
    lost: job.stalledCounter,
    report(progress) {
      // The status is a little older without it.
      void job.updateProgress(progress).catch(() => {});
    },
  };
}

function activeChunk({ data: { chunk, pass }, processedBy = 'a worker', progress }: Job<QueuedChunk>): ActiveChunk {
  const { bytes = 0, doneObjects = 0 } = (typeof progress === 'object' ? progress : {}) as Partial<Progress>;
  return { pass, chunk, worker: processedBy, doneObjects, bytes };
}

/** What a promise resolves to, or `undefined` as soon as the signal fires. */
async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  if (signal.aborted) return undefined;
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = (): void => resolve(undefined);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Checks the address. @returns It without the password, for messages. */
function checkedUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw invalidArgument('url', 'must be the address of a server of Redis or Valkey, such as redis://127.0.0.1:6379');
  }
  if (!['redis:', 'rediss:'].includes(parsed.protocol)) {
    throw invalidArgument('url', `must begin with redis:// or rediss://, not ${parsed.protocol}//`);
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

function connect(
  Connection: typeof Redis,
  url: string,
  options: { readonly maxRetriesPerRequest: number | null },
): Redis {
  const connection = new Connection(url, {
    ...options,
    connectTimeout: connectTimeoutMs,
    retryStrategy: (attempts: number) => Math.min(2000, 100 * attempts),
  });
  // Each command that fails says so itself.
  connection.on('error', () => {});
  return connection;
}

/** Connects once. @throws {CloudError} `network`, `unauthenticated`. */
async function checkReachable(Connection: typeof Redis, url: string, address: string): Promise<void> {
  let reason: unknown;
  const connection = new Connection(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  connection.on('error', (error) => {
    reason ??= error;
  });
  try {
    await connection.connect();
    await connection.ping();
  } catch (failure) {
    throw queueFailure(reason ?? failure, address);
  } finally {
    connection.disconnect();
  }
}

function isConnectionFailure(error: Error): boolean {
  // Failures of the queue's own scripts have numbers.
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' || /connection is closed|max retries per request/i.test(error.message);
}

function queueFailure(failure: unknown, address: string): unknown {
  if (!(failure instanceof Error)) return failure;
  if (/WRONGPASS|NOAUTH|invalid username-password/i.test(failure.message)) {
    return new CloudError(
      'unauthenticated',
      `the queue at ${address} does not accept the name or password in its address`,
    );
  }
  if (!isConnectionFailure(failure)) return failure;
  const { code } = failure as { readonly code?: unknown };
  const reason = failure.message || String(code ?? 'no answer');
  return new CloudError('network', `the queue at ${address} cannot be reached: ${reason}`, {}, { cause: failure });
}
