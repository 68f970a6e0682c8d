/** Access tokens that the user passes, or returns from a function. */
import { type AccessTokenFunction, givenTokens } from '@isobar/core/oauth';
import { type Credentials, noSigner } from './credentials.ts';

/** Credentials from a token, or from a function that returns one. */
export function accessToken(given: string | AccessTokenFunction): Credentials {
  return { ...givenTokens('accessToken', given), signer: () => noSigner('an access token is not one') };
}
