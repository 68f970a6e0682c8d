/**
 * Request bodies: read once as a stream, hashed while reading, and checked against all that the request declared before
 * anything is stored.
 */
import { createHash, type Hash } from 'node:crypto';
import { crc32c, encodeCrc32c } from '../crc32c.ts';
import { refusal, refusalForStatus, StorageError } from '../errors.ts';
import { readBody, type Take } from '../front/body.ts';
import type { BodyFault } from '../front/faults.ts';
import { type ChunkDecoder, createChunkDecoder } from './aws-chunked.ts';
import { type Exchange, extension } from './exchange.ts';

/** Size and digests of a received body. */
export interface Received {
  readonly size: number;
  readonly md5: Buffer;
  readonly crc32c: number;
}

/** Digests a request declares, base64 as sent. */
export interface DeclaredDigests {
  readonly md5?: string | undefined;
  readonly crc32c?: string | undefined;
}

/** Maximum size of documents in requests (ACLs, part lists); a list of 10,000 parts needs about 1 MiB. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** Reads Content-MD5 and `x-goog-hash`; refuses values that are not digests. */
export function declaredDigests(exchange: Exchange): DeclaredDigests {
  const header = exchange.headers['content-md5'];
  let md5 = header === undefined ? undefined : checkDigest(String(header), 16);
  let crc: string | undefined;
  for (const entry of String(exchange.headers['x-goog-hash'] ?? '').split(',')) {
    const equals = entry.indexOf('=');
    if (equals < 0 && entry.trim() === '') continue;
    const name = entry.slice(0, Math.max(equals, 0)).trim();
    const value = entry.slice(equals + 1).trim();
    if (name === 'md5') md5 = checkDigest(value, 16);
    else if (name === 'crc32c') crc = checkDigest(value, 4);
    else throw refusal('InvalidDigest', `Unknown digest in x-goog-hash: ${entry.trim()}`);
  }
  return { md5, crc32c: crc };
}

function checkDigest(text: string, byteCount: number): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== byteCount || bytes.toString('base64') !== text) {
    throw refusal('InvalidDigest', `Expected ${byteCount} bytes in base64, got '${text}'.`);
  }
  return text;
}

/** Throws `BadDigest` unless the body matches the declared digests. */
export function checkDigests(declared: DeclaredDigests, received: Received): void {
  const md5 = received.md5.toString('base64');
  if (declared.md5 !== undefined && declared.md5 !== md5) {
    throw refusal('BadDigest', `Provided MD5 hash "${declared.md5}" doesn't match calculated MD5 hash "${md5}".`);
  }
  const crc = encodeCrc32c(received.crc32c);
  if (declared.crc32c !== undefined && declared.crc32c !== crc) {
    throw refusal('BadDigest', `Provided CRC32C "${declared.crc32c}" doesn't match calculated CRC32C "${crc}".`);
  }
}

/**
 * Reads the whole body into `write`. Checks the length, the signed hash and the declared digests at the end; when this
 * throws, the caller must discard what it stored.
 */
export async function receive(
  exchange: Exchange,
  write: Take,
  declared: DeclaredDigests = declaredDigests(exchange),
): Promise<Received> {
  requireLength(exchange);
  const { caller, request } = exchange;
  const md5 = createHash('md5');
  const sha256 = caller.bodySha256 === undefined && caller.verifyBody === undefined ? undefined : createHash('sha256');
  let crc = 0;
  let size = 0;
  const take = (chunk: Buffer) => {
    size += chunk.length;
    md5.update(chunk);
    sha256?.update(chunk);
    crc = crc32c(chunk, crc);
    return write(chunk);
  };
  const decoder = isAwsChunked(exchange) ? chunkDecoder(exchange, take) : undefined;
  exchange.proceed();
  await readBody(request, limited(exchange.bodyFault, decoder?.take ?? take));
  decoder?.finish();
  checkLength(exchange, size);
  checkSha256(exchange, sha256);
  const received = { size, md5: md5.digest(), crc32c: crc };
  checkDigests(declared, received);
  return received;
}

/** Whether a body broke off: the received bytes are valid, but not complete. */
export function isCutShort(error: unknown): boolean {
  if (!(error instanceof StorageError)) return false;
  return error.code === 'IncompleteBody' || error.code === 'RequestTimeout' || error.status >= 500;
}

/** Passes on the bytes that the fault allows, then throws its status. */
function limited(fault: BodyFault | undefined, take: Take): Take {
  if (fault === undefined) return take;
  let left = fault.afterBytes;
  return async (chunk) => {
    const piece = chunk.subarray(0, left);
    left -= piece.length;
    await take(piece);
    if (piece.length < chunk.length) throw refusalForStatus(fault.status);
  };
}

function chunkDecoder(exchange: Exchange, take: Take): ChunkDecoder {
  if (exchange.behaviour.strict) {
    throw refusal('SignatureDoesNotMatch', 'Bodies in aws-chunked framing are not accepted.');
  }
  return createChunkDecoder(exchange.caller.chunkSigning, extension(exchange, 'trailer'), take);
}

/** Reads a document as text. */
export async function receiveText(exchange: Exchange): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await receive(exchange, (chunk) => {
    size += chunk.length;
    if (size > MAX_DOCUMENT_BYTES) throw refusal('MaxMessageLengthExceeded');
    chunks.push(chunk);
  });
  return Buffer.concat(chunks).toString();
}

/** Refuses a body without length and chunks: a missing body is not an empty one. */
export function requireLength({ headers }: Exchange): void {
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw refusal('MissingContentLength');
  }
}

function isAwsChunked(exchange: Exchange): boolean {
  const declared = extension(exchange, 'content-sha256') ?? '';
  return declared.startsWith('STREAMING-') || /\baws-chunked\b/.test(exchange.headers['content-encoding'] ?? '');
}

function checkLength(exchange: Exchange, size: number): void {
  const decoded = exchange.headers['x-amz-decoded-content-length'];
  if (decoded !== undefined && Number(decoded) !== size) throw refusal('IncompleteBody');
}

function checkSha256(exchange: Exchange, hash: Hash | undefined): void {
  if (hash === undefined) return;
  const { bodySha256, verifyBody } = exchange.caller;
  const computed = hash.digest('hex');
  verifyBody?.(computed);
  if (bodySha256 === undefined || bodySha256 === computed) return;
  const extra = { ClientComputedContentSHA256: bodySha256, S3ComputedContentSHA256: computed };
  throw refusal('XAmzContentSHA256Mismatch', { extra });
}
