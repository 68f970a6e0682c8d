/**
 * Drivers: the objects that users call. A driver has a method for each operation of its provider; the method looks at the
 * options of the call, calls the operation and looks at what came back. Methods follow from the provider's operations,
 * and what they take from its `callOptions`: this file names none of them.
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
import { type CalledMethod, located } from './tracing.ts';

type AsyncRunner = Pick<WholeAsyncRunner, 'run'>;
type BlockingRunner = Pick<WholeBlockingRunner, 'run'>;

/** A provider's operations, as far as a driver must know them. */
export type OperationTable = Readonly<Record<string, unknown>>;

/**
 * The arguments and options of methods by their names. A method that is not there takes no options of calls: which of its
 * arguments they would be nobody can tell, and one that is something else must not be taken for them.
 */
export type OptionTable = Readonly<Record<string, MethodOptions>>;

/** Methods by name; values that are no functions are passed on as they are. */
export type Methods = Record<string, unknown>;

/** The methods of a blocking driver. */
export function blockingMethods(
  operations: OperationTable,
  runner: BlockingRunner,
  provider: string,
  options: OptionTable = {},
): Methods {
  const show: Common['show'] = (method, outcome, callOptions) => {
    if (isListing(outcome)) return blockingListing(outcome, method, runner, callOptions);
    if (isByteStream(outcome)) return blockingBytes(outcome, method, runner, callOptions);
    return isOperation(outcome) ? runner.run(method, outcome, callOptions) : outcome;
  };
  return mapMembers(operations, { provider, options, isAsync: false, show });
}

/** The methods of an asynchronous driver. */
export function asyncMethods(
  operations: OperationTable,
  runner: AsyncRunner,
  provider: string,
  options: OptionTable = {},
): Methods {
  const show: Common['show'] = (method, outcome, callOptions) => {
    if (isListing(outcome)) return asyncListing(outcome, method, runner, callOptions);
    if (isByteStream(outcome)) return asyncBytes(outcome, method, runner, callOptions);
    return isOperation(outcome) ? runner.run(method, outcome, callOptions) : outcome;
  };
  return mapMembers(operations, { provider, options, isAsync: true, show });
}

/** What the methods of a driver have in common. */
interface Common {
  readonly provider: string;
  readonly options: OptionTable;
  readonly isAsync: boolean;
  /** Makes what a method returns of what its operation is. */
  show(method: CalledMethod, outcome: unknown, options: AnyCallOptions): unknown;
}

type Member = (...args: unknown[]) => unknown;

const none: AnyCallOptions = {};

function mapMembers(operations: OperationTable, common: Common): Methods {
  return Object.fromEntries(
    Object.entries(operations).map(([name, member]) => [
      name,
      typeof member === 'function' ? methodOf(name, member as Member, common) : member,
    ]),
  );
}

function methodOf(operation: string, member: Member, { provider, options: table, isAsync, show }: Common): Member {
  const known = table[operation];
  if (!known) {
    const method = { provider, operation };
    return (...args) => show(method, callMember(member, args, method), none);
  }
  const at = known.length - 1;
  const names = known[at] as Readonly<Record<string, true>>;
  const method = { provider, operation, argumentNames: [...(known.slice(0, at) as string[]), 'options'] };
  return (...args) => {
    const options = args[at] as AnyCallOptions | undefined;
    const wrong = wrongOptions(options, names, isAsync);
    if (!wrong) return show(method, callMember(member, args, method), options ?? none);
    return show(method, refused(callMember(member, args.slice(0, at), method), wrong, method), none);
  };
}

function callMember(member: Member, args: unknown[], method: CalledMethod): unknown {
  try {
    return member(...args);
  } catch (failure) {
    throw located(failure, method);
  }
}

/** What comes of a call with wrong options: an operation fails when it is run, as it would do by itself. */
function refused(outcome: unknown, failure: CloudError, method: CalledMethod): unknown {
  const fail = (): never => {
    beginOf(outcome)?.next();
    throw failure;
  };
  if (!isOperation(outcome)) return callMember(fail, [], method);
  // biome-ignore lint/correctness/useYield: an operation that only fails
  return (function* (): Operation<never> {
    return fail();
  })();
}

/**
 * The operation that looks at the arguments of a call. It does so before its first step, so one that is begun throws what
 * is wrong with an argument, of which a caller must hear before wrong options: who has mixed up arguments has put something
 * else there. That step is never performed, so nothing has happened that would have to be undone.
 */
function beginOf(outcome: unknown): Operation<unknown> | undefined {
  if (isListing(outcome)) return outcome.page(undefined);
  if (isByteStream(outcome)) return outcome.open().next();
  return isOperation(outcome) ? outcome : undefined;
}

function isOperation(outcome: unknown): outcome is Operation<unknown> {
  return typeof outcome === 'object' && outcome !== null && Symbol.iterator in outcome && 'throw' in outcome;
}

function blockingListing<Item>(
  listing: Listing<Item>,
  trace: CalledMethod,
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
  trace: CalledMethod,
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
  trace: CalledMethod,
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
  trace: CalledMethod,
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
