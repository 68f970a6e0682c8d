/**
 * What a service answers, and how it is put on the wire. Services return plain replies; only this file writes to
 * sockets, with `faulty-reply.ts`, so that a fault (a cut, a stall, a flipped byte) can be applied to any answer.
 */
import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import { alterHeaders, alterReply, changesBody, sendFaulty } from './faulty-reply.ts';

/** A body: bytes at hand, or chunks as they come. */
export type ReplyBody = string | Buffer | AsyncIterable<Buffer>;

/** One answer. */
export interface Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: ReplyBody | undefined;
  /** Bytes in a streamed body, or in the body a HEAD leaves out; absent means unknown (sent chunked). */
  readonly length?: number | undefined;
  /** Called when the reply is sent or given up, whatever happened. */
  readonly release?: (() => void) | undefined;
}

/** Sends a reply; a HEAD gets its headers alone. Returns the number of body bytes handed to the socket. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  right: Reply,
  fault: Fault | undefined,
): Promise<number> {
  try {
    const reply = fault?.kind === 'alter' ? await alterReply(right, fault) : right;
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
    right.release?.();
  }
}

/** A refused body up to this size is read and dropped. */
const LARGEST_DROPPED_BYTES = 64 * 1024 * 1024;

/**
 * A refused upload leaves its body in the pipe. It is read and dropped, so that the client sees the answer and the
 * connection lives on; for a very large one, or one held back by `Expect: 100-continue`, closing is cheaper. One that was
 * awaited too long is awaited no more.
 */
function closeUnlessRead(request: IncomingMessage, headers: OutgoingHttpHeaders, status: number): void {
  if (request.complete || request.readableEnded) return;
  const awaiting = request.headers.expect !== undefined && request.readableFlowing === null;
  const length = Number(request.headers['content-length'] ?? 0);
  if (awaiting || length > LARGEST_DROPPED_BYTES || status === 408) headers.Connection = 'close';
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
    // Headers are out: breaking the connection is the only way left to say that the body is not whole.
    response.destroy();
    if (!gone.signal.aborted) throw error;
  }
  return sent;
}
