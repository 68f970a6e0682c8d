/**
 * Caches a bearer token and renews it before it expires. Concurrent callers share one renewal.
 *
 * @see https://cloud.google.com/storage/docs/authentication#oauth
 */
import { CloudError, clock, immediate, type Operation, share } from '@isobar/core/provider';
import type { Signer } from '@isobar/s3-dialect';
import { maxRefreshAheadMs } from '../limits.ts';
import type { Credentials } from './credentials.ts';

/** A token from a source. */
export interface GrantedToken {
  readonly token: string;
  /** Its expiry, in milliseconds since 1970 UTC; absent when the source must be called each time. */
  readonly expiresMs?: number;
}

/** The part of credentials that sends tokens. */
export type Bearer = Pick<Credentials, 'authorize' | 'renew'>;

/** Sends tokens from a source. */
export function bearerTokens(source: () => Operation<GrantedToken>): Bearer {
  const owner = {};
  let held: { readonly token: string; readonly freshUntilMs: number } | undefined;

  const fresh = (nowMs: number): string | undefined => (held && nowMs < held.freshUntilMs ? held.token : undefined);

  function* refresh(): Operation<string> {
    const present = fresh(yield* clock());
    if (present !== undefined) return present;
    const { token, expiresMs } = yield* source();
    if (expiresMs === undefined) return token;
    // A token with a short lifetime is used for the first half of it.
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
      // Drops only the refused token: another call may have renewed it meanwhile.
      if (held && authorization === `Bearer ${held.token}`) held = undefined;
      return true;
    },
  };
}

/** Sends one fixed token. */
export function fixedToken(token: string): Bearer {
  return { authorize: ({ headers }) => immediate({ ...headers, authorization: `Bearer ${token}` }) };
}

/** Refuses to sign, and suggests credentials that can. */
// biome-ignore lint/correctness/useYield: it always throws
export function* noSigner(reason: string): Operation<Signer> {
  throw new CloudError(
    'unsupported',
    `signing a URL needs a key, and ${reason}; connect with \`key\` and \`secret\`, or with \`serviceAccount\``,
  );
}
