/**
 * Version 2 signatures (`GOOG1`): HMAC-SHA1. Google still accepts them.
 *
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls-v2
 */
import { nodeCrypto } from '@isobar/core/provider';
import { encodePart, encodeQuery, type Query } from './percent-encoding.ts';
import type { SignableRequest, Signer } from './signature-v4.ts';

/** Query parameters that are signed, besides those that start with `response-`. Others, such as `prefix`, are not. */
const subresources: ReadonlySet<string> = new Set([
  'acl',
  'billing',
  'compose',
  'cors',
  'defaultObjectAcl',
  'delete',
  'encryptionConfig',
  'lifecycle',
  'location',
  'logging',
  'partNumber',
  'requestPayment',
  'storageClass',
  'tagging',
  'uploadId',
  'uploads',
  'userProject',
  'versionId',
  'versioning',
  'versions',
  'website',
  'websiteConfig',
]);

/** Makes the signer for an access key. */
export function makeSignerV2(accessKey: string, secret: string): Signer {
  return {
    sign(request, nowMs) {
      const date = new Date(nowMs).toUTCString();
      const signature = signV2(secret, stringToSignV2(request, date));
      return { ...request.headers, date, authorization: `GOOG1 ${accessKey}:${signature}` };
    },
    presign(request, query, nowMs, expiresInSeconds) {
      const expires = String(Math.floor(nowMs / 1000) + expiresInSeconds);
      const signature = signV2(secret, stringToSignV2({ ...request, query: encodeQuery(query) }, expires));
      const signed: Query = { ...query, GoogleAccessId: accessKey, Expires: expires };
      return `${encodeQuery(signed)}&Signature=${encodePart(signature)}`;
    },
    signForm(policyWith) {
      const policy = policyWith({});
      return { GoogleAccessId: accessKey, policy, signature: signV2(secret, policy) };
    },
  };
}

/** The text to sign. */
export function stringToSignV2(request: SignableRequest, dateOrExpires: string): string {
  const { headers, method, path, query } = request;
  const extensions = Object.keys(headers)
    .filter((name) => name.startsWith('x-goog-'))
    .sort()
    .map((name) => `${name}:${(headers[name] ?? '').trim().replace(/[ \t]+/g, ' ')}\n`)
    .join('');
  const lines = [method, headers['content-md5'] ?? '', headers['content-type'] ?? '', dateOrExpires];
  return `${lines.join('\n')}\n${extensions}${path}${signedQuery(query)}`;
}

/** The signed parameters, decoded. */
function signedQuery(query: string): string {
  const signed = query
    .split('&')
    .map((parameter) => parameter.split('=').map(decodeURIComponent) as [name: string, value?: string])
    .filter(([name]) => subresources.has(name) || name.startsWith('response-'))
    .map(([name, value]) => (value ? `${name}=${value}` : name))
    .sort();
  return signed.length === 0 ? '' : `?${signed.join('&')}`;
}

/** The signature of a text, base64. */
function signV2(secret: string, text: string): string {
  return nodeCrypto().createHmac('sha1', secret).update(text).digest('base64');
}
