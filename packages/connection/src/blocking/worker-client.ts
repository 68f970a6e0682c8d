/**
 * The client of this thread's worker: submits steps, waits for replies in any order, calls progress functions in between,
 * and starts another worker when one has ended. `protocol.ts` has the states of a step.
 *
 * Every submitted step gets one final reply. If its worker is lost, the reply is the loss, so that each running operation
 * receives it and can clean up with the next worker.
 */
import { CloudError, type HttpResponse, type WorkerStep } from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import { deserializeError } from '../failure.ts';
import type { TransportLimits } from '../options.ts';
import { type ExchangeObserver, observeExchange } from '../tracing.ts';
import type { Channel } from './channel.ts';
import { bytesIn, type Reply, type Request, withBytes } from './protocol.ts';

/** How long to wait for the reply to a cancelled step, so that its file is closed before it is removed. */
const cancelTimeoutMs = 2_000;
/**
 * How much longer the worker may take to receive the cancel request before it counts as hanging. Only a call that has
 * already failed waits for this. On a busy machine a working worker was delayed by 5 s.
 */
const hangTimeoutMs = 8_000;
/** Each worker numbers its streams from a multiple of this, so that numbers of different workers never collide. */
const streamsPerWorker = 2 ** 32;

/**
 * Minimum size of a body to be transferred instead of copied: 64 KiB took 30 µs both ways instead of 129 µs. In Deno 16 KiB
 * took 0.1 ms instead of 1.4 ms.
 */
const minTransferBytes = 16 * 1024;

const noBytes = new Uint8Array(0);

/** The reply that ends a step: from the worker, or an error of this thread (a progress function threw, the worker is lost). */
export type FinalReply =
  | Exclude<Reply, { kind: 'progress' }>
  | { readonly kind: 'threw'; readonly id: number; readonly thrown: unknown };

/** The number of a step, or the numbers of some. */
export type StepNumbers = number | Pick<ReadonlySet<number>, 'has'>;

/** A connection as the worker knows it. */
export interface WorkerConnection {
  readonly number: number;
  readonly limits: TransportLimits;
}

/** The part of a channel that the client uses. */
export type WorkerChannel = Pick<Channel, 'isAlive' | 'isBehind' | 'post' | 'receive' | 'close'>;

/** A step that has no final reply yet. */
interface PendingStep {
  readonly connection: WorkerConnection;
  readonly call: Call;
  observer: ExchangeObserver | undefined;
  onProgress: ((transferredBytes: number) => void) | undefined;
  /** Its reply will be dropped, because the caller no longer waits for it. */
  isAbandoned: boolean;
}

/** The client of one thread's worker. */
export class WorkerClient {
  readonly #start: () => WorkerChannel;
  #channel: WorkerChannel | undefined;
  #startedCount = 0;
  /** The connections that the worker knows. */
  readonly #opened = new Set<WorkerConnection>();
  readonly #pending = new Map<number, PendingStep>();
  /** Final replies that arrived while another was awaited. */
  readonly #inbox = new Map<number, FinalReply>();
  #lastStep = 0;
  #lastConnection = 0;

  /** @param start Starts a worker. */
  constructor(start: () => WorkerChannel) {
    this.#start = start;
  }

