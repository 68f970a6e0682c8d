/**
 * Service accounts: exchanges a signed assertion for an access token, and signs URLs with the same key.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth
 */
import { bearerTokens, requestToken, signAssertion } from '@isobar/core/oauth';
import { CloudError, immediate, invalidArgument, nodeCrypto, type PrivateKey } from '@isobar/core/provider';
import { google4, makeSignerBy } from '@isobar/s3-dialect';
import { assertionLifeSeconds, signingRegion } from '../limits.ts';
import type { Credentials } from './credentials.ts';
import { deferred } from './deferred.ts';
import { checked, googleTokenUri, readKeyFile, rsaKey, type SigningKey, serviceAccountSchema } from './key-files.ts';
import type { TokenSettings } from './token-settings.ts';

/** Signatures with an RSA key; the account's e-mail address takes the place of the access key. */
const rsa4 = { ...google4, algorithm: 'GOOG4-RSA-SHA256' };

/** Credentials of a service account, from its key. */
export function serviceAccount(key: SigningKey, { retry, scopes }: TokenSettings): Credentials {
  const { client_email: email, private_key: pem, project_id: project, token_uri: address = googleTokenUri } = key;
  const privateKey = rsaKey(pem) as PrivateKey;
  const source = () =>
    requestToken(retry, address, (nowMs) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertion(key, privateKey, scopes, Math.floor(nowMs / 1000)),
    }));
  const signer = makeSignerBy(rsa4, email, signingRegion, (text) =>
    Buffer.from(nodeCrypto().sign('sha256', Buffer.from(text), privateKey)).toString('hex'),
  );
  return { ...bearerTokens(source), signer: () => immediate(signer), project: () => immediate(project) };
}

/** Credentials of a service account, from its key file, which is read before the first exchange. */
export function serviceAccountFile(path: string, settings: TokenSettings): Credentials {
  const fail = (message: string, cause?: unknown): CloudError => {
    const { code, details } = invalidArgument('serviceAccount', message);
    return new CloudError(code, `\`serviceAccount\`: ${message}`, details, cause === undefined ? undefined : { cause });
  };
  return deferred(function* () {
    const file = yield* readKeyFile(path, fail);
    if (!file) throw fail(`${path} does not exist`);
    if (file.type !== 'service_account') {
      throw fail(
        `${path} does not hold the key of a service account; for other files use \`credentials: 'application-default'\``,
      );
    }
    return serviceAccount(checked(serviceAccountSchema, file, path, fail), settings);
  });
}

/** The assertion that requests an access token, valid for one hour. */
function assertion(key: SigningKey, privateKey: PrivateKey, scopes: readonly string[], nowSeconds: number): string {
  const { client_email: iss, private_key_id: kid, token_uri: aud = googleTokenUri } = key;
  const claims = { iss, scope: scopes.join(' '), aud, iat: nowSeconds, exp: nowSeconds + assertionLifeSeconds };
  return signAssertion(claims, privateKey, kid === undefined ? {} : { kid });
}
