/** Access tokens that the user passes, or returns from a function. */
import { describe, invalidArgument, invoke, type Operation, whiteSpaceProblem } from '@isobar/core/provider';
import { bearerTokens, fixedToken, type GrantedToken, noSigner } from './bearer-tokens.ts';
import type { Credentials } from './credentials.ts';

/** An OAuth 2.0 access token and its expiry. */
export interface AccessToken {
  readonly token: string;
  /** The token is cached, and the function not called, until shortly before then. */
  readonly expiresAt: Date;
}

/** A result of a token function. A plain token is used once, one with an expiry until shortly before it expires. */
export type GivenToken = string | AccessToken;

/** Returns a token. It may return a promise only to asynchronous drivers. */
export type AccessTokenFunction = () => GivenToken | Promise<GivenToken>;

/** Credentials from a token, or from a function that returns one. */
export function accessToken(given: string | AccessTokenFunction): Credentials {
  const bearer = typeof given === 'string' ? fixedToken(given) : bearerTokens(() => callTokenFunction(given));
  return { ...bearer, signer: () => noSigner('an access token is not one') };
}

function* callTokenFunction(tokenFunction: AccessTokenFunction): Operation<GrantedToken> {
  const result = yield* invoke(tokenFunction, []);
  if (typeof result === 'string') return { token: checkedToken(result) };
  const { token, expiresAt } = (result ?? {}) as Partial<AccessToken>;
  if (!(expiresAt instanceof Date) || Number.isNaN(expiresAt.getTime())) {
    throw invalidArgument('accessToken', `must return a token, or { token, expiresAt } with a Date`);
  }
  return { token: checkedToken(token), expiresMs: expiresAt.getTime() };
}

function checkedToken(token: unknown): string {
  if (isHeaderText(token)) return token;
  // Not quoted: it may be a token with a stray line break.
  const shape = typeof token === 'string' ? 'a string with other characters' : describe(token);
  const problem = typeof token === 'string' ? whiteSpaceProblem(token) : undefined;
  if (problem) throw invalidArgument('accessToken', `returns a token that ${problem}`);
  throw invalidArgument('accessToken', `must return a token of printable ASCII without white space, not ${shape}`);
}

/** Whether a value is printable ASCII without white space, as a header needs it. */
export function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
