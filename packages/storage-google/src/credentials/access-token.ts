/** Access tokens that the user has, or has a function for. */
import { describe, invalidArgument, invoke, type Operation, whiteSpaceProblem } from '@isobar/core/provider';
import { bearerTokens, fixedToken, type GrantedToken, noSigner } from './bearer-tokens.ts';
import type { Credentials } from './credentials.ts';

/** An OAuth 2.0 access token and when it ends. */
export interface AccessToken {
  readonly token: string;
  /** Until shortly before then the token is kept, and the function not called. */
  readonly expiresAt: Date;
}

/** What a function for tokens gives: a token alone is used once, one with its end until shortly before that. */
export type GivenToken = string | AccessToken;

/** Gives a token; a promise of one only to asynchronous drivers. */
export type AccessTokenFunction = () => GivenToken | Promise<GivenToken>;

/** Credentials of a token, or of a function that gives one. */
export function accessToken(given: string | AccessTokenFunction): Credentials {
  const bearer = typeof given === 'string' ? fixedToken(given) : bearerTokens(() => askCaller(given));
  return { ...bearer, signer: () => noSigner('an access token is none') };
}

function* askCaller(give: AccessTokenFunction): Operation<GrantedToken> {
  const answer = yield* invoke(give, []);
  if (typeof answer === 'string') return { token: checkedToken(answer) };
  const { token, expiresAt } = (answer ?? {}) as Partial<AccessToken>;
  if (!(expiresAt instanceof Date) || Number.isNaN(expiresAt.getTime())) {
    throw invalidArgument('accessToken', `must give a token, or { token, expiresAt } with a Date`);
  }
  return { token: checkedToken(token), expiresMs: expiresAt.getTime() };
}

function checkedToken(token: unknown): string {
  if (isHeaderWord(token)) return token;
  // Not repeated, since it may be a token with a stray line break.
  const shape = typeof token === 'string' ? 'a string with other characters' : describe(token);
  const problem = typeof token === 'string' ? whiteSpaceProblem(token) : undefined;
  if (problem) throw invalidArgument('accessToken', `gives a token that ${problem}`);
  throw invalidArgument('accessToken', `must give a token of printable ASCII without blanks, not ${shape}`);
}

/** Whether a value may stand in a header line as one word. */
export function isHeaderWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
