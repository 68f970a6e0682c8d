/**
 * The canonical request of V4 signatures, built from the raw request. Only what the rules name is normalised: double
 * slashes, dot segments and encoded slashes stay as they are.
 *
 * @see https://cloud.google.com/storage/docs/authentication/canonical-requests
 */

const hexDigits = '0123456789ABCDEF';
const unreserved = new Set(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~'));
const SLASH = 0x2f;

/** Percent-encodes bytes outside the unreserved set, upper-case. */
function encodeBytes(bytes: Uint8Array, keepSlash: boolean): string {
  let encoded = '';
  for (const byte of bytes) {
    if (unreserved.has(byte) || (keepSlash && byte === SLASH)) encoded += String.fromCharCode(byte);
    else encoded += `%${hexDigits[byte >> 4]}${hexDigits[byte & 15]}`;
  }
  return encoded;
}

/** Percent-encodes text as a query name or value. */
export function encodeText(text: string): string {
  return encodeBytes(Buffer.from(text), false);
}

/**
 * The path as sent, with each byte outside the unreserved set and `/` encoded once. An encoded slash stays encoded, so
 * that it is not taken for a separator.
 */
export function canonicalPath(rawPath: string): string {
  if (/^[\w\-.~/]*$/.test(rawPath)) return rawPath;
  return rawPath
    .split(/%2f/i)
    .map((piece) => encodeBytes(decodeBytes(piece), true))
    .join('%2F');
}

/** Undoes percent-encoding down to bytes, which need not be UTF-8; a stray percent sign stays. */
function decodeBytes(raw: string): Uint8Array {
  const decoded = raw.replace(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}

/**
 * The query, each name and value encoded, sorted by name then value.
 *
 * @param drop Names to leave out, lower-case, such as that of the signature.
 * @param plus The meaning of an unencoded plus; clients disagree, so verifiers try both.
 */
export function canonicalQuery(raw: string, drop: readonly string[], plus: '%20' | '%2B'): string {
  if (raw === '') return '';
  const encode = (text: string) => encodeBytes(decodeBytes(text.replaceAll('+', plus)), false);
  return raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = encode(equals < 0 ? pair : pair.slice(0, equals));
      return [name, equals < 0 ? '' : encode(pair.slice(equals + 1))] as const;
    })
    .filter(([name]) => !drop.includes(name.toLowerCase()))
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One header as it is signed: repeated values joined by a comma, runs of blanks replaced by one space. */
export function canonicalHeaderValue(values: readonly string[]): string {
  return values.map((value) => value.trim().replace(/[ \t]+/g, ' ')).join(',');
}

/** The parts of a canonical request. */
export interface CanonicalParts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Lower-case names with canonical values, sorted by name. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly payloadHash: string;
}

/** Joins the parts. */
export function canonicalRequest(parts: CanonicalParts): string {
  const headers = parts.headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const names = parts.headers.map(([name]) => name).join(';');
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${names}\n${parts.payloadHash}`;
}
