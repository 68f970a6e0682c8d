/**
 * The drivers' types, all made from one table of operations.
 *
 * | a provider's member returns | blocking driver | async driver |
 * | --- | --- | --- |
 * | `Operation<Result>` | `Result` | `Promise<Result>` |
 * | `Listing<Item>` | `BlockingListing<Item>` | `AsyncListing<Item>` |
 * | `ByteStream` | `Iterable<Uint8Array>` | `AsyncIterable<Uint8Array>` |
 * | anything else | the same | the same |
 *
 * Mapped types keep only the last overload and erase generics of methods, so operations have neither.
 */
import type { BlockingByteSource, ByteSource, ByteStream } from './bytes.ts';
import type { Cancellable } from './call-options.ts';
import type { Listing, Page } from './listing.ts';
import type { Operation } from './operation.ts';

/** A blocking listing: iterate over it, page through it, or take it all. `break` stops the requests. */
export interface BlockingListing<Item> extends Iterable<Item> {
  /** Page by page, from a page's `cursor` if given. */
  pages(from?: { readonly cursor?: string }): Iterable<Page<Item>>;
  toArray(): Item[];
}

/** An asynchronous listing: iterate over it, page through it, or take it all. `break` stops the requests. */
export interface AsyncListing<Item> extends AsyncIterable<Item> {
  /** Page by page, from a page's `cursor` if given. */
  pages(from?: { readonly cursor?: string }): AsyncIterable<Page<Item>>;
  toArray(): Promise<Item[]>;
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
    ? (...args: AsyncArguments<Args>) => AsyncResult<Returned>
    : Operations[Name];
};

/**
 * The asynchronous methods under names of their own: `getObject` becomes `getObjectAsync`. TypeScript attaches no doc
 * comment to a renamed key; the blocking twin beside it keeps its own. Counterpart: {@link Blocking}.
 */
export type AsyncSuffixed<Operations> = {
  readonly [Name in keyof Operations & string as Operations[Name] extends (...args: never) => unknown
    ? `${Name}Async`
    : never]: Async<Operations>[Name];
};

/** One or the other, by a flag; a plain `boolean` gives the union of both. */
export type Flagged<Operations, IsAsync extends boolean> = IsAsync extends true
  ? Async<Operations>
  : Blocking<Operations>;

type BlockingResult<Returned> =
  Returned extends Listing<infer Item>
    ? BlockingListing<Item>
    : Returned extends ByteStream
      ? Iterable<Uint8Array>
      : Returned extends Operation<infer Result>
        ? Result
        : Returned;

type AsyncResult<Returned> =
  Returned extends Listing<infer Item>
    ? AsyncListing<Item>
    : Returned extends ByteStream
      ? AsyncIterable<Uint8Array>
      : Returned extends Operation<infer Result>
        ? Promise<Result>
        : Returned;

/** A caller's source that would have to be awaited is no argument of a blocking method. */
type BlockingArguments<Args extends readonly unknown[]> = {
  [Index in keyof Args]: [ByteSource] extends [Args[Index]] ? BlockingByteSource : Args[Index];
};

/** Call options, known by their `timeoutMs`, can also carry a signal. */
type AsyncArguments<Args extends readonly unknown[]> = {
  [Index in keyof Args]: 'timeoutMs' extends keyof NonNullable<Args[Index]>
    ? (NonNullable<Args[Index]> & Cancellable) | Extract<Args[Index], undefined>
    : Args[Index];
};
