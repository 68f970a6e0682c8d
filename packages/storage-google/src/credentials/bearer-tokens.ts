/**
 * Bearer tokens: had once, kept until shortly before their end, had anew by one for all.
 *
 * @see https://cloud.google.com/storage/docs/authentication#oauth
 */
import { CloudError, clock, type Operation, share } from '@isobar/core/provider';
import type { Signer } from '../dialect/signature-v4.ts';
import { maxRefreshAheadMs } from '../limits.ts';
import { type Credentials, given } from './credentials.ts';

/** A token as a source gave it. */
export interface GrantedToken {
  readonly token: string;
  /** When it ends, in milliseconds since 1970 UTC; absent when the source is to be asked each time. */
  readonly expiresMs?: number;
}

/** The part of credentials that sends tokens. */
export type Bearer = Pick<Credentials, 'authorize' | 'renew'>;

/** Sends the tokens of a source. */
export function bearerTokens(source: () => Operation<GrantedToken>): Bearer {
  const owner = {};
  let held: { readonly token: string; readonly freshUntilMs: number } | undefined;

  const fresh = (nowMs: number): string | undefined => (held && nowMs < held.freshUntilMs ? held.token : undefined);

  function* refresh(): Operation<string> {
    const present = fresh(yield* clock());
    if (present !== undefined) return present;
    const { token, expiresMs } = yield* source();
    if (expiresMs === undefined) return token;
    // A token that lives shorter than the usual margin is used for the first half of its life.
    const aheadMs = Math.min(maxRefreshAheadMs, (expiresMs - (yield* clock())) / 2);
    held = { token, freshUntilMs: expiresMs - aheadMs };
    return token;
  }

  return {
    *authorize({ headers }, nowMs) {
      const token = fresh(nowMs) ?? (yield* share(owner, refresh()));
      return { ...headers, authorization: `Bearer ${token}` };
    },
    renew({ authorization }) {
      // Only the token that was refused: meanwhile somebody may have got another one.
      if (held && authorization === `Bearer ${held.token}`) held = undefined;
      return true;
    },
  };
}

/** Sends one token, for as long as it is accepted. */
export function fixedToken(token: string): Bearer {
  return { authorize: ({ headers }) => given({ ...headers, authorization: `Bearer ${token}` }) };
}

/** Refuses to sign, and says what would help. */
// biome-ignore lint/correctness/useYield: it always fails
export function* noSigner(reason: string): Operation<Signer> {
  throw new CloudError(
    'unsupported',
    `signing a URL needs a key, and ${reason}; connect with \`key\` and \`secret\`, or with \`serviceAccount\``,
  );
}
