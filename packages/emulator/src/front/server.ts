/**
 * The HTTP server in front of both services: admin routes, faults, the log, latency, and `Expect: 100-continue`.
 * A service is a function from request to reply and does not see any of that.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../errors.ts';
import { ADMIN_PREFIX, type AdminTargets, answerAdmin } from './admin.ts';
import type { BodyFault, Fault, Service } from './faults.ts';
import { replyOf } from './faulty-reply.ts';
import { type JournalEntry, signedHeadersOf, withoutSignature } from './journal.ts';
import type { Reply } from './reply.ts';
import { send } from './send.ts';

/** One service. */
export interface Backend {
  readonly service: Service;
  /**
   * Must not throw: errors are replies too. `proceed` asks a waiting client for its body; `bodyFault` is a failure
   * in the middle of the body.
   */
  answer(request: IncomingMessage, proceed: () => void, bodyFault?: BodyFault): Promise<Reply>;
  /** The service's own reply for the status of a fault rule. */
  failWith(status: number): Reply;
  /** Whether a path under the admin prefix is an object of a virtual-hosted bucket instead. */
  claims(request: IncomingMessage): boolean;
}

/** What the server adds to a service. */
export interface FrontOptions extends AdminTargets {
  /** Delay before each reply. */
  readonly latencyMs: number;
  /** How long a client may send nothing in the middle of a body. */
  readonly bodyIdleMs: number;
}

/** Metadata headers alone may be 8 KiB; Node's default for all headers is 16 KiB. */
const HEADERS_LIMIT_BYTES = 64 * 1024;
/** Idle connections stay open longer than any client keeps them in its pool, so that the client closes first. */
const IDLE_LIMIT_MS = 10 * 60 * 1000;

/** Builds the server; it does not listen yet. */
export function createFront(backend: Backend, options: FrontOptions): Server {
  const server = createServer({
    maxHeaderSize: HEADERS_LIMIT_BYTES,
    keepAliveTimeout: IDLE_LIMIT_MS,
    requestTimeout: 0,
    headersTimeout: 60_000,
    noDelay: true,
  });
  const handle = (request: IncomingMessage, response: ServerResponse, proceed: () => void) => {
    response.on('error', () => {});
    // `readBody` handles the timeout of a request. A slow response must not time out, so its timeout is ignored.
    request.setTimeout(options.bodyIdleMs);
    response.on('timeout', () => {});
    serve(backend, options, request, response, proceed).catch((error: unknown) => {
      answerFailure(backend, request, response, error);
    });
  };
  server.on('request', (request, response) => handle(request, response, () => {}));
  server.on('checkContinue', (request, response) => handle(request, response, () => response.writeContinue()));
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

/**
 * Answers an error: with 500, unless the request was at fault. Breaks the connection when the headers are already
 * sent.
 */
function answerFailure(backend: Backend, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const status = error instanceof StorageError ? error.status : 500;
  if (status === 500) {
    process.stderr.write(`isobar-emulator: ${request.method} could not be answered: ${describe(error)}\n`);
  }
  if (response.headersSent) response.destroy();
  else send(request, response, backend.failWith(status), undefined).catch(() => response.destroy());
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function serve(
  backend: Backend,
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
  proceed: () => void,
): Promise<void> {
  if ((request.url ?? '').startsWith(ADMIN_PREFIX) && !backend.claims(request)) {
    proceed();
    await send(request, response, await answerAdmin(request, options), undefined);
    return;
  }
  const fault = options.faults.take(backend.service, request);
  const entry = options.journal.add(entryFor(backend.service, request, fault));
  if (fault?.kind === 'reset' && fault.when !== 'after') return drop(request);
  if (fault?.kind === 'stall' && fault.afterBytes === undefined) {
    request.resume();
    return;
  }
  const reply = refusal(backend, fault) ?? (await backend.answer(request, proceed, bodyFault(fault)));
  if (options.latencyMs > 0) await sleep(options.latencyMs);
  if (fault?.kind === 'delay') await sleep(fault.ms);
  if (fault?.kind === 'reset') {
    reply.release?.();
    return drop(request);
  }
  entry.status = reply.status;
  try {
    entry.responseBytes = await send(request, response, reply, fault);
  } catch (error) {
    if (!response.headersSent) entry.status = 500;
    throw error;
  }
  if (fault?.kind === 'hangup') request.socket.destroySoon();
}

/** The reply of a fault that replaces the work of the service. */
function refusal(backend: Backend, fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === 'answer') return replyOf(fault);
  return fault?.kind === 'status' && fault.afterBytes === undefined ? failed(backend, fault) : undefined;
}

function failed(backend: Backend, fault: Fault & { readonly kind: 'status' }): Reply {
  const reply = backend.failWith(fault.status);
  if (fault.retryAfterSeconds === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, 'Retry-After': String(fault.retryAfterSeconds) } };
}

function bodyFault(fault: Fault | undefined): BodyFault | undefined {
  if (fault?.kind !== 'status' || fault.afterBytes === undefined) return undefined;
  return { status: fault.status, afterBytes: fault.afterBytes };
}

function drop(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

function entryFor(service: Service, request: IncomingMessage, fault: Fault | undefined): JournalEntry {
  return {
    service,
    method: request.method ?? '',
    target: withoutSignature(request.url ?? ''),
    signedHeaders: signedHeadersOf(request.headers.authorization, request.url ?? ''),
    status: 0,
    requestBytes: Number(request.headers['content-length'] ?? 0),
    responseBytes: 0,
    ...(fault === undefined ? {} : { fault: fault.kind }),
    at: Date.now(),
  };
}
