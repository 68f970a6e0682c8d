/** Sends all requests to the service: builds a request, signs each attempt, and checks the response's status. */
import {
  CloudError,
  cleanUp,
  clock,
  exchange,
  type HttpRequest,
  type HttpResponse,
  headerValue,
  isCloudError,
  isSuccess,
  type Operation,
  type OperationsContext,
  parseEndpoint,
  type RequestBody,
  type ResponseSink,
  type RetryPolicy,
  release,
  retry,
  withDetails,
} from '@isobar/core/provider';
import type { Credentials } from './credentials/credentials.ts';
import { makeCredentials } from './credentials/make-credentials.ts';
import { encodeName, encodeQuery, type Query } from './dialect/encode.ts';
import { failureOf, type Subject } from './failures.ts';
import type { Headers } from './models.ts';
import type { CheckedGoogleStorageOptions } from './options.ts';

/** What all operations of a driver share. */
export interface Scope {
  readonly origin: string;
  readonly host: string;
  readonly project: string | undefined;
  readonly credentials: Credentials;
  readonly retry: RetryPolicy;
}

/** A request to the service, before it is authorized. Its names are checked. */
export interface StorageRequest extends Subject {
  readonly method: HttpRequest['method'];
  readonly query?: Query;
  /** Lower-case names. All are signed. */
  readonly headers?: Headers;
  /** Sent, but not signed: Google's front end rewrites `accept-encoding` before it checks the signature. */
  readonly unsigned?: { readonly 'accept-encoding'?: string; readonly range?: string };
  readonly body?: RequestBody;
  /** The source of a copy. */
  readonly source?: Subject;
  readonly sink?: ResponseSink;
  /** See {@link HttpRequest.maxBodyBytes}. */
  readonly maxBodyBytes?: number;
  /** See {@link HttpRequest.decode}. */
  readonly decode?: 'gzip';
  /** See {@link HttpRequest.checksums}. */
  readonly checksums?: HttpRequest['checksums'];
  /** Whether the request may be sent again when its response is lost. */
  readonly idempotent: boolean;
  /**
   * For requests that succeed only once: whether the failure of a later attempt means that an earlier one succeeded
   * although its response was lost.
   */
  readonly alreadyDone?: (failure: CloudError) => boolean;
  readonly onProgress?: (transferredBytes: number) => void;
}

/** Makes the scope of a driver. */
export function makeScope(options: CheckedGoogleStorageOptions, context: OperationsContext): Scope {
  return {
    ...parseEndpoint(options.endpoint),
    project: options.project,
    credentials: makeCredentials(options, context.retry),
    retry: context.retry,
  };
}

/**
 * Sends a request, and retries it after transient failures. One exchange per attempt.
 *
 * @returns A successful response, or the response to a later attempt which shows that an earlier one succeeded.
 * @throws {CloudError} The error for the response; see `failures.ts`.
 */
export function send(scope: Scope, request: StorageRequest): Operation<HttpResponse> {
  return retry(scope.retry, request.idempotent, (attempts) => attempt(scope, request, attempts));
}

function* attempt(scope: Scope, request: StorageRequest, attempts: number): Operation<HttpResponse> {
  const nowMs = yield* clock();
  let response: HttpResponse;
  try {
    response = yield* exchangeAuthorized(scope, request, nowMs);
  } catch (failure) {
    throw withDetails(failure, subjectOf(request));
  }
  if (isProxyPage(response)) {
    if (response.stream) yield* cleanUp(release(response.stream));
    const message = 'got an HTML page instead of a response from the service; is there a proxy or a captive portal?';
    throw new CloudError('malformed-response', message, { status: response.status, ...subjectOf(request) });
  }
  if (isSuccess(response.status)) return response;
  const failure = failureOf(response, subjectOf(request), nowMs, request.source);
  if (attempts > 1 && request.alreadyDone?.(failure)) return response;
  throw failure;
}

/**
 * Whether a successful response is a page of a proxy. It would be mistaken for an object, or for the confirmation of an
 * upload. The service sends its own headers with HTML objects, such as `x-goog-generation`.
 */
function isProxyPage({ headers, status }: HttpResponse): boolean {
  if (!isSuccess(status) || !headers['content-type']?.startsWith('text/html')) return false;
  return !Object.keys(headers).some((name) => /^x-(goog|amz|guploader)-/.test(name));
}

function subjectOf({ container, object }: Subject): Subject {
  return { ...(container && { container }), ...(object && { object }) };
}

/** One exchange; a second one after a 401 if the credentials can be renewed. */
function* exchangeAuthorized(scope: Scope, request: StorageRequest, nowMs: number): Operation<HttpResponse> {
  const { credentials } = scope;
  const first = yield* authorized(scope, request, nowMs);
  let response = yield* exchange(first);
  if (response.status === 401 && credentials.renew?.(first.headers)) {
    response = yield* exchange(yield* authorized(scope, request, nowMs));
  }
  const { dialect } = credentials;
  return dialect ? { ...response, headers: dialect.read(response.headers) } : response;
}

function* authorized(scope: Scope, request: StorageRequest, nowMs: number): Operation<HttpRequest> {
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
    ...(body && { body }),
    ...(sink && { sink }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    ...(decode && { decode }),
    ...(checksums && { checksums }),
    ...(onProgress && { onProgress }),
  };
}

/** The header for the project to list or create containers in. */
export function* projectHeader({ credentials, project }: Scope): Operation<Record<string, string>> {
  const name = project ?? (credentials.project && (yield* credentials.project()));
  return name === undefined ? {} : { 'x-goog-project-id': headerValue('project', name) };
}

/** Whether a failure is a {@link CloudError} with this error code of the service. */
export function hasReason(failure: unknown, reason: string): boolean {
  return isCloudError(failure) && failure.details.reason === reason;
}
