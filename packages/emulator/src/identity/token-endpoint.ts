/**
 * The OAuth token endpoint: exchanges a service account's signed assertion, or a user's refresh token, for an access
 * token.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
import type { IncomingMessage } from 'node:http';
import { gatherBody } from '../front/body.ts';
import type { Reply } from '../front/reply.ts';
import { isSignedBy, parseJwt, timeProblem } from './jwt.ts';
import { DEFAULT_SCOPES, readScopes } from './scopes.ts';
import type { ServiceAccount } from './service-account.ts';
import type { Tokens } from './tokens.ts';

/** Its path, which Google has too. `o` is too short for a bucket name, so the path hides no bucket. */
export const TOKEN_PATH = '/o/oauth2/token';

/** Audiences of Google's own token endpoint, old and new. */
const googleAudiences: readonly string[] = [
  'https://oauth2.googleapis.com/token',
  'https://accounts.google.com/o/oauth2/token',
  'https://www.googleapis.com/oauth2/v4/token',
];

/** The one installed application and its user. The values are not secret. */
export const authorizedUser = {
  type: 'authorized_user',
  client_id: 'emulator-client.apps.googleusercontent.com',
  client_secret: 'emulator-client-secret',
  refresh_token: '1//emulator-refresh-token',
} as const;

/** Assertions and refresh tokens are short. */
const MAX_FORM_BYTES = 64 * 1024;

/** The account and tokens of the endpoint. */
export interface TokenEndpoint {
  readonly account: ServiceAccount;
  readonly tokens: Tokens;
}

/** A refused grant: 400 with this code. */
class GrantError extends Error {
  override readonly name = 'GrantError';
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/** Answers one request to the endpoint. */
export async function answerToken(
  request: IncomingMessage,
  proceed: () => void,
  endpoint: TokenEndpoint,
): Promise<Reply> {
  if (request.method !== 'POST') return { ...json(405, { error: 'invalid_request' }), headers: { Allow: 'POST' } };
  proceed();
  try {
    const scopes = grant(await readForm(request), request.headers.host ?? '', endpoint);
    return json(200, {
      access_token: endpoint.tokens.issue(scopes),
      expires_in: endpoint.tokens.lifetimeSeconds,
      token_type: 'Bearer',
      scope: scopes.join(' '),
    });
  } catch (error) {
    if (!(error instanceof GrantError)) throw error;
    return json(error.code === 'invalid_client' ? 401 : 400, { error: error.code, error_description: error.message });
  }
}

function grant(form: URLSearchParams, host: string, endpoint: TokenEndpoint): readonly string[] {
  const type = form.get('grant_type');
  if (type === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    return byAssertion(form.get('assertion') ?? '', host, endpoint.account);
  }
  if (type === 'refresh_token') return byRefreshToken(form);
  throw new GrantError('unsupported_grant_type', `Invalid grant_type: ${type ?? ''}`);
}

function byAssertion(assertion: string, host: string, account: ServiceAccount): readonly string[] {
  const jwt = parseJwt(assertion);
  if (jwt === undefined) throw new GrantError('invalid_grant', 'Invalid JWT: it could not be parsed.');
  const { iss, aud, scope } = jwt.claims;
  const key = account.keyOf(iss);
  if (key === undefined) throw new GrantError('invalid_grant', 'Invalid grant: account not found');
  if (!isSignedBy(jwt, key)) throw new GrantError('invalid_grant', 'Invalid JWT Signature.');
  const problem = timeProblem(jwt.claims, Date.now());
  if (problem !== undefined) throw new GrantError('invalid_grant', problem);
  if (typeof aud !== 'string' || !(googleAudiences.includes(aud) || aud === `http://${host}${TOKEN_PATH}`)) {
    throw new GrantError('invalid_grant', `Invalid JWT: aud does not name this endpoint: ${JSON.stringify(aud)}`);
  }
  const scopes = readScopes(scope);
  if (scopes === undefined) throw new GrantError('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  return scopes;
}

function byRefreshToken(form: URLSearchParams): readonly string[] {
  const { client_id, client_secret, refresh_token } = authorizedUser;
  if (form.get('client_id') !== client_id || form.get('client_secret') !== client_secret) {
    throw new GrantError('invalid_client', 'The OAuth client was not found.');
  }
  if (form.get('refresh_token') !== refresh_token) {
    throw new GrantError('invalid_grant', 'Token has been expired or revoked.');
  }
  return readScopes(form.get('scope')) ?? DEFAULT_SCOPES;
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const bytes = await gatherBody(request, (sizeBytes) => {
    if (sizeBytes > MAX_FORM_BYTES) throw new GrantError('invalid_request', 'The form is too large.');
  });
  return new URLSearchParams(bytes.toString());
}

function json(status: number, value: unknown): Reply {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}
