/**
 * Sends every request of a provider: authorizes each attempt, retries, and checks the response's status.
 *
 * The provider says how its cloud is addressed and what its responses mean, in {@link SendingRules}.
 */
import { CloudError, withDetails } from '../errors.ts';
import { cleanUp, type Operation } from '../operations/operation.ts';
import { exchange } from '../steps/http-steps.ts';
import { clock, release } from '../steps/local-steps.ts';
import { sleep } from '../steps/system-steps.ts';
import type { Subject } from './failures.ts';
import { type HttpRequest, type HttpResponse, isSuccess } from './http.ts';
import type { Pace } from './pace.ts';
import { type RetryPolicy, retry } from './retry.ts';

/** What {@link makeSend} reads of a provider's requests. */
export interface SentRequest {
  /** Whether the request may be sent again when its response is lost. */
  readonly idempotent: boolean;
  /**
   * For requests that succeed only once: whether the failure of a later attempt means that an earlier one succeeded
   * although its response was lost.
   */
  readonly alreadyDone?: (failure: CloudError) => boolean;
}

/**
 * How requests to a cloud are made, and what its responses mean.
 *
 * @typeParam Scope What all requests of a driver share.
 * @typeParam Request A request before it is authorized.
 */
export interface SendingRules<Scope, Request> {
  /** Makes and authorizes the HTTP request of one attempt. `nowMs` is the time, in milliseconds since 1970 UTC. */
  makeRequest(scope: Scope, request: Request, nowMs: number): Operation<HttpRequest>;
  /**
   * Takes an unsuccessful response. The request is made and sent once more in the same attempt if this returns true: if it
   * would be another request now, such as one with a new token, or for another region. Absent: never.
   */
  renew?(scope: Scope, sent: HttpRequest, response: HttpResponse, request: Request, nowMs: number): boolean;
  /** Translates a response. Absent: it stays as it is. */
  readResponse?(scope: Scope, response: HttpResponse, request: Request): HttpResponse;
  /**
   * Headers that only the service sends. A successful response without them whose type is HTML is the page of a proxy.
   * Absent: the service never sends HTML.
   */
  readonly ownHeaders?: RegExp;
  /** The budget of requests that this one shares with others. Absent: none. */
  paceOf?(scope: Scope, request: Request): Pace;
  /** The resources that errors name. */
  subjectOf(scope: Scope, request: Request): Subject;
  /** The error for an unsuccessful response. */
  failureOf(response: HttpResponse, subject: Subject, nowMs: number, request: Request): CloudError;
}

/**
 * Makes the function that sends a provider's requests. It retries them after transient failures; one exchange per attempt,
 * two if the rules renew it. It returns a successful response, or the response to a later attempt which shows that an
 * earlier one succeeded, and throws the rules' error for any other response, `malformed-response` for the page of a proxy,
 * or a transport code. All errors name the request's subject.
 */
export function makeSend<Scope extends { readonly retry: RetryPolicy }, Request extends SentRequest>(
  rules: SendingRules<Scope, Request>,
): (scope: Scope, request: Request) => Operation<HttpResponse> {
  return (scope, request) =>
    retry(scope.retry, request.idempotent, (attempts) => attempt(rules, scope, request, attempts));
}

function* attempt<Scope, Request extends SentRequest>(
  rules: SendingRules<Scope, Request>,
  scope: Scope,
  request: Request,
  attempts: number,
): Operation<HttpResponse> {
  let nowMs = yield* clock();
  const pace = rules.paceOf?.(scope, request);
  const waitMs = pace?.reserve(nowMs) ?? 0;
  if (waitMs > 0) {
    yield* sleep(waitMs);
    nowMs = yield* clock();
  }
  let response: HttpResponse;
  try {
    const sent = yield* rules.makeRequest(scope, request, nowMs);
    response = yield* exchange(sent);
    if (!isSuccess(response.status) && rules.renew?.(scope, sent, response, request, nowMs)) {
      response = yield* exchange(yield* rules.makeRequest(scope, request, nowMs));
    }
  } catch (failure) {
    throw withDetails(failure, rules.subjectOf(scope, request));
  }
  if (rules.readResponse) response = rules.readResponse(scope, response, request);
  if (isSuccess(response.status)) {
    pace?.speedUp();
    if (!isProxyPage(response, rules.ownHeaders)) return response;
    if (response.stream) yield* cleanUp(release(response.stream));
    const message = 'got an HTML page instead of a response from the service; is there a proxy or a captive portal?';
    throw new CloudError('malformed-response', message, {
      status: response.status,
      ...rules.subjectOf(scope, request),
    });
  }
  const failure = rules.failureOf(response, rules.subjectOf(scope, request), nowMs, request);
  if (failure.code === 'rate-limited') pace?.slowDown(nowMs);
  if (attempts > 1 && request.alreadyDone?.(failure)) return response;
  throw failure;
}

/** Whether a successful response is the page of a proxy. It would be mistaken for data, or for a confirmation. */
function isProxyPage({ headers }: HttpResponse, ownHeaders: RegExp | undefined): boolean {
  if (!headers['content-type']?.startsWith('text/html')) return false;
  return !ownHeaders || !Object.keys(headers).some((name) => ownHeaders.test(name));
}
