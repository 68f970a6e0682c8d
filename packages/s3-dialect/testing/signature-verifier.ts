/**
 * Verifies version 4 signatures of received requests, as a server does. Follows the protocol's text and shares no code
 * with the signer.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 */
import { createHash, createHmac } from 'node:crypto';

/** A request as received. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, verbatim. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The constants in which Google's and Amazon's dialects differ. */
export interface Dialect {
  readonly name: 'GOOG4' | 'AWS4';
  readonly service: string;
  readonly prefix: 'x-goog-' | 'x-amz-';
}

/** Google's own dialect. */
export const googleDialect: Dialect = { name: 'GOOG4', service: 'storage', prefix: 'x-goog-' };

/** Amazon's dialect. */
export const amazonDialect: Dialect = { name: 'AWS4', service: 's3', prefix: 'x-amz-' };

/** Headers that must not be signed, because proxies change them or they are set after signing. */
const unsignable = [
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'expect',
  'range',
  'user-agent',
];

/** The problem with a request's signature; `undefined` when it is valid. */
export function signatureProblem(
  request: ReceivedRequest,
  secret: string,
  dialect: Dialect = googleDialect,
): string | undefined {
  const { headers, path } = request;
  const form = /^(\w+)-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, name, credential = '', list = '', signature] = form.exec(headers.authorization ?? '') ?? [];
  if (name !== dialect.name) return 'has no valid authorization';
  const date = headers[`${dialect.prefix}date`] ?? '';
  const payloadHash = headers[`${dialect.prefix}content-sha256`] ?? 'UNSIGNED-PAYLOAD';
  return claimProblem({ request, path, credential, date, list, signature, payloadHash }, secret, dialect);
}

/** The problem with a signed URL; `undefined` when it is valid. Does not check its expiry. */
export function urlProblem(
  request: ReceivedRequest,
  secret: string,
  dialect: Dialect = googleDialect,
): string | undefined {
  const name = dialect.name === 'GOOG4' ? 'X-Goog-' : 'X-Amz-';
  const parameterOf = (parameter: string) =>
    decodeURIComponent(new RegExp(`[?&]${name}${parameter}=([^&]*)`).exec(request.path)?.[1] ?? '');
  if (parameterOf('Algorithm') !== `${dialect.name}-HMAC-SHA256`) return 'has no algorithm in its query';
  if (!/^[1-9]\d*$/.test(parameterOf('Expires'))) return 'has no expiry';
  const claim = {
    request,
    path: request.path.replace(new RegExp(`[?&]${name}Signature=[^&]*`), ''),
    credential: parameterOf('Credential'),
    date: parameterOf('Date'),
    list: parameterOf('SignedHeaders'),
    signature: parameterOf('Signature'),
    payloadHash: 'UNSIGNED-PAYLOAD',
  };
  return claimProblem(claim, secret, dialect);
}

/** The fields of a signature, from a header or a URL. */
interface Claim {
  readonly request: ReceivedRequest;
  /** Path and query without the signature. */
  readonly path: string;
  readonly credential: string;
  readonly date: string;
  readonly list: string;
  readonly signature: string | undefined;
  readonly payloadHash: string;
}

function claimProblem(claim: Claim, secret: string, dialect: Dialect): string | undefined {
  const { credential, date, list, path, payloadHash, signature } = claim;
  const { headers, method } = claim.request;
  const [, day = '', region = '', service, end, ...more] = credential.split('/');
  if (service !== dialect.service || end !== `${dialect.name.toLowerCase()}_request` || more.length > 0) {
    return 'has the wrong scope';
  }
  if (!/^\d{8}T\d{6}Z$/.test(date) || date.slice(0, 8) !== day) return 'has a date that differs from its scope';
  const signed = list.split(';');
  if (signed.join() !== [...new Set(signed)].sort().join()) return 'lists its signed headers in the wrong order';
  if (!signed.includes('host')) return 'does not sign its host';
  const forbidden = signed.find((name) => unsignable.includes(name));
  if (forbidden) return `signs ${forbidden}`;
  const unsigned = Object.keys(headers).find((name) => name.startsWith(dialect.prefix) && !signed.includes(name));
  if (unsigned) return `does not sign ${unsigned}`;
  const absent = signed.find((name) => headers[name] === undefined);
  if (absent) return `signs ${absent}, which is missing`;

  const [pathname = '', ...rest] = path.split('?');
  const canonicalHeaders = signed.map((name) => `${name}:${collapsed(headers[name] ?? '')}`);
  const lines = [method, pathname, canonicalQuery(rest.join('?')), ...canonicalHeaders, '', list, payloadHash];
  const digest = createHash('sha256').update(lines.join('\n'), 'utf8').digest('hex');
  const text = `${dialect.name}-HMAC-SHA256\n${date}\n${day}/${region}/${service}/${end}\n${digest}`;
  const key = [day, region, service, end].reduce<Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    Buffer.from(dialect.name + secret),
  );
  const expected = createHmac('sha256', key).update(text).digest('hex');
  return signature === expected ? undefined : 'has the wrong signature';
}

function collapsed(value: string): string {
  return value
    .split(/[ \t]+/)
    .filter(Boolean)
    .join(' ');
}

/** Sorted by name, then by value. Sorting `name=value` as one string would put `a-b=` before `a=`. */
function canonicalQuery(query: string): string {
  const parameters = query
    .split('&')
    .filter(Boolean)
    .map((parameter) => parameter.split('='));
  parameters.sort(([one = '', first = ''], [other = '', second = '']) => byBytes(one, other) || byBytes(first, second));
  return parameters.map(([name, value = '']) => `${name}=${value}`).join('&');
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
