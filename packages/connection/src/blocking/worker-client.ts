/**
 * Has steps performed by the worker of this thread: sends them, waits for replies in whatever order they come, calls
 * progress functions in between, and starts another worker when one has ended.
 *
 * Every step that was submitted gets one final reply. When its worker is lost, that is the loss, so that each operation
 * under way hears of it and can clean up with the next worker.
 */
import { CloudError, type HttpResponse, type Step } from '@isobar/core/provider';
import type { Call } from '../call.ts';
import { revive } from '../failure.ts';
import type { TransportLimits } from '../options.ts';
import { type ExchangeObserver, observeExchange } from '../tracing.ts';
import type { Channel } from './channel.ts';
import type { Reply, Request } from './protocol.ts';

/** How long the reply of a cancelled step is waited for, so that its file is closed before it is removed. */
const cancelledReplyMs = 2_000;
/**
 * How much longer a worker may leave the request to cancel in its port before it counts as hanging. Only a call that has
 * failed already waits for this. A busy machine was seen to keep a living worker waiting for 5 s.
 */
const hangingMs = 8_000;
/** Streams are numbered by the worker: from here on by the second, and so on, so that none takes another's for its own. */
const streamsPerWorker = 2 ** 32;

/** From here on a body is handed over: 64 KiB were there and back in 30 µs instead of 129, below that it was no gain. */
const minOwnedBytes = 64 * 1024;

/** What ends a step: a reply of the worker, or what was thrown here: by a progress function, or because of a loss. */
export type FinalReply =
  | Exclude<Reply, { kind: 'progress' }>
  | { readonly kind: 'threw'; readonly id: number; readonly thrown: unknown };

/** A connection as the worker knows it. */
export interface WorkerConnection {
  readonly number: number;
  readonly limits: TransportLimits;
}

/** What is needed of a channel. */
export type WorkerChannel = Pick<Channel, 'isAlive' | 'isBehind' | 'post' | 'receive' | 'close'>;

/** A step without its final reply. */
interface PendingStep {
  readonly connection: WorkerConnection;
  readonly call: Call;
  observer: ExchangeObserver | undefined;
  onProgress: ((transferredBytes: number) => void) | undefined;
  /** Nobody waits for the reply any more. */
  isAbandoned: boolean;
}

/** The steps of one thread with its worker. */
export class WorkerClient {
  readonly #start: () => WorkerChannel;
  #channel: WorkerChannel | undefined;
  #startedCount = 0;
  /** The connections that the worker knows. */
  readonly #opened = new Set<WorkerConnection>();
  readonly #pending = new Map<number, PendingStep>();
  /** Final replies that came while another was waited for. */
  readonly #inbox = new Map<number, FinalReply>();
  #lastStep = 0;
  #lastConnection = 0;

  /** @param start Starts a worker. */
  constructor(start: () => WorkerChannel) {
    this.#start = start;
  }

