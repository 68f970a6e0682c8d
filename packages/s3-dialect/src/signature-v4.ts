/**
 * Version 4 signatures in the dialects of Google (`GOOG4-HMAC-SHA256`) and Amazon, which differ only in constants. Other
 * kinds of keys, such as RSA, differ only in the last step.
 *
 * @see https://cloud.google.com/storage/docs/authentication/canonical-requests
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 */
import { nodeCrypto } from '@isobar/core/provider';
import { makeHmac } from './hmac.ts';
import { encodeQuery, type Query } from './percent-encoding.ts';

/** The constants of one dialect. */
export interface SignatureDialect {
  /** Starts the header and the string to sign. */
  readonly algorithm: string;
  /** Prefix of the secret in the first key. */
  readonly keyPrefix: string;
  /** The last two parts of the credential's scope. */
  readonly service: string;
  readonly terminator: string;
  /** `x-goog-` or `x-amz-`. */
  readonly headerPrefix: string;
}

/** Google's own dialect. */
export const google4: SignatureDialect = {
  algorithm: 'GOOG4-HMAC-SHA256',
  keyPrefix: 'GOOG4',
  service: 'storage',
  terminator: 'goog4_request',
  headerPrefix: 'x-goog-',
};

/** Amazon's dialect, which Google also accepts. */
export const amazon4: SignatureDialect = {
  algorithm: 'AWS4-HMAC-SHA256',
  keyPrefix: 'AWS4',
  service: 's3',
  terminator: 'aws4_request',
  headerPrefix: 'x-amz-',
};

/** Takes the place of the body's hash when the body is not signed. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** A request to sign. `path` is percent-encoded and `query` canonical, both exactly as sent. */
export interface SignableRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Headers to sign, with lower-case names; must include `host`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Signs requests with one key. */
export interface Signer {
  /**
   * Returns a request's headers with `authorization`, the time, and other headers that the signature needs.
   *
   * @param nowMs The time to sign for, in milliseconds since 1970 UTC.
   * @param payloadHash Hex SHA-256 of the body, or {@link unsignedPayload}; version 2 ignores it.
   */
  sign(request: SignableRequest, nowMs: number, payloadHash?: string): Record<string, string>;
  /**
   * Returns the query of a signed URL, with the signature. The body is not signed. Users of the URL must send the
   * request's headers.
   */
  presign(request: Omit<SignableRequest, 'query'>, query: Query, nowMs: number, expiresInSeconds: number): string;
  /**
   * Returns the fields of a form that allow an upload: the policy, its signature, and other fields that these need.
   *
   * @param policyWith Makes the policy, in base64. It must also allow the given fields.
   */
  signForm(policyWith: (fields: Readonly<Record<string, string>>) => string, nowMs: number): Record<string, string>;
}

/** Makes the signer for an access key. Caches the derived key of the day: deriving it costs as much as signing. */
export function makeSigner(dialect: SignatureDialect, accessKey: string, secret: string, region: string): Signer {
  let cachedDay = '';
  let signOfDay: ((text: string) => string) | undefined;
  return makeSignerBy(dialect, accessKey, region, (text, day) => {
    if (!signOfDay || day !== cachedDay) {
      cachedDay = day;
      signOfDay = makeHmac(deriveKey(dialect, secret, day, region));
    }
    return signOfDay(text);
  });
}

/**
 * Makes a signer that signs texts in another way than with a secret.
 *
 * @param signText Signs a text with the key of a day, such as `20260115`. Returns hex.
 */
export function makeSignerBy(
  dialect: Omit<SignatureDialect, 'keyPrefix'>,
  accessKey: string,
  region: string,
  signText: (text: string, day: string) => string,
): Signer {
  const { algorithm, headerPrefix, service, terminator } = dialect;
  const hashHeader = `${headerPrefix}content-sha256`;
  const dateHeader = `${headerPrefix}date`;
  return {
    sign(request, nowMs, payloadHash = unsignedPayload) {
      const time = signatureTime(nowMs);
      const day = time.slice(0, 8);
      const headers: Record<string, string> = {
        ...request.headers,
        [hashHeader]: payloadHash,
        [dateHeader]: time,
      };
      const scope = `${day}/${region}/${service}/${terminator}`;
      const { canonical, names } = canonicalRequest(request, headers, payloadHash);
      const signature = signText(stringToSign(algorithm, time, scope, canonical), day);
      headers.authorization = `${algorithm} Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
      return headers;
    },
    presign(request, query, nowMs, expiresInSeconds) {
      const time = signatureTime(nowMs);
      const day = time.slice(0, 8);
      const scope = `${day}/${region}/${service}/${terminator}`;
      const prefix = headerPrefix === 'x-goog-' ? 'X-Goog-' : 'X-Amz-';
      const signed = encodeQuery({
        ...query,
        [`${prefix}Algorithm`]: algorithm,
        [`${prefix}Credential`]: `${accessKey}/${scope}`,
        [`${prefix}Date`]: time,
        [`${prefix}Expires`]: String(expiresInSeconds),
        [`${prefix}SignedHeaders`]: Object.keys(request.headers).sort().join(';'),
      });
      const { canonical } = canonicalRequest({ ...request, query: signed }, request.headers, unsignedPayload);
      const signature = signText(stringToSign(algorithm, time, scope, canonical), day);
      return `${signed}&${prefix}Signature=${signature}`;
    },
    signForm(policyWith, nowMs) {
      const time = signatureTime(nowMs);
      const day = time.slice(0, 8);
      const fields = {
        [`${headerPrefix}date`]: time,
        [`${headerPrefix}credential`]: `${accessKey}/${day}/${region}/${service}/${terminator}`,
        [`${headerPrefix}algorithm`]: algorithm,
      };
      const policy = policyWith(fields);
      return { ...fields, policy, [`${headerPrefix}signature`]: signText(policy, day) };
    },
  };
}

/** The canonical request, which client and server must build byte for byte alike. */
export function canonicalRequest(
  request: SignableRequest,
  headers: Readonly<Record<string, string>>,
  payloadHash: string,
): { readonly canonical: string; readonly names: string } {
  const sorted = Object.keys(headers).sort();
  let lines = '';
  for (const name of sorted) lines += `${name}:${collapse(headers[name] ?? '')}\n`;
  const names = sorted.join(';');
  const { method, path, query } = request;
  return { canonical: `${method}\n${path}\n${query}\n${lines}\n${names}\n${payloadHash}`, names };
}

/** The text to sign. */
export function stringToSign(algorithm: string, time: string, scope: string, canonical: string): string {
  return `${algorithm}\n${time}\n${scope}\n${nodeCrypto().hash('sha256', canonical, 'hex')}`;
}

/** Derives the key of a day with four HMACs. */
export function deriveKey(dialect: SignatureDialect, secret: string, day: string, region: string): Uint8Array {
  const dated = hmac(dialect.keyPrefix + secret, day);
  return hmac(hmac(hmac(dated, region), dialect.service), dialect.terminator);
}

/** Basic-format ISO 8601, to the second: `20260115T103000Z`. */
export function signatureTime(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== lastTime.second) {
    const text = `${new Date(second * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    lastTime = { second, text };
  }
  return lastTime.text;
}

/** Caches the last result: a busy driver signs thousands of requests per second. */
let lastTime = { second: Number.NaN, text: '' };

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return nodeCrypto().createHmac('sha256', key).update(text).digest();
}

/** Trims a header value and collapses white space, as signatures require. */
function collapse(value: string): string {
  return /^\s|\s$|[ \t]{2}|\t/.test(value) ? value.trim().replace(/[ \t]+/g, ' ') : value;
}
