/** Options that every method takes last, whatever the provider. */

/** Options of a call, in both kinds. */
export interface CallOptions {
  /**
   * Timeout of the whole call including retries and waits, in milliseconds. For a listing it applies to each page, for a
   * byte stream to each piece. Overrides the connection's `timeoutMs`. 0 means no limit.
   */
  readonly timeoutMs?: number;
}

/** Options of a listing. */
export interface ListingOptions extends CallOptions {
  /**
   * Whether an asynchronous listing requests the next page while the caller works on this one. Default true. A loop that
   * ends early cancels that request. Blocking listings request a page only when it is needed.
   */
  readonly prefetch?: boolean;
}

/** Additional option of asynchronous calls. Blocking calls do not take it: a blocked thread cannot see a signal fire. */
export interface Cancellable {
  /** Cancels the call, which then fails with `aborted` and the signal's reason as `cause`. */
  readonly signal?: Signal;
}

/**
 * The type of the global `AbortSignal`, from the DOM library or `@types/node`. A program without either still compiles.
 */
// biome-ignore lint/style/noRestrictedGlobals: only its type is used
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Declared } }
  ? Declared
  : { readonly aborted: boolean };

/** Progress of a transfer. */
export interface TransferProgress {
  /** Bytes transferred since the start. May decrease after a retry. */
  readonly transferredBytes: number;
  /** Total bytes to transfer, when known. */
  readonly totalBytes?: number;
}

/** Options of a call that moves an object's bytes. */
export interface TransferOptions extends CallOptions {
  /** Called as bytes move. In a blocking call it runs on the blocked thread, between two chunks. */
  readonly onProgress?: (progress: TransferProgress) => void;
}
