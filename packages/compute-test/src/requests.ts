/** Requests to the test cloud and the reading of its answers' statuses. */
import {
  CloudError,
  type CloudErrorCode,
  clock,
  exchange,
  type HttpResponse,
  isSuccess,
  type Operation,
  type OperationsContext,
  parseEndpoint,
  parseRetryAfter,
  retry,
} from '@isobar/core/provider';
import type { CheckedTestComputeOptions } from './options.ts';
import { readErrorMessage } from './wire.ts';

/** Sends a GET to a path of the cloud. */
export type Get = (path: string, subject?: { readonly node?: string }) => Operation<HttpResponse>;

/** The one way to the cloud, with the account's credentials. */
export function makeGet(options: CheckedTestComputeOptions, context: OperationsContext): Get {
  const { origin } = parseEndpoint(options.endpoint);
  const bytes = new TextEncoder().encode(`${options.key}:${options.secret}`);
  const headers = {
    accept: 'application/json, text/plain',
    authorization: `Basic ${btoa(String.fromCharCode(...bytes))}`,
  };
  function* attempt(path: string, subject: { readonly node?: string }): Operation<HttpResponse> {
    const response = yield* exchange({ method: 'GET', origin, path, headers });
    if (!isSuccess(response.status)) throw yield* failureOf(response, subject);
    return response;
  }
  return (path, subject = {}) => retry(context.retry, true, () => attempt(path, subject));
}

/** What a status means. Everything above 499 that is not listed is the cloud's own trouble. */
const codes: Readonly<Record<number, CloudErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

function* failureOf(response: HttpResponse, subject: { readonly node?: string }): Operation<CloudError> {
  const { headers, status } = response;
  const code = codes[status] ?? (status >= 500 ? 'unavailable' : 'rejected');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], yield* clock());
  const what = subject.node === undefined ? '' : `node ${subject.node}: `;
  return new CloudError(code, `${what}${readErrorMessage(response.body)} (${status})`, {
    status,
    ...subject,
    ...(retryAfterMs === undefined ? undefined : { retryAfterMs }),
  });
}