  /** Makes a connection. The worker opens it with its first step. */
  connect(limits: TransportLimits): WorkerConnection {
    this.#lastConnection += 1;
    return { number: this.#lastConnection, limits };
  }

  /** Closes a connection, and what the worker keeps for it. */
  disconnect(connection: WorkerConnection): void {
    if (this.#opened.delete(connection)) this.#channel?.post({ kind: 'close', connection: connection.number });
  }

  /** Sends a step to the worker. @returns Its number, to wait for. */
  submit(connection: WorkerConnection, step: Step, call: Call): number {
    const onProgress = step.kind === 'exchange' ? step.request.onProgress : undefined;
    const id = this.#send(connection, step, onProgress !== undefined);
    const observer = step.kind === 'exchange' ? observeExchange(call.trace, step.request) : undefined;
    this.#pending.set(id, { connection, call, observer, onProgress, isAbandoned: false });
    return id;
  }

  /**
   * Waits for the final reply to any of some steps.
   *
   * @returns `undefined` when the deadline, on `performance.now()`'s scale, has passed.
   */
  take(ids: ReadonlySet<number>, deadlineMs: number): FinalReply | undefined {
    for (;;) {
      // Looked at each time: a progress function may itself have blocked, and been given replies of this call.
      const reply = this.#fromInbox(ids);
      if (reply) return reply;
      if (!this.#channel) throw new Error('a step is waited for that nobody performs');
      if (!this.#receive(this.#channel, deadlineMs)) return undefined;
    }
  }

  /**
   * Stops a step that is under way, and waits until it has stopped. A worker that does not even take the request to stop
   * is replaced.
   *
   * @returns The final reply, unless it takes too long.
   */
  cancel(id: number): FinalReply | undefined {
    const ids = new Set([id]);
    const step = this.#pending.get(id);
    if (!step) return this.#fromInbox(ids);
    step.onProgress = undefined;
    this.#channel?.post({ kind: 'cancel', id });
    let reply = this.take(ids, performance.now() + cancelledReplyMs);
    if (!reply && this.#channel?.isBehind) {
      reply = this.take(ids, performance.now() + hangingMs);
      if (!reply && this.#channel?.isBehind) {
        this.#lose(new CloudError('worker-lost', 'the worker thread that performs blocking calls hung and was ended'));
        reply = this.#fromInbox(ids);
      }
    }
    if (!reply) this.#abandon(step);
    return reply;
  }

  /** Posts a step. A worker found to have ended has done nothing of it, so the next one gets it. */
  #send(connection: WorkerConnection, step: Step, progress: boolean): number {
    this.#lastStep += 1;
    const id = this.#lastStep;
    const body = step.kind === 'exchange' ? step.request.body : undefined;
    const isLarge = body instanceof Uint8Array && body.buffer.byteLength >= minOwnedBytes;
    for (let tries = 0; tries < 2; tries += 1) {
      const line = this.#line(connection);
      let posted: Posted = { step };
      if (progress || isLarge) posted = forWorker(step, isLarge);
      const request: Request = { kind: 'perform', id, connection: connection.number, step: posted.step, progress };
      if (line.post(request, posted.owned)) break;
    }
    return id;
  }

  /** The line to a living worker that knows a connection. */
  #line(connection: WorkerConnection): WorkerChannel {
    // What an ended worker has left is taken first: replies, at last the loss.
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

  /** Waits for one message and deals with it. @returns False when the deadline has passed. */
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

  /** Calls a progress function. One that throws ends its step, and only that. */
  #report({ id, transferredBytes }: Extract<Reply, { kind: 'progress' }>): void {
    const step = this.#pending.get(id);
    const onProgress = step?.onProgress;
    if (!onProgress) return;
    // Not called again while it runs, should it block itself.
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

  /** Keeps the final reply of a step for whoever waits for it. */
  #settle(reply: FinalReply): void {
    const step = this.#pending.get(reply.id);
    if (!step) return;
    this.#pending.delete(reply.id);
    tell(step.observer, reply);
    if (!step.isAbandoned) this.#inbox.set(reply.id, reply);
    else if (reply.kind === 'done') this.#release(step, reply.value);
  }

  #abandon(step: PendingStep): void {
    step.isAbandoned = true;
    step.observer?.fail(step.call.failure ?? new CloudError('aborted', 'the exchange was cancelled'));
    step.observer = undefined;
  }

  /** Lets go of a stream that came too late. */
  #release({ connection }: PendingStep, value: unknown): void {
    const resource = (value as Partial<HttpResponse> | undefined)?.stream;
    if (resource && this.#opened.has(connection)) this.#send(connection, { kind: 'release', resource } as Step, false);
  }

  /** Lets go of the worker. Steps that it had not finished end with its loss. */
  #lose(thrown: unknown): void {
    this.#channel?.close();
    this.#channel = undefined;
    this.#opened.clear();
    for (const id of this.#pending.keys()) this.#settle({ kind: 'threw', id, thrown });
  }

  #fromInbox(ids: ReadonlySet<number>): FinalReply | undefined {
    if (this.#inbox.size === 0) return undefined;
    for (const id of ids) {
      const reply = this.#inbox.get(id);
      if (this.#inbox.delete(id)) return reply;
    }
    return undefined;
  }
}

function tell(observer: ExchangeObserver | undefined, reply: FinalReply): void {
  if (!observer) return;
  if (reply.kind === 'done') observer.succeed(reply.value as HttpResponse);
  else observer.fail(reply.kind === 'failed' ? revive(reply.failure) : reply.thrown);
}

/** A step as it crosses to the worker, and what of its memory is handed over. */
interface Posted {
  readonly step: Step;
  readonly owned?: ArrayBuffer[];
}

/**
 * Leaves out what cannot cross, the progress function, and makes of a large body one that can be handed over. A retry still
 * needs the caller's bytes, so they are copied; but once only, and no more than them: a message holds the whole memory
 * behind an array, is made of growing buffers, and is copied again when it is read.
 */
function forWorker(step: Step, isLarge: boolean): Posted {
  if (step.kind !== 'exchange') return { step };
  const { onProgress: _, ...request } = step.request;
  if (!isLarge) return { step: { ...step, request } };
  const body = new Uint8Array(request.body as Uint8Array);
  return { step: { ...step, request: { ...request, body } }, owned: [body.buffer] };
}
