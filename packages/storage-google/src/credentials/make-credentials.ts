/** Makes the kind of credentials that the options name. */
import type { RetryPolicy } from '@isobar/core/provider';
import type { CheckedGoogleStorageOptions } from '../options.ts';
import { accessToken } from './access-token.ts';
import { anonymous } from './anonymous.ts';
import { applicationDefault } from './application-default.ts';
import type { Credentials } from './credentials.ts';
import { hmacKey } from './hmac-key.ts';
import { metadataServer } from './metadata-server.ts';
import { serviceAccount, serviceAccountFile } from './service-account.ts';

/** The default scopes of tokens. @see https://cloud.google.com/storage/docs/oauth-scopes */
const defaultScopes: readonly string[] = ['https://www.googleapis.com/auth/devstorage.full_control'];

/** Makes the credentials of a driver. The validated options name exactly one way to authenticate. */
export function makeCredentials(options: CheckedGoogleStorageOptions, retry: RetryPolicy): Credentials {
  const { key, scopes = defaultScopes, secret, serviceAccount: account, signature = 'goog4' } = options;
  const settings = { retry, scopes };
  if (key !== undefined && secret !== undefined) return hmacKey(key, secret, signature);
  if (options.accessToken !== undefined) return accessToken(options.accessToken);
  if (typeof account === 'string') return serviceAccountFile(account, settings);
  if (account !== undefined) return serviceAccount(account, settings);
  if (options.credentials === 'application-default') return applicationDefault(settings);
  return options.credentials === 'metadata-server' ? metadataServer(settings) : anonymous;
}
