/**
 * Reads and verifies JSON Web Tokens signed with RS256. Pure computation.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519
 */
import { type KeyObject, verify } from 'node:crypto';

/** The claims that matter here. */
export interface Claims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly scope?: unknown;
  readonly aud?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
}

/** A parsed token, not verified yet. */
export interface Jwt {
  readonly algorithm: unknown;
  readonly claims: Claims;
  readonly signed: string;
  readonly signature: Buffer;
}

/** Parses a token; `undefined` when it is malformed. Accepts base64url with and without padding. */
export function parseJwt(text: string): Jwt | undefined {
  const pieces = text.split('.');
  const [header, claims, signature] = pieces;
  if (pieces.length !== 3 || header === undefined || claims === undefined || signature === undefined) return undefined;
  if (!pieces.every((piece) => /^[\w-]+={0,2}$/.test(piece))) return undefined;
  const { alg } = parseRecord(header) ?? {};
  const record = parseRecord(claims);
  if (record === undefined) return undefined;
  const signed = text.slice(0, text.lastIndexOf('.'));
  return { algorithm: alg, claims: record, signed, signature: Buffer.from(signature, 'base64url') };
}

function parseRecord(base64url: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the token is signed with this key. */
export function isSignedBy({ algorithm, signed, signature }: Jwt, key: KeyObject): boolean {
  return algorithm === 'RS256' && verify('RSA-SHA256', Buffer.from(signed), key, signature);
}

/** Maximum lifetime of a token that a client signs itself. */
const MAX_LIFETIME_SECONDS = 3600;
/** How far the client's clock may be off. */
const SKEW_SECONDS = 300;

/** What is wrong with the times of a token, if anything. */
export function timeProblem({ iat, exp }: Claims, nowMs: number): string | undefined {
  const now = nowMs / 1000;
  if (typeof iat !== 'number' || typeof exp !== 'number') {
    return 'Invalid JWT: iat and exp must be numbers of seconds.';
  }
  if (iat > now + SKEW_SECONDS) return 'Invalid JWT: iat is in the future.';
  if (exp <= now) return 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.';
  if (exp > iat + MAX_LIFETIME_SECONDS) return 'Invalid JWT: Token must be a short-lived token (60 minutes).';
  return undefined;
}
