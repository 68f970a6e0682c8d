/**
 * Verifies version 2 signatures as a server does, from the request as it came. Shares no code with the signer.
 *
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls-v2
 */
import { createHmac } from 'node:crypto';
import type { ReceivedRequest } from './signature-verifier.ts';

/** Parameters that belong to what is signed; a pattern where the signer has a list. */
const signedParameter =
  /^(acl|billing|compose|cors|defaultObjectAcl|delete|encryptionConfig|lifecycle|location|logging|partNumber|requestPayment|response-.*|storageClass|tagging|uploadId|uploads|userProject|versionId|versioning|versions|website|websiteConfig)$/;

/** What is wrong with the `Authorization` of a request; `undefined` when nothing is. */
export function problemV2({ headers, method, path }: ReceivedRequest, key: string, secret: string): string | undefined {
  const [, id, signature] = /^GOOG1 (\S+):([A-Za-z0-9+/]{27}=)$/.exec(headers.authorization ?? '') ?? [];
  if (id !== key) return 'has no authorization of the right form';
  if (headers.date === undefined || Number.isNaN(Date.parse(headers.date))) return 'has no date';
  return signature === signed(secret, method, path, headers, headers.date) ? undefined : 'has the wrong signature';
}

/** What is wrong with a request for a signed URL; `undefined` when nothing is. Not whether it has expired. */
export function urlProblemV2(
  { headers, method, path }: ReceivedRequest,
  key: string,
  secret: string,
): string | undefined {
  const url = new URL(path, 'http://host');
  const expires = url.searchParams.get('Expires') ?? '';
  if (url.searchParams.get('GoogleAccessId') !== key || !/^\d+$/.test(expires)) return 'does not say who, until when';
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
