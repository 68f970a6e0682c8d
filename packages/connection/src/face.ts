/**
 * Faces: the objects that users call. A face has a method for each operation of its provider; the method calls the
 * operation and looks at what came back. There is no list of names here, so none can fall behind.
 */

import type { AsyncListing, BlockingListing } from '@isobar/core';
import {
  type ByteStream,
  type CloudError,
  isByteStream,
  isListing,
  type Listing,
  type MethodOptions,
  nextCursor,
  type Operation,
  type Page,
} from '@isobar/core/provider';
import { wrongOptions } from './option-names.ts';
import type {
  AnyCallOptions,
  AsyncRunner as WholeAsyncRunner,
  BlockingRunner as WholeBlockingRunner,
} from './runner.ts';
import { located, type OperationTrace } from './tracing.ts';

type AsyncRunner = Pick<WholeAsyncRunner, 'run'>;
type BlockingRunner = Pick<WholeBlockingRunner, 'run'>;

/** A provider's operations, as far as a face must know them. */
export type OperationTable = Readonly<Record<string, unknown>>;

/** The options of methods by their names; methods that are not there take any. */
export type OptionTable = Readonly<Record<string, MethodOptions>>;

/** Methods by name; values that are no functions are passed on as they are. */
export type Methods = Record<string, unknown>;

/** The methods of a blocking face. */
export function blockingMethods(
  operations: OperationTable,
  runner: BlockingRunner,
  provider: string,
  options: OptionTable = {},
): Methods {
  return mapMembers(operations, { provider, options, isAsync: false }, (trace, outcome, options) => {
    if (isListing(outcome)) return blockingListing(outcome, trace, runner, options);
    if (isByteStream(outcome)) return blockingBytes(outcome, trace, runner, options);
    return isOperation(outcome) ? runner.run(trace, outcome, options) : outcome;
  });
}

/** The methods of an asynchronous face. */
export function asyncMethods(
  operations: OperationTable,
  runner: AsyncRunner,
  provider: string,
  options: OptionTable = {},
): Methods {
  return mapMembers(operations, { provider, options, isAsync: true }, (trace, outcome, options) => {
    if (isListing(outcome)) return asyncListing(outcome, trace, runner, options);
    if (isByteStream(outcome)) return asyncBytes(outcome, trace, runner, options);
    return isOperation(outcome) ? runner.run(trace, outcome, options) : outcome;
  });
}

/** What the methods of a face have in common. */
interface Common {
  readonly provider: string;
  readonly options: OptionTable;
  readonly isAsync: boolean;
}

function mapMembers(
  operations: OperationTable,
  { provider, options, isAsync }: Common,
  show: (trace: OperationTrace, outcome: unknown, options: AnyCallOptions) => unknown,
): Methods {
  const methods: Methods = {};
  for (const [name, member] of Object.entries(operations)) {
    if (typeof member !== 'function') {
      methods[name] = member;
      continue;
    }
    const known = options[name];
    const trace = { provider, operation: name };
    methods[name] = (...args: unknown[]) => {
      const outcome = callMember(member as Member, args, trace);
      const wrong = known && wrongOptions(args, known, isAsync);
      return show(trace, wrong ? refused(outcome, wrong, trace) : outcome, callOptionsOf(args));
    };
  }
  return methods;
}

type Member = (...args: unknown[]) => unknown;

function callMember(member: Member, args: unknown[], trace: OperationTrace): unknown {
  try {
    return member(...args);
  } catch (failure) {
    throw located(failure, trace);
  }
}

/** What comes of a call with wrong options: an operation fails when it is run, as it would do by itself. */
function refused(outcome: unknown, failure: CloudError, trace: OperationTrace): Operation<never> {
  if (!isOperation(outcome)) throw located(failure, trace);
  // biome-ignore lint/correctness/useYield: an operation that only fails
  return (function* (): Operation<never> {
    throw failure;
  })();
}

const none: AnyCallOptions = {};

/** Call options go last in every method, so the last argument is looked at, whatever else it holds. */
function callOptionsOf(args: readonly unknown[]): AnyCallOptions {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null ? (last as AnyCallOptions) : none;
}

function isOperation(outcome: unknown): outcome is Operation<unknown> {
  return typeof outcome === 'object' && outcome !== null && Symbol.iterator in outcome && 'throw' in outcome;
}

function blockingListing<Item>(
  listing: Listing<Item>,
  trace: OperationTrace,
  runner: BlockingRunner,
  options: AnyCallOptions,
): BlockingListing<Item> {
  function* pages(from: { readonly cursor?: string } = {}): Generator<Page<Item>, void> {
    let cursor = from.cursor;
    do {
      const page = runner.run(trace, listing.page(cursor), options);
      yield page;
      cursor = nextCursor(page, cursor);
    } while (cursor !== undefined);
  }
  function* items(): Generator<Item, void> {
    for (const page of pages()) yield* page.items;
  }
  return { pages, toArray: () => [...items()], [Symbol.iterator]: items };
}

function asyncListing<Item>(
  listing: Listing<Item>,
  trace: OperationTrace,
  runner: AsyncRunner,
  options: AnyCallOptions,
): AsyncListing<Item> {
  async function* pages(from: { readonly cursor?: string } = {}): AsyncGenerator<Page<Item>, void> {
    const ended = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
    const fetchAhead = (cursor: string): Promise<Page<Item>> => {
      const page = runner.run(trace, listing.page(cursor), { ...options, signal });
      // A page that is given up, or fails before it is asked for, must not count as an unhandled rejection.
      page.catch(() => {});
      return page;
    };
    let { cursor } = from;
    let ahead: Promise<Page<Item>> | undefined;
    try {
      do {
        const page: Page<Item> = await (ahead ?? runner.run(trace, listing.page(cursor), options));
        cursor = nextCursor(page, cursor);
        ahead = cursor !== undefined && options.prefetch !== false ? fetchAhead(cursor) : undefined;
        yield page;
      } while (cursor !== undefined);
    } finally {
      ended.abort();
    }
  }
  async function* items(): AsyncGenerator<Item, void> {
    for await (const page of pages()) yield* page.items;
  }
  return { pages, toArray: () => Array.fromAsync(items()), [Symbol.asyncIterator]: items };
}

function blockingBytes(
  bytes: ByteStream,
  trace: OperationTrace,
  runner: BlockingRunner,
  options: AnyCallOptions,
): Iterable<Uint8Array> {
  return {
    *[Symbol.iterator]() {
      const reader = bytes.open();
      try {
        for (;;) {
          const piece = runner.run(trace, reader.next(), options);
          if (piece === undefined) return;
          yield piece;
        }
      } finally {
        runner.run(trace, reader.close(), none);
      }
    },
  };
}

function asyncBytes(
  bytes: ByteStream,
  trace: OperationTrace,
  runner: AsyncRunner,
  options: AnyCallOptions,
): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      const reader = bytes.open();
      try {
        for (;;) {
          const piece = await runner.run(trace, reader.next(), options);
          if (piece === undefined) return;
          yield piece;
        }
      } finally {
        await runner.run(trace, reader.close(), none);
      }
    },
  };
}
