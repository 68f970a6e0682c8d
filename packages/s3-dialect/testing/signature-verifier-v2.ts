/**
 * Verifies version 2 signatures of received requests, as a server does. Shares no code with the signer.
 *
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls-v2
 */
import { createHmac } from 'node:crypto';
import type { ReceivedRequest } from './signature-verifier.ts';

/** Query parameters that are signed: a pattern, where the signer has a list. */
const signedParameter =
  /^(acl|billing|compose|cors|defaultObjectAcl|delete|encryptionConfig|lifecycle|location|logging|partNumber|requestPayment|response-.*|storageClass|tagging|uploadId|uploads|userProject|versionId|versioning|versions|website|websiteConfig)$/;

/** The problem with a request's `Authorization`; `undefined` when it is valid. */
export function problemV2({ headers, method, path }: ReceivedRequest, key: string, secret: string): string | undefined {
  const [, id, signature] = /^GOOG1 (\S+):([A-Za-z0-9+/]{27}=)$/.exec(headers.authorization ?? '') ?? [];
  if (id !== key) return 'has no valid authorization';
  if (headers.date === undefined || Number.isNaN(Date.parse(headers.date))) return 'has no date';
  return signature === signed(secret, method, path, headers, headers.date) ? undefined : 'has the wrong signature';
}

/** The problem with a signed URL; `undefined` when it is valid. Does not check its expiry. */
export function urlProblemV2(
  { headers, method, path }: ReceivedRequest,
  key: string,
  secret: string,
): string | undefined {
  const url = new URL(path, 'http://host');
  const expires = url.searchParams.get('Expires') ?? '';
  if (url.searchParams.get('GoogleAccessId') !== key || !/^\d+$/.test(expires)) return 'has no access id or no expiry';
  const isRight = url.searchParams.get('Signature') === signed(secret, method, path, headers, expires);
  return isRight ? undefined : 'has the wrong signature';
}

function signed(
  secret: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  time: string,
): string {
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  const query = new URLSearchParams(end < 0 ? '' : target.slice(end + 1));
  const subresources: string[] = [];
  for (const [name, value] of query) {
    if (signedParameter.test(name)) subresources.push(value === '' ? name : `${name}=${value}`);
  }
  subresources.sort();
  let text = `${method}\n${headers['content-md5'] ?? ''}\n${headers['content-type'] ?? ''}\n${time}\n`;
  for (const name of Object.keys(headers).sort()) {
    if (!name.startsWith('x-goog-')) continue;
    const words = (headers[name] ?? '').split(/[ \t]+/).filter(Boolean);
    text += `${name}:${words.join(' ')}\n`;
  }
  text += path + (subresources.length > 0 ? `?${subresources.join('&')}` : '');
  return createHmac('sha1', secret).update(text, 'utf8').digest('base64');
}
