/**
 * Version 4 signatures, in the dialect of Google (`GOOG4-HMAC-SHA256`) or of Amazon, which differ in constants only; and
 * with the RSA key of a service account (`GOOG4-RSA-SHA256`), which differ in the last step only.
 *
 * @see https://cloud.google.com/storage/docs/authentication/canonical-requests
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 */
import { nodeCrypto, type PrivateKey } from '@isobar/core/provider';
import { encodeQuery, type Query } from './encode.ts';
import { makeHmac } from './hmac.ts';

/** The constants of one dialect. */
export interface SignatureDialect {
  /** First word of the header and of the string to sign. */
  readonly algorithm: string;
  /** Put before the secret to make the first key. */
  readonly keyPrefix: string;
  /** Last parts of the credential's scope. */
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

/** Amazon's dialect, which Google accepts too. */
export const amazon4: SignatureDialect = {
  algorithm: 'AWS4-HMAC-SHA256',
  keyPrefix: 'AWS4',
  service: 's3',
  terminator: 'aws4_request',
  headerPrefix: 'x-amz-',
};

/** Stands for the hash of a body that is not part of the signature. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** A request as the signer sees it; `path` is percent-encoded and `query` canonical, both exactly as sent. */
export interface SignableRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Headers that are signed, lower-case names; `host` must be among them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Signs requests of one key. */
export interface Signer {
  /**
   * The headers of a request, with the time, what else the signature needs, and `authorization` added.
   *
   * @param nowMs The time to sign for, in milliseconds since 1970 UTC.
   * @param payloadHash Hex SHA-256 of the body, or {@link unsignedPayload}; version 2 does not look at it.
   */
  sign(request: SignableRequest, nowMs: number, payloadHash?: string): Record<string, string>;
  /**
   * The query of a signed URL, signature included. The body is not part of the signature; the request's headers must be
   * sent by whoever uses the URL.
   */
  presign(request: Omit<SignableRequest, 'query'>, query: Query, nowMs: number, expiresInSeconds: number): string;
  /**
   * The fields of a form that allow an upload: the policy, its signature, and what the signature needs.
   *
   * @param policyWith Makes the policy, base64, of the fields that it must allow besides its own.
   */
  signForm(policyWith: (fields: Readonly<Record<string, string>>) => string, nowMs: number): Record<string, string>;
}

/** Makes the signer of an access key. Keeps the derived key of the day, whose making costs as much as the signing. */
export function makeSigner(dialect: SignatureDialect, accessKey: string, secret: string, region: string): Signer {
  let keptDay = '';
  let signOfDay: ((text: string) => string) | undefined;
  return signerBy(dialect, accessKey, region, (text, day) => {
    if (!signOfDay || day !== keptDay) {
      keptDay = day;
      signOfDay = makeHmac(deriveKey(dialect, secret, day, region));
    }
    return signOfDay(text);
  });
}

/** Makes the signer of a service account, whose e-mail address stands for the access key. */
export function makeRsaSigner(email: string, privateKey: PrivateKey, region: string): Signer {
  const dialect = { ...google4, algorithm: 'GOOG4-RSA-SHA256' };
  return signerBy(dialect, email, region, (text) =>
    Buffer.from(nodeCrypto().sign('sha256', Buffer.from(text), privateKey)).toString('hex'),
  );
}

/** @param signText Makes the signature of a text for a day, in hex. */
function signerBy(
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

/** The canonical request: what both sides must agree on to the byte. */
export function canonicalRequest(
  request: SignableRequest,
  headers: Readonly<Record<string, string>>,
  payloadHash: string,
): { readonly canonical: string; readonly names: string } {
  const sorted = Object.keys(headers).sort();
  let lines = '';
  for (const name of sorted) lines += `${name}:${collapse(headers[name] ?? '')}\n`;
  const names = sorted.join(';');
  return { canonical: [request.method, request.path, request.query, lines, names, payloadHash].join('\n'), names };
}

/** The text whose HMAC is the signature. */
export function stringToSign(algorithm: string, time: string, scope: string, canonical: string): string {
  return [algorithm, time, scope, nodeCrypto().hash('sha256', canonical, 'hex')].join('\n');
}

/** The key of a day: four HMACs deep, so that it is worth keeping. */
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

/** The time that was asked for last: a busy driver signs thousands of requests in a second. */
let lastTime = { second: Number.NaN, text: '' };

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return nodeCrypto().createHmac('sha256', key).update(text).digest();
}

/** Header values are signed trimmed, with runs of blanks made one. */
function collapse(value: string): string {
  return /^\s|\s$|[ \t]{2}|\t/.test(value) ? value.trim().replace(/[ \t]+/g, ' ') : value;
}
