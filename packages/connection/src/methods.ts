/**
 * Makes the methods of drivers, one for each operation of a provider. A method checks the options of the call, makes the
 * operation, listing or stream, and converts it. All methods come from the provider's operations and its table of methods;
 * this file names none of them.
 */
import type { AsyncByteStream, AsyncListing, BlockingByteStream, BlockingListing } from '@isobar/core';
import {
  type Argument,
  type ByteReader,
  type ByteStream,
  type CloudError,
  invalidArgument,
  type Listing,
  type Method,
  makeByteStream,
  makeListing,
  nextCursor,
  type Operation,
  on,
  type Page,
} from '@isobar/core/provider';
import type { AnyCallOptions } from './calls/call.ts';
import { DriverCall, type DriverHandle } from './calls/driver-call.ts';
import type { AsyncRunner as WholeAsyncRunner, BlockingRunner as WholeBlockingRunner } from './calls/runner.ts';
import { checkCallOptions } from './option-names.ts';
import { type CalledMethod, located, observeOperation } from './tracing.ts';

type AsyncRunner = Pick<WholeAsyncRunner, 'run'>;
type BlockingRunner = Pick<WholeBlockingRunner, 'run'>;

/** What the methods of a driver are made of. */
interface Source {
  readonly provider: { readonly id: string };
  /** The provider's operations by name. */
  readonly operations: unknown;
  readonly methods: Readonly<Record<string, Method>>;
}

/** Methods by name. Values that are not functions are copied unchanged. */
export type Methods = Record<string, unknown>;

/** Makes the methods of a blocking driver. */
export function blockingMethods(source: Source, runner: BlockingRunner): Methods {
  return methodsOf(source, false, {
    operation: (called, made, options) => runner.run(called, made, options),
    listing: (called, made, options) => blockingListing(made, called, runner, options),
    stream: (called, made, options) => blockingBytes(made, called, runner, options),
  });
}

/** Makes the methods of an asynchronous driver. */
export function asyncMethods(source: Source, runner: AsyncRunner): Methods {
  return methodsOf(source, true, {
    operation: (called, made, options) => runner.run(called, made, options),
    listing: (called, made, options) => asyncListing(made, called, runner, options),
    stream: (called, made, options) => asyncBytes(made, called, runner, options),
  });
}

/**
 * Makes operations of a driver that can be parts of an operation that runs on another driver. Whatever they return runs on
 * the connection of their own driver.
 */
export function connectedOperations(source: Source, handle: DriverHandle): Methods {
  return methodsOf(source, false, {
    operation: (called, made, options) => runOn(handle, called, made, options),
    listing: (called, made, options) => makeListing((cursor) => runOn(handle, called, made.page(cursor), options)),
    stream: (called, made, options) => connectedBytes(made, (operation) => runOn(handle, called, operation, options)),
  });
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
    return { next: () => run(reader.next()), object: () => run(reader.object()), close: () => run(reader.close()) };
  });
}

/** Makes what a driver's method returns of what the provider's method returned, for each kind of method. */
interface Results {
  operation(called: CalledMethod, made: Operation<unknown>, options: AnyCallOptions): unknown;
  listing(called: CalledMethod, made: Listing<unknown>, options: AnyCallOptions): unknown;
  stream(called: CalledMethod, made: ByteStream, options: AnyCallOptions): unknown;
}

type Member = (...args: unknown[]) => unknown;
type ToResult = (called: CalledMethod, made: unknown, options: AnyCallOptions) => unknown;

const noOptions: AnyCallOptions = {};

function methodsOf({ methods, operations, provider }: Source, isAsync: boolean, results: Results): Methods {
  return Object.fromEntries(
    Object.entries(operations as object).map(([name, member]) => {
      if (typeof member !== 'function') return [name, member];
      const method = methods[name];
      if (!method) throw missingEntry(provider.id, name);
      const called = { provider: provider.id, operation: name, argumentNames: argumentNamesOf(method) };
      return [name, methodOf(called, member as Member, method, isAsync, results)];
    }),
  );
}

function missingEntry(provider: string, method: string): CloudError {
  return invalidArgument('provider', `${provider} has no entry for ${method} in its \`methods\``, { provider });
}

function argumentNamesOf({ arguments: args, kind }: Method): string[] {
  const names = args.map(({ name }) => name);
  return kind === 'value' ? names : [...names, 'options'];
}

function methodOf(
  called: CalledMethod,
  member: Member,
  { arguments: expected, kind, options: checks }: Method,
  isAsync: boolean,
  results: Results,
): Member {
  if (kind === 'value') return (...args) => callMember(called, member, args);
  const at = expected.length;
  const toResult = results[kind] as ToResult;
  return (...args) => {
    const options = args[at];
    if (options === undefined) return toResult(called, callMember(called, member, args), noOptions);
    try {
      checkCallOptions(options, checks, isAsync);
    } catch (failure) {
      const refused = firstWrong(expected, args) ?? failure;
      // An asynchronous call rejects its promise.
      if (kind === 'operation') return results.operation(called, failed(refused), noOptions);
      throw located(refused, called);
    }
    return toResult(called, callMember(called, member, args), options);
  };
}

function callMember(called: CalledMethod, member: Member, args: unknown[]): unknown {
  try {
    return member(...args);
  } catch (failure) {
    throw located(failure, called);
  }
}

/**
 * The error about the first wrong argument of a call with wrong options. It comes before the error about the options,
 * because swapped arguments also put a wrong value in the place of the options.
 */
function firstWrong(expected: readonly Argument[], args: readonly unknown[]): unknown {
  for (const [index, { check, name }] of expected.entries()) {
    try {
      check(name, args[index]);
    } catch (failure) {
      return failure;
    }
  }
  return undefined;
}

/** An operation that fails. */
// biome-ignore lint/correctness/useYield: it has no steps
function* failed(failure: unknown): Operation<never> {
  throw failure;
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

/**
 * The passes over a stream. `object()` opens one, which the next loop continues. Afterwards the loop's own reader describes the
 * object, without another request.
 */
class Passes {
  readonly #bytes: ByteStream;
  /** The reader that `object()` opened and no loop has taken. */
  #waiting: ByteReader | undefined;
  #latest: ByteReader | undefined;

  constructor(bytes: ByteStream) {
    this.#bytes = bytes;
  }

  /** The reader of a new loop. */
  begin(): ByteReader {
    this.#latest = this.#waiting ?? this.#bytes.open();
    this.#waiting = undefined;
    return this.#latest;
  }

  /** The reader that describes the object. */
  describing(): ByteReader {
    this.#latest ??= this.#waiting ??= this.#bytes.open();
    return this.#latest;
  }
}

function blockingBytes(
  bytes: ByteStream,
  trace: CalledMethod,
  runner: BlockingRunner,
  options: AnyCallOptions,
): BlockingByteStream<unknown> {
  const passes = new Passes(bytes);
  return {
    object: () => runner.run(trace, passes.describing().object(), options),
    *[Symbol.iterator]() {
      const reader = passes.begin();
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
): AsyncByteStream<unknown> {
  const passes = new Passes(bytes);
  return {
    object: () => runner.run(trace, passes.describing().object(), options),
    async *[Symbol.asyncIterator]() {
      const reader = passes.begin();
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
