/**
 * Sends replies. Only this file and `faulty-reply.ts` write to sockets, so that a fault (a cut, a stall, a flipped byte) can
 * apply to any reply.
 */
import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import { alterHeaders, alterReply, changesBody, sendFaulty } from './faulty-reply.ts';
import type { Reply } from './reply.ts';

/** Sends a reply; a HEAD gets only the headers. Returns the number of body bytes handed to the socket. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  original: Reply,
  fault: Fault | undefined,
): Promise<number> {
  try {
    const reply = fault?.kind === 'alter' ? await alterReply(original, fault) : original;
    const bodiless = request.method === 'HEAD' || reply.status === 204 || reply.status === 304;
    const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
    const length = Buffer.isBuffer(body) ? body.length : (reply.length ?? (body === undefined ? 0 : undefined));
    const headers: OutgoingHttpHeaders = { ...reply.headers };
    if (length !== undefined && reply.status !== 204 && reply.status !== 304) headers['Content-Length'] = length;
    closeUnlessRead(request, headers, reply.status);
    alterHeaders(headers, fault);
    response.writeHead(reply.status, headers);
    if (bodiless || body === undefined) {
      response.end();
      return 0;
    }
    if (changesBody(fault)) return await sendFaulty(response, body, fault);
    if (Buffer.isBuffer(body)) {
      response.end(body);
      return body.length;
    }
    return await sendChunks(response, body);
  } finally {
    original.release?.();
  }
}

/** The body of a refused request up to this size is read and discarded. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/**
 * Handles the unread body of a refused upload. Reads and discards it, so that the client sees the reply and can reuse
 * the connection. Closes the connection instead when the body is very large, held back by `Expect: 100-continue`, or
 * has timed out.
 */
function closeUnlessRead(request: IncomingMessage, headers: OutgoingHttpHeaders, status: number): void {
  if (request.complete || request.readableEnded) return;
  const awaiting = request.headers.expect !== undefined && request.readableFlowing === null;
  const length = Number(request.headers['content-length'] ?? 0);
  if (awaiting || length > MAX_DISCARDED_BYTES || status === 408) headers.Connection = 'close';
  request.resume();
}

async function sendChunks(response: ServerResponse, chunks: AsyncIterable<Buffer>): Promise<number> {
  let sent = 0;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    for await (const chunk of chunks) {
      if (response.destroyed) return sent;
      sent += chunk.length;
      if (!response.write(chunk)) await once(response, 'drain', { signal: gone.signal });
    }
    response.end();
  } catch (error) {
    // The headers are sent, so only breaking the connection tells the client that the body is incomplete.
    response.destroy();
    if (!gone.signal.aborted) throw error;
  }
  return sent;
}
