/**
 * Token endpoints, which exchange a form for an access token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
import {
  CloudError,
  clock,
  exchange,
  type HttpRequest,
  type HttpResponse,
  isLoopback,
  isSuccess,
  lazySchema,
  type Operation,
  parseRetryAfter,
  type RetryPolicy,
  retry,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { isHeaderText } from './access-token.ts';
import type { GrantedToken } from './bearer-tokens.ts';

/** Google's own. @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
export const googleTokenUri = 'https://oauth2.googleapis.com/token';

/** Whether secrets may be sent to a URL: over TLS, or to this machine. */
export function isTokenUri(address: string): boolean {
  const url = URL.parse(address);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe && url.username === '' && url.password === '';
}

const tokenSchema = lazySchema(() =>
  z.object({ access_token: z.string().check(z.refine(isHeaderText)), expires_in: z.number() }),
);
const errorSchema = lazySchema(() => z.object({ error: z.string(), error_description: z.optional(z.string()) }));

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
    const grant = tokenSchema.safeParse(parsed(response.body));
    if (!grant.success) throw new CloudError('malformed-response', `${name} sent no token with a lifetime`);
    return { token: grant.data.access_token, expiresMs: nowMs + grant.data.expires_in * 1000 };
  });
}

function refusal(response: HttpResponse, name: string, secrets: readonly string[], nowMs: number): CloudError {
  const { status, headers, body } = response;
  const result = errorSchema.safeParse(parsed(body));
  const { error: reason, error_description: description } = result.success ? result.data : {};
  const code = status >= 500 ? 'unavailable' : status === 429 ? 'rate-limited' : 'unauthenticated';
  const message = [reason, description].filter((text) => text !== undefined).join(': ');
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
  return ['assertion', 'client_secret', 'refresh_token'].flatMap((name) => form.get(name) || []);
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
