/**
 * The blocked thread's side: sends steps to the worker, waits for replies, and does by itself what needs its own
 * thread: the caller's byte sources, its functions, and what is not worth the way (clock, randomness, environment).
 */
import { CloudError, type HttpResponse, type Step } from '@isobar/core/provider';
import type { Call } from '../call.ts';
import { drawBytes, readEnvironment } from '../environment.ts';
import { revive } from '../failure.ts';
import type { TransportLimits } from '../options.ts';
import { forgetSource, isResponseStream, readerOf } from '../source.ts';
import { type ExchangeObserver, observeExchange } from '../tracing.ts';
import { Channel, type Reply } from './channel.ts';

/** How long the reply of a cancelled step is waited for, so that its file is closed before it is removed. */
const cancelledReplyMs = 2_000;

/** What ends a step: a reply of the worker, or an error of the caller's own progress function. */
export type FinalReply =
  | Exclude<Reply, { kind: 'progress' }>
  | { readonly kind: 'threw'; readonly id: number; readonly thrown: unknown };

/** The worker of this thread, shared by its connections, and the replies that came while another was waited for. */
let channel: Channel | undefined;
let inbox = new Map<number, FinalReply>();
let opened = new Set<number>();
/** Steps that somebody still wants the reply of. */
let outstanding = new Set<number>();
const observers = new Map<number, ExchangeObserver>();
const progressOf = new Map<number, (transferredBytes: number) => void>();
let lastStep = 0;
let lastConnection = 0;

/** One blocking connection. */
export class BlockingCaller {
  readonly #limits: TransportLimits;
  readonly #connection: number;

  constructor(limits: TransportLimits) {
    this.#limits = limits;
    lastConnection += 1;
    this.#connection = lastConnection;
  }

  /** Performs one step and waits for it. `parallel` and `share` are not among them; see `overlap.ts`. */
  readonly perform = (step: Step, call: Call): unknown => {
    if (call.failure) throw call.failure;
    if (isLocal(step)) return performHere(step);
    return this.settle(this.submit(step, call), call);
  };

