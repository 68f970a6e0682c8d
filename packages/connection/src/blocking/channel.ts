/**
 * The channel between a thread that blocks and the worker that performs its steps. `protocol.ts` has the messages, the
 * shared memory and the states of a step.
 *
 * Problem: the blocked thread runs no event loop. It must wait for a reply without losing one, and must notice that the
 * worker has ended although it receives no `exit` event.
 *
 * States of a worker, as the blocked thread sees them. A worker never goes back to an earlier state:
 *
 *                  its program is loaded: `started` = 1 (worker)
 *   starting ───────────────────────────────────────────────────► running
 *      │                                                             │
 *      └──────────────────────────┬──────────────────────────────────┘
 *                                 │ `ended` = 1, set by
 *                                 │  - the worker: its `exit` handler (it exits, or an error is thrown)
 *                                 │  - this thread: a message could not be delivered, an `error` or `exit` event, close()
 *                                 ▼
 *                               ended ── receive() has returned all replies that are left ──► lost: throws `worker-lost`
 *
 * No reply is lost:
 * - The worker posts a message, then adds 1 to `messages`, then notifies. This thread reads `messages`, then the port, then
 *   waits only while `messages` still has the value that it read. A message that was posted too late for the read of the
 *   port changes `messages`, so the wait ends.
 * - `ended` is read before the port. If it was set, the worker had posted all its messages by then, so an empty port means
 *   that no reply is left.
 *
 * The end of a worker is always noticed:
 * - A worker that exits or throws sets `ended`, then adds 1 to `messages` as for a message, so no wait that begins later can
 *   miss it.
 * - A worker that was terminated or is out of memory runs no more code. Node closes its port, and from then on
 *   `postMessage` reports that nothing was delivered. So every wait lasts at most `probeIntervalMs`, then posts a probe.
 * - Nothing else counts as an end: a slow worker, or a busy machine, is waited for until the deadline.
 *
 * No deadlock: this thread waits only for `messages`, and the worker never waits for this thread; see `protocol.ts`.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import { CloudError } from '@isobar/core/provider';
import { deserializeError } from '../failure.ts';
import { bootstrap } from './bootstrap.ts';
import { locationHint } from './program.ts';
import { type CrashReport, type Reply, type Request, type WorkerStart, word, wordCount } from './protocol.ts';
import { version } from './version.ts';

/** How often a waiting thread checks that the worker can still be reached. A worker reports most ends itself. */
const probeIntervalMs = 1_000;
/**
 * Maximum time to spin before sleeping: waking a sleeping thread costs 50–100 µs. With two processors or fewer the thread
 * does not spin, because it would take time from the worker or from a server on the same machine: there a small GET over
 * loopback took 1.6 × the time of the asynchronous one with spinning, and 1.3 × without.
 */
const maxSpinMs = 0.3;

/** A worker and the channel to it. */
export class Channel {
  // Node's modules are loaded here and not with this module: programs that never block do not need them.
  readonly #threads = process.getBuiltinModule('node:worker_threads');
  readonly #memory = new Int32Array(new SharedArrayBuffer(wordCount * Int32Array.BYTES_PER_ELEMENT));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #program: URL;
  readonly #maxSpinMs = process.getBuiltinModule('node:os').availableParallelism() > 2 ? maxSpinMs : 0;
  #spinMs = this.#maxSpinMs;
  #postedCount = 0;
  /** Whether `postMessage` reports delivery, as in Node. If not, only the worker itself reports its end. */
  readonly #reportsDelivery: boolean;
  #crash: Error | undefined;

