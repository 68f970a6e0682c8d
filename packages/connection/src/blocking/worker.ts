/**
 * The worker's program: performs steps for a blocked thread. It knows no provider, operation or design: it receives steps
 * and sends plain data, transferring bodies. `bootstrap.ts` loads it and reports when it ends.
 */
import { workerData } from 'node:worker_threads';
import type { HttpResponse, WorkerStep } from '@isobar/core/provider';
import { Call } from '../calls/call.ts';
import { serializeError } from '../failure.ts';
import { Transport } from '../http/transport.ts';
import { performWorkerStep } from '../steps/perform.ts';
import { type Reply, type Request, type WorkerStart, withBytes, word } from './protocol.ts';
import { checkVersion } from './version.ts';

const { memory, port, version } = workerData as WorkerStart;
checkVersion(version);
const transports = new Map<number, Transport>();
const calls = new Map<number, Call>();

port.on('message', receive);
Atomics.store(memory, word.started, 1);

function receive(request: Request): void {
  Atomics.add(memory, word.taken, 1);
  switch (request.kind) {
    case 'open':
      transports.set(request.connection, new Transport(request.limits, request.lastStream));
      break;
    case 'perform':
      void perform(request);
      break;
    case 'cancel':
      calls.get(request.id)?.expire();
      break;
    case 'close':
      void transports.get(request.connection)?.close();
      transports.delete(request.connection);
      break;
  }
}

/** Performs one step and sends its reply, also on failure. Never rejects. */
async function perform(request: Extract<Request, { kind: 'perform' }>): Promise<void> {
  const { id, connection, bytes, progress } = request;
  const call = new Call(0);
  calls.set(id, call);
  try {
    const transport = transports.get(connection);
    if (!transport) throw new Error('the connection is not open');
    const step = bytes || progress ? completeStep(request) : request.step;
    send(done(id, await performWorkerStep(step, call, transport)));
  } catch (failure) {
    send({ kind: 'failed', id, failure: serializeError(failure), explanation: call.explanation });
  } finally {
    call.end();
    calls.delete(id);
  }
}

/**
 * Adds to a step what was not posted in it: the body of its request, or the bytes for its file, and a progress function.
 * That reports progress to the blocked thread, which calls the caller's function: a function cannot be sent to a worker.
 */
function completeStep({ id, step, bytes, progress }: Extract<Request, { kind: 'perform' }>): WorkerStep {
  if (step.kind === 'file' && bytes) return withBytes(step, new Uint8Array(bytes));
  if (step.kind !== 'exchange') return step;
  const body = bytes ? new Uint8Array(bytes) : step.request.body;
  const onProgress = (transferredBytes: number): void => send({ kind: 'progress', id, transferredBytes });
  return { ...step, request: { ...step.request, ...(body && { body }), ...(progress && { onProgress }) } };
}

/** Posts first, then counts and notifies, so that the blocked thread finds the message when it wakes; see `channel.ts`. */
function send(reply: Reply): void {
  port.postMessage(reply, reply.kind === 'done' && reply.bytes ? [reply.bytes] : []);
  Atomics.add(memory, word.messages, 1);
  Atomics.notify(memory, word.messages);
}

/** The reply with the value of a step. Its bytes are separate; see `protocol.ts`. */
function done(id: number, value: unknown): Reply {
  if (value instanceof Uint8Array) return { kind: 'done', id, value: undefined, bytes: bufferOf(value) };
  const body = (value as Partial<HttpResponse> | undefined)?.body;
  if (!(body instanceof Uint8Array) || body.length === 0) return { kind: 'done', id, value };
  return { kind: 'done', id, value: { ...(value as HttpResponse), body: undefined }, bytes: bufferOf(body) };
}

/** A buffer that holds only these bytes: their own if it does, else a copy. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  return buffer as ArrayBuffer;
}
