/**
 * The metadata server of a virtual machine: its service account, and tokens.
 *
 * @see https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
 */
import type { IncomingMessage } from 'node:http';
import { parseQuery, splitTarget } from '../front/query.ts';
import type { Reply } from '../front/reply.ts';
import { DEFAULT_SCOPES, readScopes } from './scopes.ts';
import { ACCOUNT_EMAIL, PROJECT_ID } from './service-account.ts';
import type { Tokens } from './tokens.ts';

/** The prefix of all its paths. A bucket's name has no capital letters. */
const PREFIX = '/computeMetadata/';
const ACCOUNTS = '/computeMetadata/v1/instance/service-accounts/';

/** Whether a request is for the metadata server: by its path, or a client's probe for one. */
export function isMetadataRequest({ headers }: IncomingMessage, path: string): boolean {
  return path.startsWith(PREFIX) || (path === '/' && headers['metadata-flavor'] === 'Google');
}

/** Answers one request. */
export function answerMetadata(request: IncomingMessage, tokens: Tokens): Reply {
  const { path, query } = splitTarget(request.url ?? '');
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Method not allowed');
  // Both checks keep web pages and proxies from getting a token by accident.
  if (request.headers['metadata-flavor'] !== 'Google') return text(403, 'Missing Metadata-Flavor:Google header.');
  if (request.headers['x-forwarded-for'] !== undefined) return text(403, 'X-Forwarded-For is not allowed.');
  if (path === '/') return text(200, 'computeMetadata/\n');
  if (path === '/computeMetadata/v1/project/project-id') return text(200, PROJECT_ID);
  if (path === '/computeMetadata/v1/instance' || path === '/computeMetadata/v1/instance/') {
    return text(200, 'service-accounts/\n');
  }
  if (path === ACCOUNTS) return text(200, `default/\n${ACCOUNT_EMAIL}/\n`);
  const [account, key] = path.startsWith(ACCOUNTS) ? path.slice(ACCOUNTS.length).split('/') : [];
  if (account !== 'default' && account !== ACCOUNT_EMAIL) return text(404, 'Not found');
  const parameters = parseQuery(query);
  if (key === 'email') return text(200, ACCOUNT_EMAIL);
  if (key === 'scopes') return text(200, `${DEFAULT_SCOPES.join('\n')}\n`);
  if (key === 'token') return token(parameters.get('scopes'), tokens);
  if (key !== '' && key !== undefined) return text(404, 'Not found');
  if (parameters.get('recursive') !== 'true') return text(200, 'email\nscopes\ntoken\n');
  return json({ aliases: ['default'], email: ACCOUNT_EMAIL, scopes: DEFAULT_SCOPES });
}

function token(requested: string | undefined, tokens: Tokens): Reply {
  const scopes = readScopes(requested) ?? DEFAULT_SCOPES;
  const { lifetimeSeconds } = tokens;
  return json({ access_token: tokens.issue(scopes), expires_in: lifetimeSeconds, token_type: 'Bearer' });
}

function json(value: unknown): Reply {
  return { ...text(200, JSON.stringify(value)), headers: { ...headers, 'Content-Type': 'application/json' } };
}

const headers = { 'Metadata-Flavor': 'Google', Server: 'Metadata Server for VM' };

function text(status: number, body: string): Reply {
  return { status, headers: { ...headers, 'Content-Type': 'application/text' }, body };
}