  /**
   * Starts a worker.
   *
   * @param program The program that it runs: `worker.ts`, or another one in tests.
   * @throws {CloudError} `worker-lost` when no thread can be started; `cause` is the reason.
   */
  constructor(program: URL) {
    const { port1, port2 } = new this.#threads.MessageChannel();
    this.#program = program;
    this.#port = port1;
    this.#reportsDelivery = this.#deliver({ kind: 'probe' }) === true;
    const workerData: WorkerStart = { memory: this.#memory, port: port2, program: program.href, version };
    try {
      this.#worker = new this.#threads.Worker(bootstrap, {
        eval: true,
        name: 'isobar',
        workerData,
        transferList: [port2],
        // Without Node's flags, so that the worker does not preload modules. Under the permission model with the flags: a
        // worker without them would have every permission.
        ...(process.permission ? {} : { execArgv: [] }),
      });
    } catch (failure) {
      port1.close();
      throw notStarted(program, failure as Error);
    }
    // A blocked thread receives no events. Without a listener the error would end the process.
    this.#worker.on('error', () => this.#markEnded());
    this.#worker.on('exit', () => this.#markEnded());
    this.#worker.unref();
    this.#port.unref();
  }

  /** False when the worker is known to have ended. */
  get isAlive(): boolean {
    return Atomics.load(this.#memory, word.ended) === 0;
  }

  /** Whether the worker is running but has not received all requests: it is slow, or it hangs. False while it starts. */
  get isBehind(): boolean {
    const hasStarted = Atomics.load(this.#memory, word.started) !== 0;
    return hasStarted && Atomics.load(this.#memory, word.taken) !== this.#postedCount;
  }

  /**
   * Sends a request.
   *
   * @param transfer Buffers in it that are transferred instead of copied.
   * @returns False when the worker has ended, so that it will not receive the request.
   */
  post(request: Request, transfer: ArrayBuffer[] = []): boolean {
    if (this.#deliver(request, transfer) !== true && this.#reportsDelivery) this.#markEnded();
    return this.isAlive;
  }

  /**
   * Waits for the next reply.
   *
   * @returns `undefined` when the deadline, on `performance.now()`'s scale, has passed.
   * @throws {CloudError} `worker-lost` when the worker has ended and has left no further reply.
   */
  receive(deadlineMs: number): Reply | undefined {
    const startedMs = performance.now();
    for (;;) {
      const messages = Atomics.load(this.#memory, word.messages);
      // Read before the port: a worker may have replied just before it ended.
      const { isAlive } = this;
      const reply = this.#take();
      if (reply) {
        this.#adaptSpin(performance.now() - startedMs);
        return reply;
      }
      if (!isAlive) throw this.#loss();
      const nowMs = performance.now();
      if (nowMs >= deadlineMs) return undefined;
      if (this.#spin(messages, startedMs + this.#spinMs)) continue;
      const waitMs = Math.min(deadlineMs - nowMs, probeIntervalMs);
      if (Atomics.wait(this.#memory, word.messages, messages, waitMs) === 'timed-out') this.post({ kind: 'probe' });
    }
  }

  /** Ends the worker. */
  close(): void {
    this.#markEnded();
    this.#port.close();
    this.#worker.terminate().catch(() => {});
  }

  /** Posts a request. @returns In Node, whether the other end of the port is open; Node's documentation does not say so. */
  #deliver(request: Request, transfer: ArrayBuffer[] = []): unknown {
    this.#postedCount += 1;
    return this.#port.postMessage(request, transfer) as unknown;
  }

  /** The next reply in the port. Stores a crash report on the way. */
  #take(): Reply | undefined {
    for (;;) {
      const received = this.#threads.receiveMessageOnPort(this.#port) as { message: Reply | CrashReport } | undefined;
      if (received?.message.kind === 'done') return withBytes(received.message);
      if (received?.message.kind !== 'crashed') return received?.message;
      this.#crash = deserializeError(received.message.failure);
    }
  }

  /** Waits for a message without sleeping. @returns Whether one arrived. */
  #spin(messages: number, untilMs: number): boolean {
    while (performance.now() < untilMs) {
      if (Atomics.load(this.#memory, word.messages) !== messages) return true;
    }
    return false;
  }

  /** Restores the maximum spin after a reply that arrived within it, and halves the spin after a slower one. */
  #adaptSpin(waitedMs: number): void {
    this.#spinMs = waitedMs < this.#maxSpinMs ? this.#maxSpinMs : this.#spinMs / 2;
  }

  #markEnded(): void {
    Atomics.store(this.#memory, word.ended, 1);
  }

  #loss(): CloudError {
    if (Atomics.load(this.#memory, word.started) === 0) return notStarted(this.#program, this.#crash);
    const why = this.#crash ? ` with an error: ${this.#crash.message}` : '; it was terminated or ran out of memory';
    const message = `${subject} ended during this call${why}. The next call starts a new one`;
    return new CloudError('worker-lost', message, {}, causedBy(this.#crash));
  }
}

/** A reply with its bytes as the value, or as the body of the response. */
function withBytes(reply: Extract<Reply, { kind: 'done' }>): Reply {
  const { kind, id, value, bytes } = reply;
  if (!bytes) return reply;
  const body = new Uint8Array(bytes);
  return { kind, id, value: value === undefined ? body : { ...value, body } };
}

const subject = 'the worker thread that performs blocking calls';

/** What to do about a worker that does not start, by the code of the cause. */
const remedies: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND: `. ${locationHint}`,
  ERR_ACCESS_DENIED:
    '. Under --permission it needs --allow-worker, and --allow-fs-read for its file and undici; see docs/runtimes.md of Isobar',
};

function notStarted(program: URL, cause: Error | undefined): CloudError {
  const file = program.protocol === 'file:' ? ` from ${program.pathname}` : '';
  const why = cause
    ? `: ${cause.message.replace(/\.$/, '')}${remedies[(cause as { code?: string }).code ?? ''] ?? ''}`
    : ', perhaps because a module that Node preloads failed';
  return new CloudError('worker-lost', `${subject} did not start${file}${why}`, {}, causedBy(cause));
}

function causedBy(cause: Error | undefined): ErrorOptions | undefined {
  return cause && { cause };
}
