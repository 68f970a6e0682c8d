/** What calls about many objects share: taking items as they are needed, slots, progress, and outcomes for each item. */
import { describe } from '../../arguments.ts';
import { type CloudErrorCode, type CloudFailure, invalidArgument, isCloudError } from '../../errors.ts';
import { cleanUp, type Operation } from '../../operations/operation.ts';
import { parallel, share } from '../../steps/flow-steps.ts';
import { invoke } from '../../steps/local-steps.ts';
import type { FolderProgress } from '../options.ts';

/** Items of a caller. Asynchronous ones, such as an asynchronous listing, can be taken in asynchronous calls only. */
export type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

/** Takes items one after the other. */
export interface ItemReader<Item> {
  /** The next item; `undefined` at the end. Errors of the caller's iterable pass unchanged. */
  next(): Operation<{ readonly item: Item } | undefined>;
  /** Ends an iterable that has not ended. */
  close(): Operation<void>;
}

/** Errors that affect all objects, so they end the call. */
const fatalCodes: readonly CloudErrorCode[] = ['unauthenticated', 'aborted', 'session-closed', 'worker-lost'];

/** Objects in progress by default. */
const defaultConcurrency = 16;

/** Whether a value is iterable, asynchronously or not. A string is iterable too, but is not meant. */
export function areItems(items: unknown): items is Items<unknown> {
  if (typeof items !== 'object' || items === null) return false;
  return Symbol.iterator in items || Symbol.asyncIterator in items;
}

/**
 * Starts to take items.
 *
 * @throws {CloudError} `invalid-argument` for an asynchronous iterable in a blocking call, before anything is taken of it.
 */
export function* openItems<Item>(items: Items<Item>, field: string): Operation<ItemReader<Item>> {
  return Symbol.iterator in items ? plainReader(items) : yield* awaitingReader(items, field);
}

function plainReader<Item>(items: Iterable<Item>): ItemReader<Item> {
  const iterator = items[Symbol.iterator]();
  let hasEnded = false;
  return {
    // biome-ignore lint/correctness/useYield: the items are there
    *next() {
      // An iterator that throws has ended too.
      const wasEnded = hasEnded;
      hasEnded = true;
      const { done, value } = wasEnded ? { done: true as const, value: undefined } : iterator.next();
      if (done) return undefined;
      hasEnded = false;
      return { item: value };
    },
    // biome-ignore lint/correctness/useYield: nothing waits
    *close() {
      if (!hasEnded) iterator.return?.();
    },
  };
}

function* awaitingReader<Item>(items: AsyncIterable<Item>, field: string): Operation<ItemReader<Item>> {
  yield* invoke(
    () => Promise.resolve(),
    [],
    () => {
      const way = 'pass an array, or an iterable or listing of a blocking driver';
      return invalidArgument(
        field,
        `must be readable without awaiting in a blocking call, not ${describe(items)}; ${way}`,
      );
    },
  );
  const iterator = items[Symbol.asyncIterator]();
  let hasEnded = false;
  return {
    *next() {
      if (hasEnded) return undefined;
      hasEnded = true;
      const { done, value } = yield* invoke(() => iterator.next(), []);
      if (done) return undefined;
      hasEnded = false;
      return { item: value };
    },
    *close() {
      if (!hasEnded && iterator.return) yield* cleanUp(invoke(() => iterator.return?.(), []));
    },
  };
}

/** One object to transfer. */
export interface Transfer<Done, Failed> {
  /** Transfers it. @returns What the result lists, and how many bytes that is. */
  run(onProgress: Watch): Operation<{ readonly done: Done; readonly sizeBytes: number }>;
  /** What the result lists when it failed. */
  failed(error: CloudFailure): Failed;
}

/** Receives the progress of one object; absent when nobody watches. */
export type Watch = ((progress: { readonly transferredBytes: number }) => void) | undefined;

/** Options of a call that transfers many objects. */
interface ManyOptions {
  readonly concurrency?: number;
  readonly onProgress?: (progress: FolderProgress) => void;
}

/**
 * Transfers objects, several at once. A single failure does not fail the call, unless it affects all objects.
 *
 * @param find Finds more objects, at least one; `undefined` at the end. Called when a slot is free and none waits.
 * @returns Both lists in the order in which the objects were found.
 */
export function* transferMany<Done, Failed>(
  find: () => Operation<readonly Transfer<Done, Failed>[] | undefined>,
  { concurrency = defaultConcurrency, onProgress }: ManyOptions,
): Operation<{ readonly done: Done[]; readonly failed: Failed[] }> {
  const waiting: Transfer<Done, Failed>[] = [];
  const outcomes: ({ readonly done: Done } | { readonly failed: Failed })[] = [];
  const progress = { doneObjects: 0, failedObjects: 0, transferredBytes: 0 };
  let hasEnded = false;
  let count = 0;

  function* findMore(): Operation<void> {
    if (waiting.length > 0 || hasEnded) return;
    const found = yield* find();
    if (found === undefined) hasEnded = true;
    else waiting.push(...found);
  }

  /** One of the loops that transfer objects at the same time. */
  function* transferNext(): Operation<void> {
    for (;;) {
      const transfer = waiting.shift();
      if (transfer) {
        const index = count;
        count += 1;
        outcomes[index] = yield* transferOne(transfer);
        onProgress?.({ ...progress });
      } else if (hasEnded) return;
      else yield* share(waiting, findMore());
    }
  }

  function* transferOne(
    transfer: Transfer<Done, Failed>,
  ): Operation<{ readonly done: Done } | { readonly failed: Failed }> {
    let passedBytes = 0;
    const report = (bytes: number): void => {
      progress.transferredBytes += bytes - passedBytes;
      passedBytes = bytes;
    };
    const watch: Watch =
      onProgress &&
      (({ transferredBytes }) => {
        report(transferredBytes);
        onProgress({ ...progress });
      });
    try {
      const { done, sizeBytes } = yield* transfer.run(watch);
      report(sizeBytes);
      progress.doneObjects += 1;
      return { done };
    } catch (failure) {
      if (!isCloudError(failure) || fatalCodes.includes(failure.code)) throw failure;
      progress.failedObjects += 1;
      return { failed: transfer.failed(failure.toJSON()) };
    }
  }

  yield* parallel(
    Array.from({ length: concurrency }, () => transferNext()),
    concurrency,
  );
  return {
    done: outcomes.flatMap((outcome) => ('done' in outcome ? [outcome.done] : [])),
    failed: outcomes.flatMap((outcome) => ('failed' in outcome ? [outcome.failed] : [])),
  };
}
