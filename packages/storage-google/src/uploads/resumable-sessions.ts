/**
 * The protocol of resumable uploads: a session that takes an object's bytes in order, in chunks, remembers them, and tells
 * where it stopped. Whoever knows a session's URI may write to it, without credentials: it is left out of errors and traces.
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
import { encodeName } from '../dialect/encode.ts';
import { failureOf } from '../failures.ts';
import { type Scope, send } from '../requests.ts';
import type { CheckedUpload } from './uploads.ts';

/** A session, and the object that it will become. */
export interface Session {
  readonly container: string;
  readonly object: string;
  /** Path and query of the session's URI. */
  readonly path: string;
}

/** How far a session has come. */
export interface SessionState {
  readonly storedBytes: number;
  /** The answer that tells of the object, once it is there. */
  readonly finished?: HttpResponse;
}

/** Bytes for a session. All chunks but the last are multiples of 256 KiB. */
export interface Chunk {
  readonly startBytes: number;
  readonly endBytes: number;
  readonly body: RequestBody;
  /** Of the last chunk: the size of the whole. */
  readonly totalBytes?: number;
  /** Of the last chunk: the CRC32C of the whole, so that the service stores it right or not at all. */
  readonly checksum?: string;
}

/** Begins a session. One exchange. A try whose answer is lost leaves a session without bytes behind, which costs nothing. */
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
    throw new CloudError('malformed-response', 'the answer does not tell where the upload goes', { container, object });
  }
  // The host is not taken from the answer: the session must not be led elsewhere.
  return { container, object, path: `/${container}/${encodeName(object)}?${query}` };
}

/** Asks how far a session has come. One exchange. */
export function* probeSession(scope: Scope, session: Session, totalBytes?: number): Operation<SessionState> {
  return yield* retry(scope.retry, true, () => probe(scope, session, totalBytes));
}

function* probe(scope: Scope, session: Session, totalBytes: number | undefined): Operation<SessionState> {
  const headers = { 'content-range': `bytes */${totalBytes ?? '*'}` };
  return stateOf(session, yield* ask(scope, session, { method: 'PUT', headers, body: new Uint8Array(0) }));
}

/**
 * Sends a chunk. One exchange; after one that failed another to ask what the service has kept, which may be all, a part
 * or nothing of it.
 *
 * @returns How far the session has come: never less than the chunk's start.
 * @throws {CloudError} `not-found` when the session has expired, `precondition-failed`, `integrity`, or a failure that
 * did not pass.
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
    // Nothing at all has no range.
    if (endBytes > 0) {
      const last = endBytes > startBytes ? `${startBytes}-${endBytes - 1}` : '*';
      headers['content-range'] = `bytes ${last}/${totalBytes ?? '*'}`;
    }
    if (checksum !== undefined) headers['x-goog-hash'] = `crc32c=${checksum}`;
    const request = { method: 'PUT', headers, body, ...(onProgress && { onProgress }) } as const;
    const state = stateOf(session, yield* ask(scope, session, request));
    if (state.finished || state.storedBytes > startBytes) return state;
    throw new CloudError('unavailable', 'the service stored nothing of what was sent', subjectOf(session));
  });
}

/** Drops a session and what it holds. One exchange. */
export function* cancelSession(scope: Scope, session: Session): Operation<void> {
  yield* retry(scope.retry, true, function* (attempts) {
    const response = yield* exchangeWith(scope, session, { method: 'DELETE', headers: {} });
    const isGone = response.status === 404 || response.status === 410;
    // 499 is what the service calls an upload that its client has ended.
    if (isSuccess(response.status) || response.status === 499 || (isGone && attempts > 1)) return;
    throw yield* refusal(session, response);
  });
}

/** What a request to a session consists of. */
type SessionRequest = Pick<HttpRequest, 'method' | 'headers' | 'body' | 'onProgress'>;

/** Sends a request to a session. @returns The answer: finished, or to be continued. */
function* ask(scope: Scope, session: Session, request: SessionRequest): Operation<HttpResponse> {
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
  const message = 'the upload session has expired, was cancelled or never was; begin a new one';
  return new CloudError('not-found', message, failure.details, { cause: failure });
}

function stateOf(session: Session, response: HttpResponse): SessionState {
  const { headers, status } = response;
  if (status !== 308) return { storedBytes: Number(headers['x-goog-stored-content-length'] ?? 0), finished: response };
  if (headers.range === undefined) return { storedBytes: 0 };
  const [, last] = /^bytes=0-(\d{1,15})$/.exec(headers.range) ?? [];
  if (last !== undefined) return { storedBytes: Number(last) + 1 };
  throw new CloudError('malformed-response', 'the answer does not tell how much is stored', subjectOf(session));
}

/** Which object a session is about. */
export function subjectOf({ container, object }: Session): { container: string; object: string } {
  return { container, object };
}
