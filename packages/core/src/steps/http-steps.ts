/** Steps for servers. */
import type { HttpRequest, HttpResponse, PassedBytes, ResponseStream } from '../http/http.ts';
import type { Operation } from '../operations/operation.ts';
import { seal } from './step.ts';

/** The HTTP steps. */
export type HttpShape =
  | { readonly kind: 'exchange'; readonly request: HttpRequest }
  | { readonly kind: 'read'; readonly stream: ResponseStream }
  | { readonly kind: 'passed'; readonly stream: ResponseStream }
  | { readonly kind: 'release'; readonly stream: ResponseStream };

/**
 * One HTTP request and its response. One exchange.
 *
 * @returns The response, whatever its status; the provider checks the status.
 * @throws {CloudError} `network`, `timeout`, `malformed-response` when the body exceeds its limit, or an error of the local
 * file that the body is read from or written to.
 */
export function* exchange(request: HttpRequest): Operation<HttpResponse> {
  return (yield seal({ kind: 'exchange', request })) as HttpResponse;
}

/** Reads the next piece of a response stream, or `undefined` at its end. No exchange of its own. */
export function* read(stream: ResponseStream): Operation<Uint8Array | undefined> {
  return (yield seal({ kind: 'read', stream })) as Uint8Array | undefined;
}

/**
 * Size and checksums of the encoded bytes of a response stream that is being decoded. Covers the whole body once
 * {@link read} has returned `undefined`. No exchange.
 */
export function* passed(stream: ResponseStream): Operation<PassedBytes> {
  return (yield seal({ kind: 'passed', stream })) as PassedBytes;
}
