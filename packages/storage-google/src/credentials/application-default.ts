/**
 * Application default credentials: what Google's tools have left where all of them look.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
import { CloudError, type Environment, environment, type Operation } from '@isobar/core/provider';
import { bearerTokens, noSigner } from './bearer-tokens.ts';
import type { Credentials } from './credentials.ts';
import { deferred } from './deferred.ts';
import { type AuthorizedUser, authorizedUserSchema, checked, readKeyFile, serviceAccountSchema } from './key-files.ts';
import { metadataServer, metadataServerProblem } from './metadata-server.ts';
import { serviceAccount } from './service-account.ts';
import { googleTokenUri, requestToken } from './token-endpoint.ts';
import type { TokenSettings } from './token-settings.ts';

const fileVariable = 'GOOGLE_APPLICATION_CREDENTIALS';

/** Looks in the file that the environment names, then in that of gcloud, then for a metadata server. */
export function applicationDefault(settings: TokenSettings): Credentials {
  return deferred(() => discover(settings));
}

function* discover(settings: TokenSettings): Operation<Credentials> {
  const around = yield* environment([fileVariable, 'CLOUDSDK_CONFIG', 'APPDATA']);
  const named = around.variables[fileVariable];
  if (named) {
    const file = yield* readKeyFile(named, unauthenticated);
    // Whoever names a file means it: not to go on is to be heard of.
    const padding = named === named.trim() ? '' : '; it has white space at one end (a line break?): remove it';
    if (!file) throw unauthenticated(`${fileVariable} names ${named.trim()}, which does not exist${padding}`);
    return fromFile(file, named, settings);
  }
  const wellKnown = wellKnownFile(around);
  const file = yield* readKeyFile(wellKnown, unauthenticated);
  if (file) return fromFile(file, wellKnown, settings);
  const problem = yield* metadataServerProblem();
  if (problem === undefined) return metadataServer(settings);
  throw unauthenticated(
    `no application default credentials: ${fileVariable} is not set, ${wellKnown} does not exist, ${problem}. ` +
      `Run \`gcloud auth application-default login\`, set ${fileVariable} to the path of a key file, or connect with another way to authenticate`,
  );
}

/** Where `gcloud auth application-default login` writes to. */
function wellKnownFile({ homeFolder, platform, variables }: Environment): string {
  const { APPDATA, CLOUDSDK_CONFIG } = variables;
  const folder =
    CLOUDSDK_CONFIG || (platform === 'win32' && APPDATA ? `${APPDATA}/gcloud` : `${homeFolder}/.config/gcloud`);
  return `${folder}/application_default_credentials.json`;
}

function fromFile(file: Readonly<Record<string, unknown>>, path: string, settings: TokenSettings): Credentials {
  if (file.type === 'service_account') {
    return serviceAccount(checked(serviceAccountSchema, file, path, unauthenticated), settings);
  }
  if (file.type === 'authorized_user') {
    return authorizedUser(checked(authorizedUserSchema, file, path, unauthenticated), settings);
  }
  const type =
    typeof file.type === 'string' && /^\w{1,64}$/.test(file.type) ? `of type ${file.type}` : 'without a type';
  throw new CloudError(
    'unsupported',
    `${path} holds credentials ${type}; those of the types service_account and authorized_user can be used. ` +
      'Others: pass a function that gives tokens as `accessToken`',
  );
}

/** Credentials of a user who has logged in with gcloud: a refresh token for access tokens. */
function authorizedUser(user: AuthorizedUser, { retry }: TokenSettings): Credentials {
  const { client_id, client_secret, refresh_token, token_uri = googleTokenUri } = user;
  const form = { grant_type: 'refresh_token', client_id, client_secret, refresh_token };
  return {
    ...bearerTokens(() => requestToken(retry, token_uri, () => form)),
    signer: () => noSigner("a user's login is none"),
  };
}

function unauthenticated(message: string, cause?: unknown): CloudError {
  return new CloudError('unauthenticated', message, {}, cause === undefined ? undefined : { cause });
}
