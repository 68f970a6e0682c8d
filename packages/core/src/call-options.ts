/** Options that every method takes last, whatever the provider. */

/** Options of a call, in both kinds. */
export interface CallOptions {
  /**
   * Time for the whole call, retries and waits included, in milliseconds; of a listing, for each page; of a byte stream,
   * for each piece. Overrides the connection's `timeoutMs`. 0 means no limit.
   */
  readonly timeoutMs?: number;
}

/** Options of a listing. */
export interface ListingOptions extends CallOptions {
  /**
   * Whether an asynchronous listing asks for the next page while the caller works on this one. Default true. A loop that
   * ends early gives such a page up. Blocking listings ask for a page when it is needed.
   */
  readonly prefetch?: boolean;
}

/** What asynchronous calls take besides: a blocked thread cannot see a signal fire, so blocking ones do not have it. */
export interface Cancellable {
  /** Cancels the call, which then fails with `aborted` and the signal's reason as `cause`. */
  readonly signal?: Signal;
}

/**
 * The global `AbortSignal`, whoever declares it: the DOM library or `@types/node`. A program that has neither can still be
 * compiled.
 */
// biome-ignore lint/style/noRestrictedGlobals: only its type is asked for
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Declared } }
  ? Declared
  : { readonly aborted: boolean };

/** Told how far a transfer has come. In a blocking call it runs on the blocked thread, between two chunks. */
export interface TransferProgress {
  /** Bytes that have moved since the start. After a retry it may fall back. */
  readonly transferredBytes: number;
  /** Bytes that will move in all, when that is known. */
  readonly totalBytes?: number;
}

/** Options of a call that moves an object's bytes. */
export interface TransferOptions extends CallOptions {
  readonly onProgress?: (progress: TransferProgress) => void;
}
