/**
 * Verifies version 4 signatures as a server does: from the request as it came, by the protocol's text alone. Shares no
 * code with the signer.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 */
import { createHash, createHmac } from 'node:crypto';

/** A request as it goes over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, verbatim. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The constants that tell Google's dialect from Amazon's. */
export interface Dialect {
  readonly word: 'GOOG4' | 'AWS4';
  readonly service: string;
  readonly prefix: 'x-goog-' | 'x-amz-';
}

/** Google's own dialect. */
export const googleDialect: Dialect = { word: 'GOOG4', service: 'storage', prefix: 'x-goog-' };

/** Amazon's dialect. */
export const amazonDialect: Dialect = { word: 'AWS4', service: 's3', prefix: 'x-amz-' };

/** Headers that proxies change on the way, or that are told only later: a signature over them would not hold. */
const unsignable = [
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'expect',
  'range',
  'user-agent',
];

/** What is wrong with the signature of a request; `undefined` when nothing is. */
export function signatureProblem(
  { method, path, headers }: ReceivedRequest,
  secret: string,
  dialect: Dialect = googleDialect,
): string | undefined {
  const form =
    /^(\w+)-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]*)\/([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, word, , day = '', region = '', service, end, list = '', signature] =
    form.exec(headers.authorization ?? '') ?? [];
  if (word !== dialect.word) return 'has no authorization of the right form';
  if (service !== dialect.service || end !== `${dialect.word.toLowerCase()}_request`) return 'has the wrong scope';
  const date = headers[`${dialect.prefix}date`] ?? '';
  if (!/^\d{8}T\d{6}Z$/.test(date) || date.slice(0, 8) !== day) return 'has a date that is not that of its scope';
  const signed = list.split(';');
  if (signed.join() !== [...new Set(signed)].sort().join()) return 'lists its signed headers in the wrong order';
  if (!signed.includes('host')) return 'does not sign its host';
  const forbidden = signed.find((name) => unsignable.includes(name));
  if (forbidden) return `signs ${forbidden}`;
  const loose = Object.keys(headers).find((name) => name.startsWith(dialect.prefix) && !signed.includes(name));
  if (loose) return `does not sign ${loose}`;
  const absent = signed.find((name) => headers[name] === undefined);
  if (absent) return `signs ${absent}, which it does not have`;

  const [pathname = '', ...rest] = path.split('?');
  const lines = [
    method,
    pathname,
    canonicalQuery(rest.join('?')),
    ...signed.map(
      (name) =>
        `${name}:${(headers[name] ?? '')
          .split(/[ \t]+/)
          .filter(Boolean)
          .join(' ')}`,
    ),
    '',
    list,
    headers[`${dialect.prefix}content-sha256`] ?? 'UNSIGNED-PAYLOAD',
  ];
  const digest = createHash('sha256').update(lines.join('\n'), 'utf8').digest('hex');
  const text = `${word}-HMAC-SHA256\n${date}\n${day}/${region}/${service}/${end}\n${digest}`;
  const key = [day, region, service, end].reduce<Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    Buffer.from(dialect.word + secret),
  );
  const expected = createHmac('sha256', key).update(text).digest('hex');
  return signature === expected ? undefined : 'has the wrong signature';
}

/** Sorted by name, then by value: not by the text of both, as `a=` comes before `a-b=`. */
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
