/**
 * Application default credentials: the places where all of Google's tools look for credentials.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
import { bearerTokens, requestToken } from '@isobar/core/oauth';
import { CloudError, type Environment, environment, type Operation } from '@isobar/core/provider';
import { type Credentials, noSigner } from './credentials.ts';
import { deferred } from './deferred.ts';
import {
  type AuthorizedUser,
  authorizedUserSchema,
  checked,
  googleTokenUri,
  readKeyFile,
  serviceAccountSchema,
} from './key-files.ts';
import { metadataServer, metadataServerProblem } from './metadata-server.ts';
import { serviceAccount } from './service-account.ts';
import type { TokenSettings } from './token-settings.ts';

const fileVariable = 'GOOGLE_APPLICATION_CREDENTIALS';

/** Looks for the file that the environment names, then for gcloud's file, then for a metadata server. */
export function applicationDefault(settings: TokenSettings): Credentials {
  return deferred(() => discover(settings));
}

function* discover(settings: TokenSettings): Operation<Credentials> {
  const around = yield* environment([fileVariable, 'CLOUDSDK_CONFIG', 'APPDATA']);
  const named = around.variables[fileVariable];
  if (named) {
    const file = yield* readKeyFile(named, unauthenticated);
    // A file that is named but missing is an error. The other places are not tried.
    const hint = named === named.trim() ? '' : '; it starts or ends with white space (a line break?): remove it';
    if (!file) throw unauthenticated(`${fileVariable} names ${named.trim()}, which does not exist${hint}`);
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

/** The file that `gcloud auth application-default login` writes. */
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
    `${path} holds credentials ${type}; supported types are service_account and authorized_user. ` +
      'For others, pass a function that returns tokens as `accessToken`',
  );
}

/** Credentials of a user who logged in with gcloud: exchanges a refresh token for access tokens. */
function authorizedUser(user: AuthorizedUser, { retry }: TokenSettings): Credentials {
  const { client_id, client_secret, refresh_token, token_uri = googleTokenUri } = user;
  const form = { grant_type: 'refresh_token', client_id, client_secret, refresh_token };
  return {
    ...bearerTokens(() => requestToken(retry, token_uri, () => form)),
    signer: () => noSigner("a user's login is not one"),
  };
}

function unauthenticated(message: string, cause?: unknown): CloudError {
  return new CloudError('unauthenticated', message, {}, cause === undefined ? undefined : { cause });
}
