/**
 * Identities besides HMAC keys: bearer tokens, the service account, and the routes that issue tokens. The routes are on
 * the storage server, on paths that no bucket can have.
 */
import type { IncomingMessage } from 'node:http';
import { splitTarget } from '../front/query.ts';
import type { Reply } from '../front/reply.ts';
import { isSignedBy, parseJwt, timeProblem } from './jwt.ts';
import { answerMetadata, isMetadataRequest } from './metadata-server.ts';
import { DEFAULT_SCOPES, readScopes } from './scopes.ts';
import { createServiceAccount, type ServiceAccount } from './service-account.ts';
import { answerToken, TOKEN_PATH } from './token-endpoint.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** Options of {@link createIdentity}. */
export interface IdentityOptions {
  readonly accessTokens: readonly string[];
  readonly tokenLifetimeSeconds: number;
}

/** The identities of one emulator. */
export interface Identity {
  readonly account: ServiceAccount;
  readonly tokens: Tokens;
  /** The scopes of a bearer: a known token, or a JWT that the service account signed for itself. */
  scopesOf(bearer: string, nowMs: number): readonly string[] | undefined;
  /** The reply of the token endpoint or the metadata server; `undefined` for other requests. */
  answer(request: IncomingMessage, proceed: () => void): Promise<Reply> | undefined;
}

/** The hosts whose `/token` is the token endpoint, for clients that name resolution sends here. */
const TOKEN_HOST = /^oauth2\.googleapis\.com(:\d+)?$/i;

/** Creates the identities. */
export function createIdentity({ accessTokens, tokenLifetimeSeconds }: IdentityOptions): Identity {
  const account = createServiceAccount(TOKEN_PATH);
  const tokens = createTokens(accessTokens, tokenLifetimeSeconds, DEFAULT_SCOPES);
  return {
    account,
    tokens,
    scopesOf: (bearer, nowMs) => tokens.scopesOf(bearer, nowMs) ?? selfSignedScopes(bearer, account, nowMs),
    answer(request, proceed) {
      const { path } = splitTarget(request.url ?? '/');
      const isToken = path === TOKEN_PATH || (path === '/token' && TOKEN_HOST.test(request.headers.host ?? ''));
      if (isToken) return answerToken(request, proceed, { account, tokens });
      return isMetadataRequest(request, path) ? Promise.resolve(answerMetadata(request, tokens)) : undefined;
    },
  };
}

/** @see https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth */
function selfSignedScopes(bearer: string, account: ServiceAccount, nowMs: number): readonly string[] | undefined {
  const jwt = parseJwt(bearer);
  if (jwt === undefined || jwt.claims.iss !== jwt.claims.sub) return undefined;
  const key = account.keyOf(jwt.claims.iss);
  if (key === undefined || !isSignedBy(jwt, key) || timeProblem(jwt.claims, nowMs) !== undefined) return undefined;
  return readScopes(jwt.claims.scope);
}
