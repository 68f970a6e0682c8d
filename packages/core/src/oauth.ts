/** OAuth 2.0 for providers: bearer tokens that are cached and renewed, token endpoints, signed assertions. */
export { signAssertion } from './oauth/assertion.ts';
export { type Bearer, bearerTokens, fixedToken } from './oauth/bearer-tokens.ts';
export { fetchToken, type GrantedToken, isHeaderText, isTokenUri, requestToken } from './oauth/token-endpoint.ts';
export {
  type AccessToken,
  type AccessTokenFunction,
  type GivenToken,
  givenTokens,
} from './oauth/token-function.ts';
