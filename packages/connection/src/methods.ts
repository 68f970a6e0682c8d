/**
 * Makes the methods of drivers, one for each operation of a provider. A method checks the options of the call, makes the
 * operation and converts it to a result, listing or stream. All methods come from the provider's operations and
 * `callOptions`; this file names none of them.
 */
import type { AsyncListing, BlockingListing } from '@isobar/core';
import {
  type ByteStream,
  type CloudError,
  isByteStream,
  isListing,
  type Listing,
  type MethodOptions,
  makeByteStream,
  makeListing,
  nextCursor,
  type Operation,
  on,
  type Page,
} from '@isobar/core/provider';
import { DriverCall, type DriverHandle } from './driver-call.ts';
import { wrongOptions } from './option-names.ts';
import type {
  AnyCallOptions,
  AsyncRunner as WholeAsyncRunner,
  BlockingRunner as WholeBlockingRunner,
} from './runner.ts';
import { type CalledMethod, located, observeOperation } from './tracing.ts';

type AsyncRunner = Pick<WholeAsyncRunner, 'run'>;
type BlockingRunner = Pick<WholeBlockingRunner, 'run'>;

/** A provider's operations by name. */
export type OperationTable = Readonly<Record<string, unknown>>;

/**
 * The arguments and options of methods, by method name. A method without an entry takes no call options, because the
 * position of its options is unknown.
 */
export type OptionTable = Readonly<Record<string, MethodOptions>>;

/** Methods by name. Values that are not functions are copied unchanged. */
export type Methods = Record<string, unknown>;

/** Makes the methods of a blocking driver. */
export function blockingMethods(
  operations: OperationTable,
  runner: BlockingRunner,
  provider: string,
  options: OptionTable = {},
): Methods {
  const toResult: Common['toResult'] = (method, outcome, callOptions) => {
    if (isListing(outcome)) return blockingListing(outcome, method, runner, callOptions);
    if (isByteStream(outcome)) return blockingBytes(outcome, method, runner, callOptions);
    return isOperation(outcome) ? runner.run(method, outcome, callOptions) : outcome;
  };
  return mapMembers(operations, { provider, options, isAsync: false, toResult });
}

/** Makes the methods of an asynchronous driver. */
export function asyncMethods(
  operations: OperationTable,
  runner: AsyncRunner,
  provider: string,
  options: OptionTable = {},
): Methods {
  const toResult: Common['toResult'] = (method, outcome, callOptions) => {
    if (isListing(outcome)) return asyncListing(outcome, method, runner, callOptions);
    if (isByteStream(outcome)) return asyncBytes(outcome, method, runner, callOptions);
    return isOperation(outcome) ? runner.run(method, outcome, callOptions) : outcome;
  };
  return mapMembers(operations, { provider, options, isAsync: true, toResult });
}

/**
 * Makes operations of a driver that can be parts of an operation that runs on another driver. Whatever they return runs on
 * the connection of their own driver.
 */
export function connectedOperations(
  operations: OperationTable,
  handle: DriverHandle,
  options: OptionTable = {},
): Methods {
  const toResult: Common['toResult'] = (method, outcome, callOptions) => {
    const run = <Result>(operation: Operation<Result>): Operation<Result> =>
      runOn(handle, method, operation, callOptions);
    if (isListing(outcome)) return makeListing((cursor) => run(outcome.page(cursor)));
    if (isByteStream(outcome)) return connectedBytes(outcome, run);
    return isOperation(outcome) ? run(outcome) : outcome;
  };
  return mapMembers(operations, { provider: handle.provider, options, isAsync: false, toResult });
}

function* runOn<Result>(
  handle: DriverHandle,
  method: CalledMethod,
  operation: Operation<Result>,
  options: AnyCallOptions,
): Operation<Result> {
  const observer = observeOperation(method);
  try {
    const result = yield* on(new DriverCall(handle, method, options), operation);
    observer?.succeed(result);
    return result;
  } catch (failure) {
    const thrown = located(failure, method);
    observer?.fail(thrown);
    throw thrown;
  }
}

function connectedBytes(
  bytes: ByteStream,
  run: <Result>(operation: Operation<Result>) => Operation<Result>,
): ByteStream {
  return makeByteStream(() => {
    const reader = bytes.open();
    return { next: () => run(reader.next()), close: () => run(reader.close()) };
  });
}

/** What the methods of a driver share. */
interface Common {
  readonly provider: string;
  readonly options: OptionTable;
  readonly isAsync: boolean;
  /** Converts a provider method's return value to what the driver's method returns. */
  toResult(method: CalledMethod, outcome: unknown, options: AnyCallOptions): unknown;
}

type Member = (...args: unknown[]) => unknown;

const noOptions: AnyCallOptions = {};

function mapMembers(operations: OperationTable, common: Common): Methods {
  return Object.fromEntries(
    Object.entries(operations).map(([name, member]) => [
      name,
      typeof member === 'function' ? methodOf(name, member as Member, common) : member,
    ]),
  );
}

function methodOf(operation: string, member: Member, { provider, options: table, isAsync, toResult }: Common): Member {
  const known = table[operation];
  if (!known) {
    const method = { provider, operation };
    return (...args) => toResult(method, callMember(member, args, method), noOptions);
  }
  const at = known.length - 1;
  const names = known[at] as Readonly<Record<string, true>>;
  const method = { provider, operation, argumentNames: [...(known.slice(0, at) as string[]), 'options'] };
  return (...args) => {
    const options = args[at] as AnyCallOptions | undefined;
    const wrong = wrongOptions(options, names, isAsync);
    if (!wrong) return toResult(method, callMember(member, args, method), options ?? noOptions);
    return toResult(method, refused(callMember(member, args.slice(0, at), method), wrong, method), noOptions);
  };
}

function callMember(member: Member, args: unknown[], method: CalledMethod): unknown {
  try {
    return member(...args);
  } catch (failure) {
    throw located(failure, method);
  }
}

/** The outcome of a call with wrong options. An operation fails when it is driven; other outcomes fail immediately. */
function refused(outcome: unknown, failure: CloudError, method: CalledMethod): unknown {
  const fail = (): never => {
    firstOperationOf(outcome)?.next();
    throw failure;
  };
  if (!isOperation(outcome)) return callMember(fail, [], method);
  // biome-ignore lint/correctness/useYield: an operation that only fails
  return (function* (): Operation<never> {
    return fail();
  })();
}

/**
 * The operation that checks the arguments of a call. It checks them before its first step, so starting it throws the error
 * about a wrong argument. That error must come before one about options, because swapped arguments also put a wrong value
 * in the place of the options. The first step is not performed, so there is nothing to undo.
 */
function firstOperationOf(outcome: unknown): Operation<unknown> | undefined {
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
      // A page that is cancelled, or fails before the caller needs it, must not cause an unhandled rejection.
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
        runner.run(trace, reader.close(), noOptions);
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
        await runner.run(trace, reader.close(), noOptions);
      }
    },
  };
}
