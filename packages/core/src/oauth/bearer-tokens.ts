/**
 * Sends bearer tokens.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750
 */
import { keepFresh } from '../expiring-value.ts';
import { immediate } from '../operations/immediate.ts';
import type { Operation } from '../operations/operation.ts';
import type { GrantedToken } from './token-endpoint.ts';

type Headers = Readonly<Record<string, string>>;

/** Authorizes requests with tokens. */
export interface Bearer {
  /** The headers of a request, with authorization added. No exchange unless a token must be fetched first. */
  authorize(request: { readonly headers: Headers }, nowMs: number): Operation<Record<string, string>>;
  /**
   * Takes the headers of a request that got a 401.
   *
   * @returns Whether another attempt would have another token. Absent: never.
   */
  renew?(refused: Headers): boolean;
}

/** Sends tokens from a source. They are cached until shortly before they expire; concurrent callers share one request. */
export function bearerTokens(source: () => Operation<GrantedToken>): Bearer {
  const tokens = keepFresh(source);
  return {
    *authorize({ headers }, nowMs) {
      const { token } = tokens.fresh(nowMs) ?? (yield* tokens.renew());
      return { ...headers, authorization: `Bearer ${token}` };
    },
    renew({ authorization }) {
      tokens.drop(({ token }) => authorization === `Bearer ${token}`);
      return true;
    },
  };
}

/** Sends one fixed token. */
export function fixedToken(token: string): Bearer {
  return { authorize: ({ headers }) => immediate({ ...headers, authorization: `Bearer ${token}` }) };
}
