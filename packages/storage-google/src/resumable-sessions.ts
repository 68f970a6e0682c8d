/**
 * The protocol of resumable uploads. A session takes an object's bytes in order, in chunks, keeps them, and reports how
 * many it has. Anyone with a session's URI can write to it without credentials, so it never appears in errors or
 * traces.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
import {
  type Chunk,
  CloudError,
  clock,
  exchange,
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  type ObjectLocation,
  type Operation,
  type OrderedProgress,
  type OrderedUploads,
  retry,
  subjectOf,
} from '@isobar/core/provider';
import { encodeName } from '@isobar/s3-dialect';
import { failureOf } from './failures.ts';
import { firstPartBytes, resumableChunkBytes } from './limits.ts';
import { type Scope, send } from './requests.ts';
import type { GoogleWrite } from './targets.ts';

/** A session and its target object. */
export interface Session extends ObjectLocation {
  /** Path and query of the session's URI. */
  readonly path: string;
}

/** Uploads through sessions, which keep preconditions. */
export function sessionUploads(scope: Scope): OrderedUploads<GoogleWrite, Session> {
  return {
    fileBytes: resumableChunkBytes,
    streamBytes: firstPartBytes,
    begin: (write) => startSession(scope, write),
    put: (session, chunk, onProgress) => putChunk(scope, session, chunk, onProgress),
    // A session that is left behind expires.
    cancel: (session) => cancelSession({ ...scope, retry: { ...scope.retry, attempts: 1 } }, session),
  };
}

/**
 * Starts a session. One exchange. An attempt whose response is lost leaves an empty session behind, which costs
 * nothing.
 */
export function* startSession(scope: Scope, { location, requestHeaders }: GoogleWrite): Operation<Session> {
  const { container, name } = location;
  const response = yield* send(scope, {
    method: 'POST',
    container,
    object: name,
    headers: { ...requestHeaders, 'x-goog-resumable': 'start' },
    idempotent: true,
  });
  const query = (response.headers.location ?? '').split('?')[1];
  if (!query || !/(^|&)upload_id=[^&]/.test(query) || /[^\x21-\x7e]|#/.test(query)) {
    const message = 'the response has no valid location of the upload';
    throw new CloudError('malformed-response', message, subjectOf(location));
  }
  // The response must not redirect the session to another host, so only the query is taken from it.
  return { container, name, path: `/${container}/${encodeName(name)}?${query}` };
}

/** Gets the progress of a session. One exchange. */
export function* probeSession(scope: Scope, session: Session, totalBytes?: number): Operation<OrderedProgress> {
  return yield* retry(scope.retry, true, () => probe(scope, session, totalBytes));
}

function* probe(scope: Scope, session: Session, totalBytes: number | undefined): Operation<OrderedProgress> {
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
function* putChunk(
  scope: Scope,
  session: Session,
  chunk: Chunk,
  onProgress?: (transferredBytes: number) => void,
): Operation<OrderedProgress> {
  const { body, endBytes, startBytes, whole } = chunk;
  const totalBytes = whole?.sizeBytes;
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
    if (whole) headers['x-goog-hash'] = `crc32c=${whole.checksums.crc32c}`;
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

function stateOf(session: Session, { headers, status }: HttpResponse): OrderedProgress {
  if (status !== 308) {
    const finished = { version: headers['x-goog-generation'] };
    return { storedBytes: Number(headers['x-goog-stored-content-length'] ?? 0), finished };
  }
  if (headers.range === undefined) return { storedBytes: 0 };
  const [, last] = /^bytes=0-(\d{1,15})$/.exec(headers.range) ?? [];
  if (last !== undefined) return { storedBytes: Number(last) + 1 };
  throw new CloudError('malformed-response', 'the response does not say how much is stored', subjectOf(session));
}
