/**
 * Reads the bodies of requests in pieces, for every service and route, until the end or until the client disconnects or
 * stops sending.
 */
import type { IncomingMessage } from 'node:http';
import { refusal } from '../errors.ts';

/** Processes one piece of a body. The next piece comes when its promise has settled. */
export type Take = (chunk: Buffer) => void | Promise<void>;

/**
 * Reads a body to its end.
 *
 * @throws {StorageError} `IncompleteBody` when the client disconnects, `RequestTimeout` when it sends nothing within the
 * server's idle timeout; and what `take` throws.
 */
export function readBody(request: IncomingMessage, take: Take): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending: Promise<void> | undefined;
    const fail = (error: unknown) => {
      request.off('data', onData);
      request.off('timeout', onTimeout);
      request.resume();
      // Waits for the current piece, so that the caller can clean up after it.
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
    // While a piece is processed the request is paused, so the client is not at fault.
    const onTimeout = () => {
      if (pending === undefined) fail(refusal('RequestTimeout'));
    };
    request.on('data', onData);
    request.on('end', resolve);
    request.on('error', onClose);
    request.on('close', onClose);
    request.on('timeout', onTimeout);
    if (request.destroyed) onClose();
  });
}

/**
 * Reads a small body whole.
 *
 * @param check Throws when this many bytes are too many.
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
