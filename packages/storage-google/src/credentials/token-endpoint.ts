/**
 * Token endpoints: a form for an access token.
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
import * as z from 'zod/mini';
import { isHeaderWord } from './access-token.ts';
import type { GrantedToken } from './bearer-tokens.ts';

/** Google's own. @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
export const googleTokenUri = 'https://oauth2.googleapis.com/token';

/** Whether secrets may be sent to an address: over TLS, or within this machine. */
export function isTokenUri(address: string): boolean {
  const url = URL.parse(address);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe && url.username === '' && url.password === '';
}

const tokenSchema = lazySchema(() =>
  z.object({ access_token: z.string().check(z.refine(isHeaderWord)), expires_in: z.number() }),
);
const errorSchema = lazySchema(() => z.object({ error: z.string(), error_description: z.optional(z.string()) }));

/**
 * Sends a form to a token endpoint. One exchange, more after failures that may pass.
 *
 * @param form Made anew for each try.
 * @throws {CloudError} `unauthenticated` with what the endpoint says; `malformed-response`, or a transport code.
 */
export function* requestToken(
  policy: RetryPolicy,
  address: string,
  form: (nowMs: number) => Readonly<Record<string, string>>,
): Operation<GrantedToken> {
  const { origin, pathname, search, host } = new URL(address);
  const path = pathname + search;
  return yield* askForToken(policy, `token endpoint ${origin}${pathname}`, (nowMs) => ({
    method: 'POST',
    origin,
    path,
    headers: { host, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode(new URLSearchParams(form(nowMs)).toString()),
  }));
}

/**
 * Sends a request whose answer is a token. One exchange, more after failures that may pass.
 *
 * @param name Who is asked, for messages.
 */
export function* askForToken(
  policy: RetryPolicy,
  name: string,
  request: (nowMs: number) => HttpRequest,
): Operation<GrantedToken> {
  return yield* retry(policy, true, function* () {
    const nowMs = yield* clock();
    const sent = request(nowMs);
    const response = yield* exchange(sent);
    if (!isSuccess(response.status)) throw refusal(response, name, secretsOf(sent), nowMs);
    const answer = tokenSchema.safeParse(parsed(response.body));
    if (!answer.success) throw new CloudError('malformed-response', `${name} answered without a token and its life`);
    return { token: answer.data.access_token, expiresMs: nowMs + answer.data.expires_in * 1000 };
  });
}

function refusal(response: HttpResponse, name: string, secrets: readonly string[], nowMs: number): CloudError {
  const { status, headers, body } = response;
  const told = errorSchema.safeParse(parsed(body));
  const { error: reason, error_description: description } = told.success ? told.data : {};
  const code = status >= 500 ? 'unavailable' : status === 429 ? 'rate-limited' : 'unauthenticated';
  const words = [reason, description].filter((word) => word !== undefined).join(': ');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return new CloudError(code, `${name} answered ${status}${words && ` ${printable(words, secrets)}`}`, {
    status,
    ...(reason !== undefined && { reason: printable(reason, secrets) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** What an endpoint says, without what it was sent: one that repeats a form must not bring a secret into a message. */
function printable(words: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), words);
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
