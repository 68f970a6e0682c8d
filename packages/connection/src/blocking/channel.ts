/**
 * The line between a thread that blocks and the worker that performs its steps; what they say is in `protocol.ts`.
 *
 * A worker is lost when it has ended, and for no other reason: one that is slow, or whose machine is busy, is waited for.
 * A blocked thread hears no `exit` event, so the end is noticed in two ways. A worker that exits or throws says so
 * itself, in the shared memory. One that is terminated or out of memory runs no more code, but Node closes its port, and
 * from then on `postMessage` reports that nothing was delivered; so the waiting thread posts a probe now and then.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import { CloudError } from '@isobar/core/provider';
import { revive } from '../failure.ts';
import { bootstrap } from './bootstrap.ts';
import { type CrashReport, type Reply, type Request, type WorkerStart, word, wordCount } from './protocol.ts';

/** How often a thread that waits looks whether the worker can still be reached. Most ends are told at once. */
const probeIntervalMs = 1_000;
/**
 * A wait that is likely to be shorter than this is spent spinning: waking a sleeping thread costs 50–100 µs. With two
 * processors none: there a spinning thread takes the time of the worker, or of a server on the same machine, and a small
 * GET over loopback was measured at 1.6 × the asynchronous one with spinning, at 1.3 × without.
 */
const maxSpinMs = 0.3;

/** A running worker and the line to it. */
export class Channel {
  // Loaded here, not with the module, as are others below: programs that never block need none of them.
  readonly #threads = process.getBuiltinModule('node:worker_threads');
  readonly #memory = new Int32Array(new SharedArrayBuffer(wordCount * Int32Array.BYTES_PER_ELEMENT));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #maxSpinMs = process.getBuiltinModule('node:os').availableParallelism() > 2 ? maxSpinMs : 0;
  #spinMs = this.#maxSpinMs;
  #postedCount = 0;
  /** Whether `postMessage` says if it delivered: it does in Node. Elsewhere only the worker's own word counts. */
  readonly #tellsDelivery: boolean;
  #crash: Error | undefined;

  /**
   * Starts a worker.
   *
   * @param program What it runs; the tests run others than `worker.ts`.
   * @throws {CloudError} `worker-lost` when no thread can be started; `cause` says why.
   */
  constructor(program: URL) {
    const { port1, port2 } = new this.#threads.MessageChannel();
    this.#port = port1;
    this.#tellsDelivery = this.#deliver({ kind: 'probe' }) === true;
    const workerData: WorkerStart = { memory: this.#memory, port: port2, program: program.href };
    try {
      this.#worker = new this.#threads.Worker(bootstrap, {
        eval: true,
        name: 'isobar',
        workerData,
        transferList: [port2],
        execArgv: [],
      });
    } catch (failure) {
      port1.close();
      throw notStarted(failure as Error);
    }
    // Whoever waits finds out without events; without a listener the error would end the process.
    this.#worker.on('error', () => this.#markEnded());
    this.#worker.on('exit', () => this.#markEnded());
    this.#worker.unref();
    this.#port.unref();
  }

  /** False once it is known that the worker has ended. */
  get isAlive(): boolean {
    return Atomics.load(this.#memory, word.ended) === 0;
  }

  /** Whether the worker runs but has not taken all requests: it is slow, or it hangs. One that still starts is neither. */
  get isBehind(): boolean {
    const hasStarted = Atomics.load(this.#memory, word.started) !== 0;
    return hasStarted && Atomics.load(this.#memory, word.taken) !== this.#postedCount;
  }

  /**
   * Sends a request.
   *
   * @param owned Memory in it that is handed over instead of copied.
   * @returns False when the worker has ended, so that the request will never be taken.
   */
  post(request: Request, owned: ArrayBuffer[] = []): boolean {
    if (this.#deliver(request, owned) !== true && this.#tellsDelivery) this.#markEnded();
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
      // Asked before the port is looked at: a worker may have replied just before it ended.
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

  /** Posts a request. @returns What Node's `postMessage` does, though its documentation does not say so: whether anybody is there to take it. */
  #deliver(request: Request, owned: ArrayBuffer[] = []): unknown {
    this.#postedCount += 1;
    return this.#port.postMessage(request, owned) as unknown;
  }

  #take(): Reply | undefined {
    for (;;) {
      const received = this.#threads.receiveMessageOnPort(this.#port) as { message: Reply | CrashReport } | undefined;
      if (received?.message.kind !== 'crashed') return received?.message;
      this.#crash = revive(received.message.failure);
    }
  }

  /** Looks for a message without sleeping; true when one has come. */
  #spin(messages: number, untilMs: number): boolean {
    while (performance.now() < untilMs) {
      if (Atomics.load(this.#memory, word.messages) !== messages) return true;
    }
    return false;
  }

  /** Spins as long as replies tend to come within the longest spin, and less and less when they do not. */
  #adaptSpin(waitedMs: number): void {
    this.#spinMs = waitedMs < this.#maxSpinMs ? this.#maxSpinMs : this.#spinMs / 2;
  }

  #markEnded(): void {
    Atomics.store(this.#memory, word.ended, 1);
  }

  #loss(): CloudError {
    if (Atomics.load(this.#memory, word.started) === 0) return notStarted(this.#crash);
    const why = this.#crash ? ` with an error: ${this.#crash.message}` : '; it was terminated, or ran out of memory';
    const message = `${subject} ended during this call${why}. The next call starts a new one`;
    return new CloudError('worker-lost', message, {}, causedBy(this.#crash));
  }
}

const subject = 'the worker thread that performs blocking calls';

function notStarted(cause: Error | undefined): CloudError {
  const why = cause ? `: ${cause.message}` : ', perhaps for a module that Node was told to load before any other';
  const isMissing = (cause as { code?: unknown } | undefined)?.code === 'ERR_MODULE_NOT_FOUND';
  const hint = isMissing ? '. A bundler must ship @isobar/connection/worker as a file of its own' : '';
  return new CloudError('worker-lost', `${subject} did not start${why}${hint}`, {}, causedBy(cause));
}

function causedBy(cause: Error | undefined): ErrorOptions | undefined {
  return cause && { cause };
}
