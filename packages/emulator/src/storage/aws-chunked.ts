/**
 * Bodies in Amazon's `aws-chunked` framing, which S3 clients send when they sign or checksum while streaming:
 * `HEXLEN[;chunk-signature=…]` CRLF data CRLF, a chunk of length zero, then trailers.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
import { createHash, createHmac, type Hash } from 'node:crypto';
import { refusal } from '../errors.ts';
import type { ChunkSigning } from '../signatures/caller.ts';
import { createTrailerCheck } from './aws-trailers.ts';

/** Decodes the framed body in pieces and passes on the data. */
export interface ChunkDecoder {
  take(bytes: Buffer): void | Promise<void>;
  /** Throws when the body ended inside the framing, or its trailers do not match. */
  finish(): void;
}

/** Maximum length of a chunk's head or a trailer line. */
const MAX_LINE_BYTES = 8 * 1024;

/** Builds a decoder; with `signing`, every chunk's signature is verified. `announced` is the header `x-amz-trailer`. */
export function createChunkDecoder(
  signing: ChunkSigning | undefined,
  announced: string | undefined,
  emit: (chunk: Buffer) => void | Promise<void>,
): ChunkDecoder {
  let rest: Buffer = Buffer.alloc(0);
  let left = 0;
  let state: 'head' | 'data' | 'data-end' | 'trailers' = 'head';
  let chunk: { readonly hash: Hash; readonly signature: string } | undefined;
  let previous = signing?.seed ?? '';
  const trailers = createTrailerCheck(announced, signing);

  const openChunk = (line: string) => {
    const [length = '', ...parameters] = line.split(';');
    if (!/^[\da-f]{1,15}$/i.test(length)) throw refusal('IncompleteBody', 'A chunk has no valid length.');
    left = Number.parseInt(length, 16);
    const signature = parameters
      .map((text) => /^chunk-signature=(.*)$/.exec(text.trim())?.[1])
      .find((text) => text !== undefined);
    chunk = signing === undefined ? undefined : { hash: createHash('sha256'), signature: signature ?? '' };
    if (left > 0) state = 'data';
    else {
      closeChunk();
      state = 'trailers';
    }
  };
  const closeChunk = () => {
    if (signing === undefined || chunk === undefined) return;
    const emptyHash = createHash('sha256').digest('hex');
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${signing.timestamp}\n${signing.scope}\n${previous}\n${emptyHash}\n${chunk.hash.digest('hex')}`;
    const computed = createHmac('sha256', signing.key).update(text).digest('hex');
    if (computed !== chunk.signature) throw refusal('SignatureDoesNotMatch', { extra: { StringToSign: text } });
    previous = computed;
  };
  const takeData = (): void | Promise<void> => {
    const data = rest.subarray(0, left);
    rest = rest.subarray(data.length);
    left -= data.length;
    chunk?.hash.update(data);
    trailers.update(data);
    if (left === 0) state = 'data-end';
    return emit(data);
  };
  const takeLine = (): boolean => {
    const end = rest.indexOf('\r\n');
    if (end < 0) {
      if (rest.length > MAX_LINE_BYTES) throw refusal('IncompleteBody', 'The framing of the body is broken.');
      return false;
    }
    const line = rest.toString('latin1', 0, end);
    rest = rest.subarray(end + 2);
    if (state === 'head') openChunk(line);
    else if (state === 'data-end') {
      if (line !== '') throw refusal('IncompleteBody', 'A chunk is longer than it declares.');
      closeChunk();
      state = 'head';
    } else trailers.takeLine(line);
    return true;
  };
  return {
    async take(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      while (rest.length > 0) {
        if (state === 'data') await takeData();
        else if (!takeLine()) return;
      }
    },
    finish() {
      if (state !== 'trailers') throw refusal('IncompleteBody');
      trailers.finish(previous);
    },
  };
}
