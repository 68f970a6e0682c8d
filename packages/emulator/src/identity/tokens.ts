/**
 * Bearer tokens: configured ones never expire, issued ones expire or are revoked.
 */
import { randomBytes } from 'node:crypto';

/** Like Google's prefix, but recognisable as the emulator's. */
const TOKEN_PREFIX = 'ya29.emulator-';

/** The tokens of one emulator. */
export interface Tokens {
  readonly lifetimeSeconds: number;
  /** A new token. */
  issue(scopes: readonly string[]): string;
  /** The scopes of a token; `undefined` when it is unknown, expired or revoked. */
  scopesOf(token: string, nowMs: number): readonly string[] | undefined;
  /** Revokes every token issued so far. */
  revokeIssued(): void;
}

/** Creates the tokens, none issued yet. */
export function createTokens(
  configured: readonly string[],
  lifetimeSeconds: number,
  scopes: readonly string[],
): Tokens {
  const issued = new Map<string, { readonly scopes: readonly string[]; readonly expiresMs: number }>();
  return {
    lifetimeSeconds,
    issue(granted) {
      const token = TOKEN_PREFIX + randomBytes(24).toString('base64url');
      issued.set(token, { scopes: granted, expiresMs: Date.now() + lifetimeSeconds * 1000 });
      return token;
    },
    scopesOf(token, nowMs) {
      if (configured.includes(token)) return scopes;
      const known = issued.get(token);
      if (known === undefined) return undefined;
      if (known.expiresMs > nowMs) return known.scopes;
      issued.delete(token);
      return undefined;
    },
    revokeIssued: () => issued.clear(),
  };
}