  /** Sends a step to the worker. @returns Its number, to wait for. */
  submit(step: Step, call: Call): number {
    const line = this.#line();
    lastStep += 1;
    const id = lastStep;
    outstanding.add(id);
    const observer = step.kind === 'exchange' ? observeExchange(call.trace, step.request) : undefined;
    if (observer) observers.set(id, observer);
    const onProgress = step.kind === 'exchange' ? step.request.onProgress : undefined;
    if (onProgress) progressOf.set(id, onProgress);
    const posted = onProgress && step.kind === 'exchange' ? withoutProgress(step) : step;
    line.post({ kind: 'perform', id, connection: this.#connection, step: posted, progress: onProgress !== undefined });
    return id;
  }

  /**
   * Waits for the reply to any of some steps, in whatever order they come.
   *
   * @returns `undefined` when the deadline has passed.
   */
  take(ids: ReadonlySet<number>, deadlineMs: number): FinalReply | undefined {
    for (;;) {
      // Looked at each time: a progress function may itself have blocked, and been given replies of this call.
      const waiting = fromInbox(ids);
      if (waiting) return waiting;
      const received = receive(deadlineMs);
      if (received === undefined) return undefined;
      const reply = received.kind === 'progress' ? this.#report(received) : received;
      if (!reply) continue;
      progressOf.delete(reply.id);
      observe(reply);
      if (outstanding.delete(reply.id) || reply.kind === 'threw') inbox.set(reply.id, reply);
    }
  }

  /** Stops a step that is under way, and waits until it has stopped. @returns Its reply, unless it takes too long. */
  cancel(id: number): FinalReply | undefined {
    progressOf.delete(id);
    channel?.post({ kind: 'cancel', id });
    const reply = this.take(new Set([id]), performance.now() + cancelledReplyMs);
    outstanding.delete(id);
    return reply;
  }

  close(): void {
    if (opened.delete(this.#connection)) channel?.post({ kind: 'close', connection: this.#connection });
  }

  /** Waits for one step until the call's deadline. */
  settle(id: number, call: Call): unknown {
    const reply = this.take(new Set([id]), call.deadlineMs);
    if (reply) return replyValue(reply);
    call.expire();
    const late = this.cancel(id);
    // What was done all the same may have to be undone, so the operation must hear of it.
    if (late?.kind === 'done') return late.value;
    throw call.failure;
  }

  /** Calls a progress function. One that throws ends its step, and only that. */
  #report({ id, transferredBytes }: Extract<Reply, { kind: 'progress' }>): FinalReply | undefined {
    const onProgress = progressOf.get(id);
    if (!onProgress) return undefined;
    // Not called again while it runs, should it block itself.
    progressOf.delete(id);
    try {
      onProgress(transferredBytes);
    } catch (thrown) {
      this.cancel(id);
      return { kind: 'threw', id, thrown };
    }
    if (outstanding.has(id)) progressOf.set(id, onProgress);
    return undefined;
  }

  /** The line to a living worker that knows this connection. */
  #line(): Channel {
    if (!channel?.isAlive) {
      forget();
      channel = new Channel(new URL('./blocking/worker.js', import.meta.url));
    }
    if (!opened.has(this.#connection)) {
      channel.post({ kind: 'open', connection: this.#connection, limits: this.#limits });
      opened.add(this.#connection);
    }
    return channel;
  }
}

/** What a reply says: its value, or its failure thrown. */
export function replyValue(reply: FinalReply): unknown {
  if (reply.kind === 'failed') throw revive(reply.failure);
  if (reply.kind === 'threw') throw reply.thrown;
  return reply.value;
}

const localKinds: ReadonlySet<Step['kind']> = new Set(['clock', 'entropy', 'environment', 'invoke', 'pull']);

/** Whether a step is done on the calling thread. */
export function isLocal(step: Step): boolean {
  if (step.kind === 'release') return !isResponseStream(step.resource);
  return localKinds.has(step.kind);
}

/** Performs a local step. */
export function performHere(step: Step): unknown {
  switch (step.kind) {
    case 'clock':
      return Date.now();
    case 'entropy':
      return drawBytes(step.byteCount);
    case 'environment':
      return readEnvironment(step.names);
    case 'invoke':
      return plainResult((step.fn as (...args: readonly unknown[]) => unknown)(...step.args), step.fn.name);
    case 'pull':
      return readerOf(step.source).pullBlocking(step.byteCount);
    case 'release':
      return isResponseStream(step.resource) ? undefined : forgetSource(step.resource);
    default:
      throw new Error(`${step.kind} is no step of the calling thread`);
  }
}

/** What a caller's function gave, unless it is a promise: those settle in the event loop, which stands still. */
function plainResult(result: unknown, name: string): unknown {
  if (typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then !== 'function') return result;
  // Its failure is of no interest any more, and must not end the process.
  Promise.resolve(result).catch(() => {});
  const message = `the function \`${name || 'anonymous'}\` gave a promise, which a blocking call cannot wait for; use an asynchronous driver, or a function that gives a plain value`;
  throw new CloudError('unsupported', message);
}

function fromInbox(ids: ReadonlySet<number>): FinalReply | undefined {
  if (inbox.size === 0) return undefined;
  for (const id of ids) {
    const reply = inbox.get(id);
    if (inbox.delete(id)) return reply;
  }
  return undefined;
}

function receive(deadlineMs: number): Reply | undefined {
  if (!channel) throw new CloudError('worker-lost', 'the worker thread that performs blocking calls is gone');
  try {
    return channel.receive(deadlineMs);
  } catch (failure) {
    forget();
    throw failure;
  }
}

/** Lets go of a worker that is gone, with all that was expected of it. */
function forget(): void {
  channel = undefined;
  inbox = new Map();
  opened = new Set();
  outstanding = new Set();
  progressOf.clear();
  observers.clear();
}

function observe(reply: FinalReply): void {
  const observer = observers.get(reply.id);
  if (!observer) return;
  observers.delete(reply.id);
  if (reply.kind === 'done') observer.succeed(reply.value as HttpResponse);
  else observer.fail(reply.kind === 'failed' ? revive(reply.failure) : reply.thrown);
}

function withoutProgress(step: Extract<Step, { kind: 'exchange' }>): Step {
  const { onProgress: _, ...request } = step.request;
  return { ...step, request };
}
