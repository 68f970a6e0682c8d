/**
 * Token endpoints, which exchange a form for an access token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */

import { CloudError } from '../errors.ts';
import { isLoopback } from '../http/endpoint.ts';
import { type HttpRequest, type HttpResponse, isSuccess } from '../http/http.ts';
import { parseRetryAfter, type RetryPolicy, retry } from '../http/retry.ts';
import type { Operation } from '../operations/operation.ts';
import { exchange } from '../steps/http-steps.ts';
import { clock } from '../steps/local-steps.ts';

/** A token from a source. */
export interface GrantedToken {
  readonly token: string;
  /** Its expiry, in milliseconds since 1970 UTC; absent when the source must be called each time. */
  readonly expiresMs?: number;
}

/** Whether secrets may be sent to a URL: over TLS, or to this machine. */
export function isTokenUri(address: string): boolean {
  const url = URL.parse(address);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe && url.username === '' && url.password === '';
}

/**
 * Sends a form to a token endpoint, and retries it after transient failures. One exchange per attempt.
 *
 * @param form Makes the form for each attempt.
 * @throws {CloudError} `unauthenticated` with the endpoint's message; `malformed-response`, or a transport code.
 */
export function* requestToken(
  policy: RetryPolicy,
  address: string,
  form: (nowMs: number) => Readonly<Record<string, string>>,
): Operation<GrantedToken> {
  const { origin, pathname, search, host } = new URL(address);
  const path = pathname + search;
  return yield* fetchToken(policy, `token endpoint ${origin}${pathname}`, (nowMs) => ({
    method: 'POST',
    origin,
    path,
    headers: { host, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode(new URLSearchParams(form(nowMs)).toString()),
  }));
}

/**
 * Sends a request for a token, and retries it after transient failures. One exchange per attempt.
 *
 * @param name The server's name in messages.
 */
export function* fetchToken(
  policy: RetryPolicy,
  name: string,
  request: (nowMs: number) => HttpRequest,
): Operation<GrantedToken> {
  return yield* retry(policy, true, function* () {
    const nowMs = yield* clock();
    const sent = request(nowMs);
    const response = yield* exchange(sent);
    if (!isSuccess(response.status)) throw refusal(response, name, secretsOf(sent), nowMs);
    const { access_token: token, expires_in: seconds } = fieldsOf(response.body);
    const expiresMs = typeof seconds === 'number' ? nowMs + seconds * 1000 : Number.NaN;
    if (isHeaderText(token) && Number.isFinite(expiresMs)) return { token, expiresMs };
    throw new CloudError('malformed-response', `${name} sent no token with a lifetime`);
  });
}

function refusal(response: HttpResponse, name: string, secrets: readonly string[], nowMs: number): CloudError {
  const { status, headers, body } = response;
  const { error, error_description: description } = fieldsOf(body);
  const reason = typeof error === 'string' ? error : undefined;
  const code = status >= 500 ? 'unavailable' : status === 429 ? 'rate-limited' : 'unauthenticated';
  const message =
    reason === undefined ? '' : [reason, description].filter((text) => typeof text === 'string').join(': ');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return new CloudError(code, `${name} responded with ${status}${message && ` ${printable(message, secrets)}`}`, {
    status,
    ...(reason !== undefined && { reason: printable(reason, secrets) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** An endpoint's message, without the secrets that it was sent: it may quote the form. */
function printable(message: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message);
  return clean.replace(/[^\x20-\x7e…]+/g, ' ').slice(0, 500);
}

function secretsOf({ body }: HttpRequest): string[] {
  if (!(body instanceof Uint8Array)) return [];
  const form = new URLSearchParams(new TextDecoder().decode(body));
  return ['assertion', 'client_assertion', 'client_secret', 'refresh_token'].flatMap((name) => form.get(name) || []);
}

/** The fields of a JSON object; none for anything else. */
function fieldsOf(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(new TextDecoder().decode(body))) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Whether a value is printable ASCII without white space, as a header needs it. */
export function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
