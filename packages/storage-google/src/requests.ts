/** How requests to the service are addressed and authorized, and how all of them are sent. */
import {
  type GetFields,
  type HttpRequest,
  type HttpResponse,
  headerValue,
  makePace,
  makeSend,
  type Operation,
  type OperationsContext,
  type Pace,
  parseEndpoint,
  type RequestBody,
  type RetryPolicy,
  type SentRequest,
  type Subject,
} from '@isobar/core/provider';
import { encodeName, encodeQuery, lateError, type Query } from '@isobar/s3-dialect';
import type { Credentials } from './credentials/credentials.ts';
import { makeCredentials } from './credentials/make-credentials.ts';
import { failureOf } from './failures.ts';
import type { Headers } from './models.ts';
import type { CheckedGoogleStorageOptions } from './options.ts';

/** What all operations of a driver share. */
export interface Scope {
  readonly origin: string;
  readonly host: string;
  readonly project: string | undefined;
  readonly credentials: Credentials;
  readonly retry: RetryPolicy;
  /** The budget of requests that all calls share. */
  readonly pace: Pace;
}

/** A request to the service, before it is authorized. Its names are checked. */
export interface StorageRequest extends SentRequest, GetFields {
  readonly container?: string;
  readonly object?: string;
  readonly method: HttpRequest['method'];
  readonly query?: Query | undefined;
  /** Lower-case names. All are signed. */
  readonly headers?: Headers;
  /** Sent, but not signed: Google's front end rewrites `accept-encoding` before it checks the signature. */
  readonly unsigned?: { readonly 'accept-encoding'?: string; readonly range?: string };
  readonly body?: RequestBody | undefined;
  /** Whether the service answers before it is done; see `lateError`. */
  readonly takesLong?: boolean;
  /** The source of a copy. */
  readonly source?: Subject;
}

/** Makes the scope of a driver. */
export function makeScope(options: CheckedGoogleStorageOptions, context: OperationsContext): Scope {
  return {
    ...parseEndpoint(options.endpoint),
    project: options.project,
    credentials: makeCredentials(options, context.retry),
    retry: context.retry,
    pace: makePace(),
  };
}

/**
 * Sends a request, and retries it after transient failures. One exchange per attempt.
 *
 * @returns A successful response, or the response to a later attempt which shows that an earlier one succeeded.
 * @throws {CloudError} The error for the response; see `failures.ts`.
 */
export const send: (scope: Scope, request: StorageRequest) => Operation<HttpResponse> = makeSend({
  makeRequest,
  renew: ({ credentials }, { headers }, { status }) => status === 401 && credentials.renew?.(headers) === true,
  readResponse({ credentials: { dialect } }, response, { takesLong }) {
    if (takesLong) response = lateError(response);
    return dialect ? { ...response, headers: dialect.read(response.headers) } : response;
  },
  paceOf: ({ pace }) => pace,
  // The service sends its own headers with HTML objects too, such as `x-goog-generation`.
  ownHeaders: /^x-(goog|amz|guploader)-/,
  subjectOf: (_, { container, object }) => ({ ...(container && { container }), ...(object && { object }) }),
  failureOf: (response, subject, nowMs, { source }) => failureOf(response, subject, nowMs, source),
});

function* makeRequest(scope: Scope, request: StorageRequest, nowMs: number): Operation<HttpRequest> {
  const { method, container, object, body, sink, maxBodyBytes, decode, checksums, onProgress } = request;
  const { credentials, host, origin } = scope;
  const path = `/${container ?? ''}${object === undefined ? '' : `/${encodeName(object)}`}`;
  const query = request.query ? encodeQuery(request.query) : '';
  const own = request.headers ?? {};
  const written = credentials.dialect ? credentials.dialect.write(own, body) : own;
  const headers = yield* credentials.authorize({ method, path, query, headers: { host, ...written } }, nowMs);
  return {
    method,
    origin,
    path: query === '' ? path : `${path}?${query}`,
    headers: Object.assign(headers, request.unsigned),
    body,
    sink,
    maxBodyBytes,
    decode,
    checksums,
    onProgress,
  };
}

/** The header for the project to list or create containers in. */
export function* projectHeader({ credentials, project }: Scope): Operation<Record<string, string>> {
  const name = project ?? (credentials.project && (yield* credentials.project()));
  return name === undefined ? {} : { 'x-goog-project-id': headerValue('project', name) };
}
