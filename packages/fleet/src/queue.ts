/**
 * What a fleet needs of a queue: four functions, and `close`. A queue may forget everything, and hand out a chunk twice: what is
 * done is written beside the plan.
 */
import type { QueueCounts } from './models.ts';

/** A chunk that waits: small, plain data. */
export interface QueuedChunk {
  /** Name of the pass. */
  readonly pass: string;
  readonly chunk: number;
  readonly sha256: string;
}

/** A chunk that is worked on. */
export interface Attempt {
  /** How often the chunk was begun, this time included, as far as the queue remembers. */
  readonly number: number;
  /** How often its worker disappeared. */
  readonly lost: number;
  /** Tells the others how far it has come. */
  report(progress: { readonly doneObjects: number; readonly bytes: number }): void;
}

/**
 * Works on a chunk. `done`: it leaves the queue. `later`: it is tried again after a while. If it throws, the chunk goes back for
 * other workers, and this one ends with the error.
 */
export type HandleChunk = (chunk: QueuedChunk, attempt: Attempt) => Promise<'done' | 'later'>;

/** How to work. */
export interface QueueWork {
  /** Name of this worker. */
  readonly worker: string;
  /** Ends the work; the handler ends a chunk that is worked on by itself. */
  readonly signal: AbortSignal;
  /** Called when the queue is empty. May add chunks. @returns Whether there is nothing left to do. */
  isFinished(): Promise<boolean>;
  /** Says what the person should know, such as that the queue cannot be reached. */
  notice(sentence: string): void;
}

/** What all workers obey. */
export type QueueCommand =
  | 'pause'
  | 'resume'
  /** Forgets all chunks. */
  | 'cancel'
  /** 0: no limit. */
  | { readonly maxBytesPerSecond: number };

/** The queue of one plan. */
export interface FleetQueue {
  /** Adds chunks. Those that it has already stay as they are. */
  add(chunks: readonly QueuedChunk[]): Promise<void>;
  /** Works until nothing is left to do, or the signal fires. */
  work(handle: HandleChunk, options: QueueWork): Promise<void>;
  control(command: QueueCommand): Promise<void>;
  counts(): Promise<QueueCounts>;
  close(): Promise<void>;
}

/** Opens the queue of a plan. See `redisQueue`. @throws {CloudError} `network` when it cannot be reached; `unauthenticated`. */
export type OpenQueue = (planId: string) => Promise<FleetQueue>;

/** How long a chunk waits that is tried again, in milliseconds. @param attempts How often it was tried. */
export function retryDelayMs(attempts: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, attempts - 1));
}