  /** Makes a connection. It is opened in the worker with its first step. */
  connect(limits: TransportLimits): WorkerConnection {
    this.#lastConnection += 1;
    return { number: this.#lastConnection, limits };
  }

  /** Closes a connection in the worker. */
  disconnect(connection: WorkerConnection): void {
    if (this.#opened.delete(connection)) this.#channel?.post({ kind: 'close', connection: connection.number });
  }

  /** Sends a step to the worker. @returns The step's number, to wait for. */
  submit(connection: WorkerConnection, step: WorkerStep, call: Call): number {
    const onProgress = step.kind === 'exchange' ? step.request.onProgress : undefined;
    const id = this.#send(connection, step, onProgress !== undefined);
    const observer = step.kind === 'exchange' ? observeExchange(call.trace, step.request) : undefined;
    this.#pending.set(id, { connection, call, observer, onProgress, isAbandoned: false });
    return id;
  }

  /**
   * Waits for the final reply to any of the steps.
   *
   * @returns `undefined` when the deadline, on `performance.now()`'s scale, has passed.
   */
  take(ids: StepNumbers, deadlineMs: number): FinalReply | undefined {
    for (;;) {
      // Checked each time: a progress function may have made a blocking call, which puts replies for this one in the inbox.
      const reply = this.#fromInbox(ids);
      if (reply) return reply;
      if (!this.#channel) throw new Error('no worker performs the awaited step');
      if (!this.#receive(this.#channel, deadlineMs)) return undefined;
    }
  }

  /**
   * Stops a running step and waits for its final reply. A worker that does not receive the cancel request is replaced.
   *
   * @returns The final reply; `undefined` if it takes too long.
   */
  cancel(id: number): FinalReply | undefined {
    const step = this.#pending.get(id);
    if (!step) return this.#fromInbox(id);
    step.onProgress = undefined;
    this.#channel?.post({ kind: 'cancel', id });
    let reply = this.take(id, performance.now() + cancelTimeoutMs);
    if (!reply && this.#channel?.isBehind) {
      reply = this.take(id, performance.now() + hangTimeoutMs);
      if (!reply && this.#channel?.isBehind) {
        this.#lose(new CloudError('worker-lost', 'the worker thread that performs blocking calls hung and was ended'));
        reply = this.#fromInbox(id);
      }
    }
    if (!reply) this.#abandon(step);
    return reply;
  }

  /** Posts a step. If the worker turns out to have ended, it did not receive the step, so the next worker gets it. */
  #send(connection: WorkerConnection, step: WorkerStep, progress: boolean): number {
    this.#lastStep += 1;
    const id = this.#lastStep;
    const body = step.kind === 'exchange' ? step.request.body : step.kind === 'file' ? bytesIn(step) : undefined;
    const isLarge = body instanceof Uint8Array && body.buffer.byteLength >= minTransferBytes;
    for (let tries = 0; tries < 2; tries += 1) {
      const channel = this.#channelFor(connection);
      let posted: Posted = { step };
      if (progress || isLarge) posted = forWorker(step, isLarge);
      const { bytes } = posted;
      const request: Request = { kind: 'perform', id, connection: connection.number, ...posted, progress };
      if (channel.post(request, bytes && [bytes])) break;
    }
    return id;
  }

  /** The channel of a running worker in which the connection is open. */
  #channelFor(connection: WorkerConnection): WorkerChannel {
    // Receives the remaining replies of an ended worker, and finally its loss.
    while (this.#channel && !this.#channel.isAlive) this.#receive(this.#channel, 0);
    if (!this.#channel) {
      this.#channel = this.#start();
      this.#startedCount += 1;
    }
    if (!this.#opened.has(connection)) {
      const lastStream = (this.#startedCount - 1) * streamsPerWorker;
      this.#channel.post({ kind: 'open', connection: connection.number, limits: connection.limits, lastStream });
      this.#opened.add(connection);
    }
    return this.#channel;
  }

  /** Waits for one message and handles it. @returns False when the deadline has passed. */
  #receive(channel: WorkerChannel, deadlineMs: number): boolean {
    let reply: Reply | undefined;
    try {
      reply = channel.receive(deadlineMs);
    } catch (failure) {
      this.#lose(failure);
      return true;
    }
    if (reply?.kind === 'progress') this.#report(reply);
    else if (reply) this.#settle(reply);
    return reply !== undefined;
  }

  /** Calls a progress function. If it throws, its step ends with that error; other steps continue. */
  #report({ id, transferredBytes }: Extract<Reply, { kind: 'progress' }>): void {
    const step = this.#pending.get(id);
    const onProgress = step?.onProgress;
    if (!onProgress) return;
    // Not called again while it runs: it may make a blocking call, which receives further progress messages.
    step.onProgress = undefined;
    try {
      onProgress(transferredBytes);
    } catch (thrown) {
      this.cancel(id);
      this.#inbox.set(id, { kind: 'threw', id, thrown });
      return;
    }
    step.onProgress = onProgress;
  }

  /** Puts the final reply of a step in the inbox. Drops it if the step was abandoned. */
  #settle(reply: FinalReply): void {
    const step = this.#pending.get(reply.id);
    if (!step) return;
    this.#pending.delete(reply.id);
    notify(step.observer, reply);
    if (!step.isAbandoned) this.#inbox.set(reply.id, reply);
    else if (reply.kind === 'done') this.#release(step, reply.value);
  }

  #abandon(step: PendingStep): void {
    step.isAbandoned = true;
    step.observer?.fail(step.call.failure ?? new CloudError('aborted', 'the exchange was cancelled'));
    step.observer = undefined;
  }

  /** Releases the stream of a reply that arrived after its step was abandoned. */
  #release({ connection }: PendingStep, value: unknown): void {
    const stream = (value as Partial<HttpResponse> | undefined)?.stream;
    if (stream && this.#opened.has(connection))
      this.#send(connection, { kind: 'release', stream } as WorkerStep, false);
  }

  /** Closes the worker's channel. Its unfinished steps end with the loss. */
  #lose(thrown: unknown): void {
    this.#channel?.close();
    this.#channel = undefined;
    this.#opened.clear();
    for (const id of this.#pending.keys()) this.#settle({ kind: 'threw', id, thrown });
  }

  /** The reply that arrived first. */
  #fromInbox(ids: StepNumbers): FinalReply | undefined {
    if (this.#inbox.size === 0) return undefined;
    if (typeof ids === 'number') {
      const reply = this.#inbox.get(ids);
      this.#inbox.delete(ids);
      return reply;
    }
    for (const [id, reply] of this.#inbox) {
      if (ids.has(id) && this.#inbox.delete(id)) return reply;
    }
    return undefined;
  }
}

function notify(observer: ExchangeObserver | undefined, reply: FinalReply): void {
  if (!observer) return;
  if (reply.kind === 'done') observer.succeed(reply.value as HttpResponse);
  else observer.fail(reply.kind === 'failed' ? deserializeError(reply.failure) : reply.thrown);
}

/** A step as it is posted to the worker, and the body of its request, or what it writes, when that is transferred. */
interface Posted {
  readonly step: WorkerStep;
  readonly bytes?: ArrayBuffer;
}

/**
 * Removes the progress function, which cannot be posted, and copies a large body into a buffer that is transferred. The
 * caller's own buffer cannot be transferred, because a retry needs it. Posting the body itself would be slower: a message
 * serializes the whole buffer behind an array into growing buffers, and copies it again when it is read.
 */
function forWorker(step: WorkerStep, isLarge: boolean): Posted {
  if (step.kind === 'file' && isLarge) {
    const bytes = bytesIn(step) as Uint8Array;
    return { step: withBytes(step, noBytes), bytes: new Uint8Array(bytes).buffer };
  }
  if (step.kind !== 'exchange') return { step };
  const { onProgress: _, ...request } = step.request;
  if (!isLarge) return { step: { ...step, request } };
  const { body, ...rest } = request;
  return { step: { ...step, request: rest }, bytes: new Uint8Array(body as Uint8Array).buffer };
}
