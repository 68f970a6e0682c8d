/**
 * The worker's program: performs steps for a thread that waits. It knows no provider, no operation and no design; only
 * steps come in, and only plain data goes out, bodies by transfer. `bootstrap.ts` loads it, and tells when it ends.
 */
import { type TransferListItem, workerData } from 'node:worker_threads';
import type { HttpRequest, HttpResponse } from '@isobar/core/provider';
import { Call } from '../call.ts';
import { dismantle } from '../failure.ts';
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

/** Performs one step and answers, whatever happens. Never rejects. */
async function perform(request: Extract<Request, { kind: 'perform' }>): Promise<void> {
  const { id, connection, progress } = request;
  const call = new Call(0);
  calls.set(id, call);
  try {
    const transport = transports.get(connection);
    if (!transport) throw new Error('the connection is not open');
    const step = progress ? withProgress(request.step, id) : request.step;
    answer({ kind: 'done', id, value: await performStep(step as SingleStep, call, transport) });
  } catch (failure) {
    answer({ kind: 'failed', id, failure: dismantle(failure), explanation: call.explanation });
  } finally {
    call.end();
    calls.delete(id);
  }
}

/** The caller's function could not come along: tell the caller instead, who calls it. */
function withProgress(step: Step, id: number): Step {
  if (step.kind !== 'exchange') return step;
  const onProgress = (transferredBytes: number): void => answer({ kind: 'progress', id, transferredBytes });
  return { ...step, request: { ...step.request, onProgress } satisfies HttpRequest };
}

type Step = Extract<Request, { kind: 'perform' }>['step'];

function answer(reply: Reply): void {
  port.postMessage(reply, reply.kind === 'done' ? ownedMemory(reply.value) : []);
  Atomics.add(memory, word.messages, 1);
  Atomics.notify(memory, word.messages);
}

/** The memory of bytes in a reply that nobody here needs any more: handed over instead of copied. */
function ownedMemory(value: unknown): TransferListItem[] {
  const bytes = value instanceof Uint8Array ? value : (value as Partial<HttpResponse> | undefined)?.body;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return [];
  return bytes.length === bytes.buffer.byteLength ? [bytes.buffer as ArrayBuffer] : [];
}
