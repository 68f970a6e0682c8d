/** Access tokens that the user passes, or returns from a function. */
import { describe } from '../arguments.ts';
import { invalidArgument } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { invoke } from '../steps/local-steps.ts';
import { whiteSpaceProblem } from '../white-space.ts';
import { type Bearer, bearerTokens, fixedToken } from './bearer-tokens.ts';
import { type GrantedToken, isHeaderText } from './token-endpoint.ts';

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

/**
 * Sends a token, or those that a function returns.
 *
 * @param field The option that holds it, for errors about what the function returns.
 */
export function givenTokens(field: string, given: string | AccessTokenFunction): Bearer {
  return typeof given === 'string' ? fixedToken(given) : bearerTokens(() => callTokenFunction(field, given));
}

function* callTokenFunction(field: string, tokenFunction: AccessTokenFunction): Operation<GrantedToken> {
  const result = yield* invoke(tokenFunction, []);
  if (typeof result === 'string') return { token: checkedToken(field, result) };
  const { token, expiresAt } = (result ?? {}) as Partial<AccessToken>;
  if (!(expiresAt instanceof Date) || Number.isNaN(expiresAt.getTime())) {
    throw invalidArgument(field, `must return a token, or { token, expiresAt } with a Date`);
  }
  return { token: checkedToken(field, token), expiresMs: expiresAt.getTime() };
}

function checkedToken(field: string, token: unknown): string {
  if (isHeaderText(token)) return token;
  // Not quoted: it may be a token with a stray line break.
  const shape = typeof token === 'string' ? 'a string with other characters' : describe(token);
  const problem = typeof token === 'string' ? whiteSpaceProblem(token) : undefined;
  if (problem) throw invalidArgument(field, `returns a token that ${problem}`);
  throw invalidArgument(field, `must return a token of printable ASCII without white space, not ${shape}`);
}
