/** Reads a request's body and compares it with the content that must arrive, also when it comes in S3's own chunks. */
import type { IncomingMessage } from 'node:http';
import { isContent } from './content.ts';

/** What arrived, and whether each byte was the one that belongs there. */
export interface Received {
  readonly sizeBytes: number;
  readonly isRight: boolean;
}

/** Reads a body to its end. @param offset Where in the object's content it begins. */
export async function receive(request: IncomingMessage, offset = 0): Promise<Received> {
  const received = { sizeBytes: 0, isRight: true };
  const add = (piece: Uint8Array): void => {
    if (!isContent(piece, offset + received.sizeBytes)) received.isRight = false;
    received.sizeBytes += piece.length;
  };
  const isStreamed = String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const isChunked = isStreamed || /aws-chunked/.test(request.headers['content-encoding'] ?? '');
  const take = isChunked ? withoutFrames(add) : add;
  for await (const piece of request) take(piece as Buffer);
  return received;
}

/**
 * Removes frames: each is its length in hexadecimal, perhaps a signature, a line end, the bytes, a line end. Trailers
 * after the last are dropped.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
function withoutFrames(give: (piece: Uint8Array) => void): (piece: Buffer) => void {
  let line = '';
  let left = 0;
  let skip = 0;
  let isOver = false;
  return (piece) => {
    let at = 0;
    while (at < piece.length && !isOver) {
      if (left > 0) {
        const bytes = piece.subarray(at, at + left);
        give(bytes);
        left -= bytes.length;
        at += bytes.length;
        if (left === 0) skip = 2;
      } else if (skip > 0) {
        const skipped = Math.min(skip, piece.length - at);
        skip -= skipped;
        at += skipped;
      } else {
        const end = piece.indexOf(0x0a, at);
        line += piece.toString('latin1', at, end < 0 ? piece.length : end);
        if (end < 0) return;
        at = end + 1;
        left = Number.parseInt(line, 16);
        line = '';
        isOver = left === 0;
      }
    }
  };
}
