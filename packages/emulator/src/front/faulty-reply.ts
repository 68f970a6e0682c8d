/** Applies a fault to a reply: other headers, another body, or a body that ends too early, too late or never. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlterFault, AnswerFault, Fault } from './faults.ts';
import type { Reply, ReplyBody } from './reply.ts';

/** The reply of an `answer` fault, in place of the service's own. */
export function replyOf({ status, headers, body = '', repeat = 1 }: AnswerFault): Reply {
  const head = { status, headers: mutable(headers ?? {}) };
  if (repeat === 1) return { ...head, body };
  const text = Buffer.from(body);
  return {
    ...head,
    body: repeated(text, repeat === 'endless' ? Number.POSITIVE_INFINITY : repeat),
    ...(repeat !== 'endless' && { length: text.length * repeat }),
  };
}

async function* repeated(text: Buffer, times: number): AsyncIterable<Buffer> {
  for (let sent = 0; sent < times; sent++) yield text;
}

/** The service's own reply with another status or body. */
export async function alterReply(reply: Reply, fault: AlterFault): Promise<Reply> {
  const status = fault.status ?? reply.status;
  if (reply.body === undefined) return { ...reply, status };
  const whole: Buffer[] = [];
  for await (const chunk of chunksOf(reply.body)) whole.push(chunk);
  const body = Buffer.concat(whole).subarray(0, fault.keepBytes);
  if (fault.corrupt) flipFirstByte(body);
  return { ...reply, status, body, length: body.length };
}

/** Applies a fault to headers, including Content-Length. */
export function alterHeaders(headers: OutgoingHttpHeaders, fault: Fault | undefined): void {
  if (fault?.kind === 'cut' && fault.chunked) removeHeader(headers, 'content-length');
  if (fault?.kind !== 'alter') return;
  for (const name of Object.keys(fault.headers ?? {})) removeHeader(headers, name);
  Object.assign(headers, mutable(fault.headers ?? {}));
}

function removeHeader(headers: OutgoingHttpHeaders, name: string): void {
  for (const key of Object.keys(headers)) if (key.toLowerCase() === name.toLowerCase()) delete headers[key];
}

/** Headers in Node's form, without those to remove. */
function mutable(headers: Readonly<Record<string, string | readonly string[] | null>>): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter((entry): entry is [string, string | readonly string[]] => !!entry[1]);
  return Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]));
}

/** Whether a fault changes how a body is sent. */
export function changesBody(fault: Fault | undefined): fault is Fault {
  const { kind, excess } = (fault ?? {}) as { readonly kind?: string; readonly excess?: string };
  return excess !== undefined || ['cut', 'corrupt', 'stall', 'drip'].includes(kind ?? '');
}

/** Sends a body with a fault. Returns the number of bytes handed to the socket. */
export async function sendFaulty(response: ServerResponse, body: ReplyBody, fault: Fault): Promise<number> {
  const limit = fault.kind === 'cut' || fault.kind === 'stall' ? (fault.afterBytes ?? 0) : Number.POSITIVE_INFINITY;
  const excess = fault.kind === 'alter' ? fault.excess : undefined;
  let sent = 0;
  // Sends body and excess in one packet, so that the client receives the excess before its next request.
  if (excess !== undefined) response.socket?.cork();
  else response.flushHeaders();
  for await (const chunk of fault.kind === 'drip' ? piecesOf(body, fault.pieceBytes) : chunksOf(body)) {
    if (response.destroyed) return sent;
    const piece = Buffer.from(chunk.subarray(0, limit - sent));
    if (fault.kind === 'corrupt' && sent === 0) flipFirstByte(piece);
    sent += piece.length;
    if (excess === undefined) await written(response, piece);
    else response.write(piece);
    if (fault.kind === 'drip') await sleep(fault.pauseMs);
    if (sent >= limit) break;
  }
  if (fault.kind === 'stall') return sent;
  if (fault.kind === 'cut') response.destroy();
  else finish(response, excess);
  return sent;
}

function finish(response: ServerResponse, excess: string | undefined): void {
  const { socket } = response;
  response.end();
  if (excess === undefined || !socket) return;
  socket.write(excess);
  socket.uncork();
}

function written(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(piece, done);
  });
}

function flipFirstByte(bytes: Buffer): void {
  if (bytes.length > 0) bytes[0] = (bytes[0] as number) ^ 0xff;
}

async function* piecesOf(body: ReplyBody, pieceBytes: number): AsyncIterable<Buffer> {
  for await (const chunk of chunksOf(body)) {
    for (let start = 0; start < chunk.length; start += pieceBytes) yield chunk.subarray(start, start + pieceBytes);
  }
}

async function* chunksOf(body: ReplyBody): AsyncIterable<Buffer> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (Buffer.isBuffer(body)) yield body;
  else yield* body;
}
