/**
 * The types of drivers, derived from one table of operations.
 *
 * | the provider's method returns | blocking driver | async driver |
 * | --- | --- | --- |
 * | `Operation<Result>` | `Result` | `Promise<Result>` |
 * | `Listing<Item>` | `BlockingListing<Item>` | `AsyncListing<Item>` |
 * | `ByteStream<Described>` | `BlockingByteStream<Described>` | `AsyncByteStream<Described>` |
 * | anything else | the same | the same |
 *
 * The options of a method come last. An async driver's also have `signal`.
 *
 * Mapped types keep only the last overload and erase type parameters, so operations have neither.
 */
import type { BlobLike, ByteStream, WebStream } from '../bytes.ts';
import type { Listing, Page } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';
import type { Cancellable } from './call-options.ts';
import type { KindOf } from './methods.ts';

/** A blocking listing: iterate over its items or its pages, or collect all items. `break` stops the requests. */
export interface BlockingListing<Item> extends Iterable<Item> {
  /** Iterates page by page, starting at a page's `cursor` if given. */
  pages(from?: { readonly cursor?: string }): Iterable<Page<Item>>;
  toArray(): Item[];
}

/** An asynchronous listing: iterate over its items or its pages, or collect all items. `break` stops the requests. */
export interface AsyncListing<Item> extends AsyncIterable<Item> {
  /** Iterates page by page, starting at a page's `cursor` if given. */
  pages(from?: { readonly cursor?: string }): AsyncIterable<Page<Item>>;
  toArray(): Promise<Item[]>;
}

/** Bytes that are downloaded as they are read. Each loop over them downloads again. `break` stops the download. */
export interface BlockingByteStream<Described> extends Iterable<Uint8Array> {
  /**
   * The object that the bytes are of, from the answer that brings them: before a loop over the bytes it starts the download,
   * which the loop then continues; afterwards it needs no exchange. For the description alone use `getObject`.
   */
  object(): Described;
}

/** Bytes that are downloaded as they are read. Each loop over them downloads again. `break` stops the download. */
export interface AsyncByteStream<Described> extends AsyncIterable<Uint8Array> {
  /**
   * The object that the bytes are of, from the answer that brings them: before a loop over the bytes it starts the download,
   * which the loop then continues; afterwards it needs no exchange. For the description alone use `getObject`.
   */
  object(): Promise<Described>;
}

/** Methods that block until they are done. Counterpart: {@link Async}. */
export type Blocking<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends (...args: infer Args) => infer Returned
    ? (...args: BlockingArguments<Args>) => BlockingResult<Returned>
    : Operations[Name];
};

/** Methods that return promises and async iterables. Counterpart: {@link Blocking}. */
export type Async<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends (...args: infer Args) => infer Returned
    ? (...args: KindOf<Returned> extends 'value' ? Args : AsyncArguments<Args>) => AsyncResult<Returned>
    : Operations[Name];
};

/**
 * The asynchronous methods with a suffix: `getObject` becomes `getObjectAsync`. TypeScript drops the doc comment of a
 * renamed key; the blocking method keeps its own. Counterpart: {@link Blocking}.
 */
export type AsyncSuffixed<Operations> = {
  readonly [Name in keyof Operations & string as Operations[Name] extends (...args: never) => unknown
    ? `${Name}Async`
    : never]: Async<Operations>[Name];
};

/** Asynchronous or blocking methods, chosen by a flag. A plain `boolean` gives the union of both. */
export type Flagged<Operations, IsAsync extends boolean> = IsAsync extends true
  ? Async<Operations>
  : Blocking<Operations>;

type BlockingResult<Returned> =
  Returned extends Listing<infer Item>
    ? BlockingListing<Item>
    : Returned extends ByteStream<infer Described>
      ? BlockingByteStream<Described>
      : Returned extends Operation<infer Result>
        ? Result
        : Returned;

type AsyncResult<Returned> =
  Returned extends Listing<infer Item>
    ? AsyncListing<Item>
    : Returned extends ByteStream<infer Described>
      ? AsyncByteStream<Described>
      : Returned extends Operation<infer Result>
        ? Promise<Result>
        : Returned;

/** What a blocking method cannot take, because it must be awaited. */
type MustBeAwaited = AsyncIterable<unknown> | WebStream | BlobLike;

type BlockingArguments<Args extends readonly unknown[]> = {
  [Index in keyof Args]: Exclude<Args[Index], MustBeAwaited>;
};

/** Adds `signal` to the options, which are the last argument. */
type AsyncArguments<Args extends readonly unknown[]> = {
  [Index in keyof Args]: Index extends LastOf<Args>
    ? (NonNullable<Args[Index]> & Cancellable) | Extract<Args[Index], undefined>
    : Args[Index];
};

/** The index of the last argument, as text. */
type LastOf<Args extends readonly unknown[]> =
  Required<Args> extends readonly [...infer Before, unknown] ? `${Before['length'] & number}` : never;
