/**
 * Reading the bodies of requests, for every service and route: piece by piece, until the end, or until the client
 * leaves or falls silent.
 */
import type { IncomingMessage } from 'node:http';
import { refusal } from '../errors.ts';

/** Takes one piece of a body. While it is at work, no other piece comes. */
export type Take = (chunk: Buffer) => void | Promise<void>;

/**
 * Reads a body to its end.
 *
 * @throws {StorageError} `IncompleteBody` when the client leaves, `RequestTimeout` when it sends nothing for as long as
 * the server waits; and what `take` throws.
 */
export function readBody(request: IncomingMessage, take: Take): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending: Promise<void> | undefined;
    const fail = (error: unknown) => {
      request.off('data', onData);
      request.off('timeout', onSilence);
      request.resume();
      // The last piece is taken to its end, so that the caller can clean up after it.
      const end = () => reject(error);
      if (pending === undefined) end();
      else pending.then(end, end);
    };
    const onData = (chunk: Buffer) => {
      try {
        const taken = take(chunk);
        if (taken === undefined) return;
        request.pause();
        pending = taken;
        pending.then(() => {
          pending = undefined;
          request.resume();
        }, fail);
      } catch (error) {
        fail(error);
      }
    };
    const onClose = () => {
      if (!request.readableEnded) fail(refusal('IncompleteBody'));
    };
    // The silence may be ours, while a piece is taken.
    const onSilence = () => {
      if (pending === undefined) fail(refusal('RequestTimeout'));
    };
    request.on('data', onData);
    request.on('end', resolve);
    request.on('error', onClose);
    request.on('close', onClose);
    request.on('timeout', onSilence);
    if (request.destroyed) onClose();
  });
}

/**
 * Reads a small body whole.
 *
 * @param check Throws when so many bytes are too many.
 */
export async function gatherBody(request: IncomingMessage, check: (sizeBytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  await readBody(request, (chunk) => {
    sizeBytes += chunk.length;
    check(sizeBytes);
    chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}
