/**
 * HTTP as operations see it: plain requests and responses, paths exactly as they go over the wire.
 *
 * Nothing here parses, normalises or encodes a URL: a name such as `a/../b` must reach the server as it was written.
 */
import type { CloudErrorCode } from './errors.ts';
import type { FileRange, StagedFile } from './operation.ts';

/** A part of a local file as a request body. */
export interface FileSlice extends FileRange {
  /** Compute the CRC32C of the bytes as they are sent; it comes back as {@link HttpResponse.passed}. */
  readonly checksum: boolean;
}

/** A request's body. Both kinds can be sent again, so a retry never sends less than the first attempt. */
export type RequestBody = Uint8Array | FileSlice;

/**
 * Where a successful response's body goes. Without a sink it is collected in {@link HttpResponse.body}; so is the body
 * of an unsuccessful response, whatever the sink.
 */
export type ResponseSink =
  | { readonly kind: 'stream' }
  | {
      readonly kind: 'file';
      readonly file: StagedFile;
      /** Where in the file the body is written. */
      readonly startBytes: number;
      /** CRC32C of what comes before in the file, to be continued over the body; absent: compute none. */
      readonly crc32c?: number;
    };

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Scheme, host and port, such as `https://storage.googleapis.com`. */
  readonly origin: string;
  /** Path and query, percent-encoded, sent verbatim. */
  readonly path: string;
  /** Lower-case names. `host` is added by the connection when absent, `content-length` always follows the body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly sink?: ResponseSink;
  /**
   * The most bytes of a successful response's body that are collected in {@link HttpResponse.body}. A longer one is
   * `malformed-response`, and its connection is dropped. Default {@link maxDocumentBytes}, which is enough for every
   * document; infinite for the bytes of an object.
   */
  readonly maxBodyBytes?: number;
  /**
   * Decode the body of a successful response whose `content-encoding` is this, on its way to wherever it goes. What
   * {@link HttpResponse.passed} tells is of the bytes as they came.
   */
  readonly decode?: 'gzip';
  /** Told how many body bytes have moved in this attempt, in either direction. */
  readonly onProgress?: (transferredBytes: number) => void;
}

/** A response whose body is still on its way; read with {@link read}, let go with {@link release}. */
export interface ResponseStream {
  readonly stream: number;
}

/** What was seen of the bytes that went from or to a file, or that were decoded on the way. */
export interface PassedBytes {
  readonly sizeBytes: number;
  readonly crc32c?: number;
  /** How many bytes they were decoded to. */
  readonly decodedBytes?: number;
}

/** One HTTP response. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body when it did not go to a sink, else empty. */
  readonly body: Uint8Array;
  /** Set when the sink was a stream and the status successful. */
  readonly stream?: ResponseStream;
  /** Set when a file was the body or the sink, and when the body in memory was decoded. */
  readonly passed?: PassedBytes;
  /** Set when a body broke off on its way into a file; `passed` is what arrived. Everywhere else that is an error. */
  readonly interrupted?: { readonly code: CloudErrorCode; readonly message: string };
}

/**
 * The longest document that a service answers with: a page of 1,000 objects whose names have 1,024 bytes, each of them
 * written as an entity of XML (`&quot;`), and 2 KiB for what else is said of each.
 */
export const maxDocumentBytes: number = 1000 * (1024 * 6 + 2048);

/** The longest body of an unsuccessful response: error documents have some hundred bytes, pages of gateways some thousand. */
export const maxErrorBytes: number = 256 * 1024;

/** Whether a status says that the request did what it asked for. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
