/**
 * The protocol of resumable uploads. A session takes an object's bytes in order, in chunks, keeps them, and reports how
 * many it has. Anyone with a session's URI can write to it without credentials, so it never appears in errors or
 * traces.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
import {
  CloudError,
  clock,
  exchange,
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  type Operation,
  type RequestBody,
  retry,
} from '@isobar/core/provider';
import { encodeName } from '@isobar/s3-dialect';
import { failureOf } from '../failures.ts';
import { type Scope, send } from '../requests.ts';
import type { CheckedUpload } from './uploads.ts';

/** A session and its target object. */
export interface Session {
  readonly container: string;
  readonly object: string;
  /** Path and query of the session's URI. */
  readonly path: string;
}

/** The progress of a session. */
export interface SessionState {
  readonly storedBytes: number;
  /** The response that confirms the object, when the session is complete. */
  readonly finished?: HttpResponse;
}

/** Bytes for a session. All chunks except the last are multiples of 256 KiB. */
export interface Chunk {
  readonly startBytes: number;
  readonly endBytes: number;
  readonly body: RequestBody;
  /** In the last chunk: the size of the whole object. */
  readonly totalBytes?: number;
  /** In the last chunk: the CRC32C of the whole object, which the service verifies. */
  readonly checksum?: string;
}

/**
 * Starts a session. One exchange. An attempt whose response is lost leaves an empty session behind, which costs
 * nothing.
 */
export function* startSession(scope: Scope, upload: CheckedUpload): Operation<Session> {
  const { container, object, headers } = upload;
  const response = yield* send(scope, {
    method: 'POST',
    container,
    object,
    headers: { ...headers, 'x-goog-resumable': 'start' },
    idempotent: true,
  });
  const query = (response.headers.location ?? '').split('?')[1];
  if (!query || !/(^|&)upload_id=[^&]/.test(query) || /[^\x21-\x7e]|#/.test(query)) {
    throw new CloudError('malformed-response', 'the response has no valid location of the upload', {
      container,
      object,
    });
  }
  // The response must not redirect the session to another host, so only the query is taken from it.
  return { container, object, path: `/${container}/${encodeName(object)}?${query}` };
}

/** Gets the progress of a session. One exchange. */
export function* probeSession(scope: Scope, session: Session, totalBytes?: number): Operation<SessionState> {
  return yield* retry(scope.retry, true, () => probe(scope, session, totalBytes));
}

function* probe(scope: Scope, session: Session, totalBytes: number | undefined): Operation<SessionState> {
  const headers = { 'content-range': `bytes */${totalBytes ?? '*'}` };
  return stateOf(session, yield* put(scope, session, { method: 'PUT', headers, body: new Uint8Array(0) }));
}

/**
 * Sends a chunk. One exchange. After a failed attempt another exchange gets how much the service has stored, which may
 * be all, a part or nothing of the chunk.
 *
 * @returns The progress of the session.
 * @throws {CloudError} `not-found` when the session has expired, `precondition-failed`, `integrity`, or the last
 * failure when retries are exhausted.
 */
export function* putChunk(
  scope: Scope,
  session: Session,
  chunk: Chunk,
  onProgress?: (transferredBytes: number) => void,
): Operation<SessionState> {
  const { body, checksum, endBytes, startBytes, totalBytes } = chunk;
  return yield* retry(scope.retry, true, function* (attempts) {
    if (attempts > 1) {
      const state = yield* probe(scope, session, totalBytes);
      if (state.finished || state.storedBytes !== startBytes) return state;
    }
    const headers: Record<string, string> = {};
    // An empty object has no range.
    if (endBytes > 0) {
      const last = endBytes > startBytes ? `${startBytes}-${endBytes - 1}` : '*';
      headers['content-range'] = `bytes ${last}/${totalBytes ?? '*'}`;
    }
    if (checksum !== undefined) headers['x-goog-hash'] = `crc32c=${checksum}`;
    const request = { method: 'PUT', headers, body, ...(onProgress && { onProgress }) } as const;
    const state = stateOf(session, yield* put(scope, session, request));
    if (state.finished || state.storedBytes > startBytes) return state;
    throw new CloudError('unavailable', 'the service stored none of the bytes sent', subjectOf(session));
  });
}

/** Cancels a session and discards its bytes. One exchange. */
export function* cancelSession(scope: Scope, session: Session): Operation<void> {
  yield* retry(scope.retry, true, function* (attempts) {
    const response = yield* exchangeWith(scope, session, { method: 'DELETE', headers: {} });
    const isGone = response.status === 404 || response.status === 410;
    // The service sends 499 for an upload that its client has cancelled.
    if (isSuccess(response.status) || response.status === 499 || (isGone && attempts > 1)) return;
    throw yield* refusal(session, response);
  });
}

/** A request to a session. */
type SessionRequest = Pick<HttpRequest, 'method' | 'headers' | 'body' | 'onProgress'>;

/** Sends bytes or a probe to a session. @returns A success, or status 308 when the session is not complete. */
function* put(scope: Scope, session: Session, request: SessionRequest): Operation<HttpResponse> {
  const response = yield* exchangeWith(scope, session, request);
  if (isSuccess(response.status) || response.status === 308) return response;
  throw yield* refusal(session, response);
}

function* exchangeWith(scope: Scope, session: Session, request: SessionRequest): Operation<HttpResponse> {
  const { origin, host } = scope;
  return yield* exchange({ ...request, origin, path: session.path, headers: { host, ...request.headers } });
}

function* refusal(session: Session, response: HttpResponse): Operation<CloudError> {
  const failure = failureOf(response, subjectOf(session), yield* clock());
  if (response.status !== 404 && response.status !== 410) return failure;
  const message = 'the upload session has expired, was cancelled or never existed; start a new one';
  return new CloudError('not-found', message, failure.details, { cause: failure });
}

function stateOf(session: Session, response: HttpResponse): SessionState {
  const { headers, status } = response;
  if (status !== 308) return { storedBytes: Number(headers['x-goog-stored-content-length'] ?? 0), finished: response };
  if (headers.range === undefined) return { storedBytes: 0 };
  const [, last] = /^bytes=0-(\d{1,15})$/.exec(headers.range) ?? [];
  if (last !== undefined) return { storedBytes: Number(last) + 1 };
  throw new CloudError('malformed-response', 'the response does not say how much is stored', subjectOf(session));
}

/** The object that errors name. */
export function subjectOf({ container, object }: Session): { container: string; object: string } {
  return { container, object };
}
