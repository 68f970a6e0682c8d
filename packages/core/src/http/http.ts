/**
 * HTTP requests and responses as operations see them: plain data, with paths exactly as they are sent.
 *
 * Nothing here parses, normalises or encodes a URL: a name such as `a/../b` must reach the server unchanged.
 */
import type { Algorithm, Checksums } from '../checksums/checksums.ts';
import type { CloudErrorCode } from '../errors.ts';
import type { FileRange, StagedFile } from '../steps/file-steps.ts';

/** A request's body. Both forms can be sent again, so a retry never sends less than the first attempt. */
export type RequestBody = Uint8Array | FileRange;

/**
 * Where the body of a successful response goes. Without a sink it is collected in {@link HttpResponse.body}. The body of
 * an unsuccessful response is always collected there.
 */
export type ResponseSink =
  | { readonly kind: 'stream' }
  | {
      readonly kind: 'file';
      readonly file: StagedFile;
      /** Offset in the file at which the body is written. */
      readonly startBytes: number;
    };

/** Certificates, each as PEM text or as the path of a PEM file, which is read before the first exchange. */
export interface TlsOptions {
  /** Authorities that are trusted in place of the system's. */
  readonly ca?: string | undefined;
  /** The client's certificate, for servers that ask for one. */
  readonly cert?: string | undefined;
  /** The private key of `cert`, without a passphrase. */
  readonly key?: string | undefined;
}

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Scheme, host and port, such as `https://storage.googleapis.com`. */
  readonly origin: string;
  /** Path and query, percent-encoded, sent verbatim. */
  readonly path: string;
  /** Lower-case names. The connection adds `host` when it is absent, and sets `content-length` from the body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  readonly sink?: ResponseSink | undefined;
  /**
   * Maximum size of a successful response's body that is collected in {@link HttpResponse.body}. A longer body fails with
   * `malformed-response` and closes the connection. Default {@link maxDocumentBytes}, which is enough for every document.
   * Pass infinity for the bytes of an object.
   */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Decode the body of a successful response that has this `content-encoding`. {@link HttpResponse.passed} then describes
   * the encoded bytes.
   */
  readonly decode?: 'gzip' | undefined;
  /**
   * Checksums to compute over the bytes as they are on the wire, for {@link HttpResponse.passed}: of a body that is sent from
   * a file, or of a response's body that is written to a file or decoded.
   */
  readonly checksums?: readonly Algorithm[] | undefined;
  /** Certificates that came with the credentials. The driver's option `tls`, if there is one, is used in their place. */
  readonly tls?: TlsOptions | undefined;
  /** Called with the number of body bytes sent or received in this attempt. */
  readonly onProgress?: ((transferredBytes: number) => void) | undefined;
}

/** A handle to a response body that is still arriving. Read it with `read`, release it with `release`. */
export interface ResponseStream {
  readonly stream: number;
}

/** The bytes that were sent from a file, written to a file, or decoded, as they were on the wire. */
export interface PassedBytes {
  readonly sizeBytes: number;
  /** The checksums that the request asked for. */
  readonly checksums: Checksums;
  /** Size after decoding. */
  readonly decodedBytes?: number;
}

/** One HTTP response. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, or empty when it went to a sink. */
  readonly body: Uint8Array;
  /** Set when the sink was a stream and the status successful. */
  readonly stream?: ResponseStream;
  /** Set when a file was the body or the sink, and when a body in memory was decoded. */
  readonly passed?: PassedBytes;
  /** Set when a body that was written to a file was cut off; `passed` is what arrived. With other sinks that is an error. */
  readonly interrupted?: { readonly code: CloudErrorCode; readonly message: string };
}

/**
 * Maximum size of a document in a response: a page of 1,000 objects with names of 1,024 bytes, every byte escaped as a
 * six-byte XML entity (`&quot;`), plus 2 KiB for the other fields of each object.
 */
export const maxDocumentBytes: number = 1000 * (1024 * 6 + 2048);

/** Maximum size of an unsuccessful response's body: error documents have hundreds of bytes, gateway pages thousands. */
export const maxErrorBytes: number = 256 * 1024;

/** Whether a status is in the 2xx range. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
