/**
 * V2 signatures (HMAC-SHA1), old but still accepted: `Authorization: GOOG1 …` or `AWS …`, and signed URLs with
 * `Expires` and `Signature`.
 *
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls-v2
 */
import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import { refusal } from '../errors.ts';
import { type Caller, MAX_SKEW_MS, type SignedRequest, type Verification } from './caller.ts';
import { canonicalHeaderValue } from './canonical.ts';
import { parseTimestamp } from './v4.ts';

/** Query parameters that are part of the signed resource. Listing parameters never are. */
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

const isResponseHeader = (name: string) => name.startsWith('response-');
const isProject = (name: string) => name === 'userProject';

/**
 * Parameters that signed URLs may leave unsigned. Google's own libraries add them to a URL after signing it; others
 * sign them.
 */
const omissions: readonly ((name: string) => boolean)[] = [
  () => false,
  isResponseHeader,
  isProject,
  (name) => isResponseHeader(name) || isProject(name),
];

/**
 * The string to sign. `dateOrExpires` is empty when `x-goog-date` or `x-amz-date` is sent. Leaves out the sub-resources
 * for which `omits` is true.
 */
export function stringToSignV2(
  request: SignedRequest,
  prefix: string,
  dateOrExpires: string,
  omits: (name: string) => boolean = () => false,
): string {
  const header = (name: string) => request.headers[name] ?? '';
  const extensions = request.headerNames
    .filter((name) => name.startsWith(prefix) && name !== 'x-goog-emulator-instructions')
    .sort()
    .map((name) => `${name}:${canonicalHeaderValue(request.values(name))}\n`)
    .join('');
  const host = request.hostBucket === undefined ? '' : `/${request.hostBucket}`;
  const signed = request.query.entries
    .filter(([name]) => (subresources.has(name) || isResponseHeader(name)) && !omits(name))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .sort();
  const resource = `${host}${request.rawPath}${signed.length === 0 ? '' : `?${signed.join('&')}`}`;
  return `${request.method}\n${header('content-md5')}\n${header('content-type')}\n${dateOrExpires}\n${extensions}${resource}`;
}

/** The signature of a text, base64. */
export function signV2(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text, 'latin1').digest('base64');
}

/** Verifies `Authorization: GOOG1 ID:SIGNATURE` or `AWS ID:SIGNATURE`. */
export function verifyHeaderV2(request: SignedRequest, verification: Verification): Caller {
  const match = /^(GOOG1|AWS) ([^:]+):(.+)$/.exec(request.headers.authorization ?? '');
  const [, scheme, accessKey = '', signature = ''] = match ?? [];
  if (match === null) {
    throw refusal('MalformedSecurityHeader', { extra: { ParameterName: 'Authorization' } });
  }
  const prefix = scheme === 'GOOG1' ? 'x-goog-' : 'x-amz-';
  const stamp = request.headers[`${prefix}date`] as string | undefined;
  const date = request.headers.date ?? '';
  const moment = stamp === undefined ? Date.parse(date) : (parseTimestamp(stamp) ?? Date.parse(stamp));
  if (Number.isNaN(moment)) throw refusal('MissingSecurityHeader', { extra: { ParameterName: 'Date' } });
  if (Math.abs(moment - verification.nowMs) > MAX_SKEW_MS) throw refusal('RequestTimeTooSkewed');
  check(verification, accessKey, signature, [stringToSignV2(request, prefix, stamp === undefined ? date : '')]);
  return { account: verification.accountOf(accessKey), dialect: scheme === 'GOOG1' ? 'goog' : 'amz' };
}

/** Verifies a V2 signed URL; `idParameter` is `GoogleAccessId` or `AWSAccessKeyId`. */
export function verifySignedUrlV2(
  request: SignedRequest,
  idParameter: 'GoogleAccessId' | 'AWSAccessKeyId',
  verification: Verification,
): Caller {
  const accessKey = request.query.get(idParameter) ?? '';
  const expires = request.query.get('Expires') ?? '';
  if (!/^\d+$/.test(expires)) throw refusal('InvalidArgument', 'Expires must be Unix seconds.');
  if (verification.nowMs > Number(expires) * 1000) throw refusal('ExpiredToken', `Request has expired: ${expires}`);
  const prefix = idParameter === 'GoogleAccessId' ? 'x-goog-' : 'x-amz-';
  const signature = request.query.get('Signature') ?? '';
  // An unencoded plus of the base64 is decoded as a space.
  const texts = omissions.map((omits) => stringToSignV2(request, prefix, expires, omits));
  check(verification, accessKey, signature.replaceAll(' ', '+'), texts);
  return { account: verification.accountOf(accessKey), dialect: idParameter === 'GoogleAccessId' ? 'goog' : 'amz' };
}

/** Whether a text is signed by an HMAC key (SHA-1) or a service account (SHA-256); refuses unknown ones. */
export function isSignatureV2(verification: Verification, id: string, signature: string, text: string): boolean {
  const key = verification.accountKeyOf(id);
  if (key !== undefined)
    return verify('RSA-SHA256', Buffer.from(text, 'latin1'), key, Buffer.from(signature, 'base64'));
  const secret = verification.secretOf(id);
  if (secret === undefined) throw refusal('InvalidAccessKeyId');
  const given = Buffer.from(signature);
  const computed = Buffer.from(signV2(secret, text));
  return given.length === computed.length && timingSafeEqual(given, computed);
}

function check(verification: Verification, accessKey: string, signature: string, texts: readonly string[]): void {
  if (texts.some((text) => isSignatureV2(verification, accessKey, signature, text))) return;
  throw refusal('SignatureDoesNotMatch', {
    details:
      'The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.',
    extra: { StringToSign: texts[0] ?? '' },
  });
}
