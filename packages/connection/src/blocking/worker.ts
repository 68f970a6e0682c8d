/**
 * The worker's program: performs steps for a blocked thread. It knows no provider, operation or design: it receives steps
 * and sends plain data, transferring bodies. `bootstrap.ts` loads it and reports when it ends.
 */
import { type TransferListItem, workerData } from 'node:worker_threads';
import type { HttpRequest, HttpResponse } from '@isobar/core/provider';
import { Call } from '../call.ts';
import { serializeError } from '../failure.ts';
import { performStep, type SingleStep } from '../perform.ts';
import { Transport } from '../transport.ts';
import { type Reply, type Request, type WorkerStart, word } from './protocol.ts';

const { memory, port } = workerData as WorkerStart;
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
  const { id, connection, progress } = request;
  const call = new Call(0);
  calls.set(id, call);
  try {
    const transport = transports.get(connection);
    if (!transport) throw new Error('the connection is not open');
    const step = progress ? withProgress(request.step, id) : request.step;
    send({ kind: 'done', id, value: await performStep(step as SingleStep, call, transport) });
  } catch (failure) {
    send({ kind: 'failed', id, failure: serializeError(failure), explanation: call.explanation });
  } finally {
    call.end();
    calls.delete(id);
  }
}

/** Reports progress to the blocked thread, which calls the caller's function: a function cannot be sent to a worker. */
function withProgress(step: Step, id: number): Step {
  if (step.kind !== 'exchange') return step;
  const onProgress = (transferredBytes: number): void => send({ kind: 'progress', id, transferredBytes });
  return { ...step, request: { ...step.request, onProgress } satisfies HttpRequest };
}

type Step = Extract<Request, { kind: 'perform' }>['step'];

/** Posts first, then counts and notifies, so that the blocked thread finds the message when it wakes; see `channel.ts`. */
function send(reply: Reply): void {
  port.postMessage(reply, reply.kind === 'done' ? transferListOf(reply.value) : []);
  Atomics.add(memory, word.messages, 1);
  Atomics.notify(memory, word.messages);
}

/** The buffers of a reply that can be transferred instead of copied. */
function transferListOf(value: unknown): TransferListItem[] {
  const bytes = value instanceof Uint8Array ? value : (value as Partial<HttpResponse> | undefined)?.body;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return [];
  return bytes.length === bytes.buffer.byteLength ? [bytes.buffer as ArrayBuffer] : [];
}
