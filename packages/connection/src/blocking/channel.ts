/**
 * The line between a thread that blocks and the worker that performs its steps.
 *
 * Requests and replies are messages; the shared memory only tells the waiting thread that one has arrived, and that the
 * worker is alive, because a blocked thread hears no events.
 *
 * | word | written by | meaning |
 * | --- | --- | --- |
 * | 0 `messages` | worker | how many messages it has sent; the blocked thread waits for this to change |
 * | 1 `beats` | worker | counts up while it performs something; standing still means that it hangs or is gone |
 * | 2 `state` | worker | 0 until its code runs, then 1; 2 once it has ended |
 */
import { fileURLToPath } from 'node:url';
import type { MessagePort, Worker } from 'node:worker_threads';
import { CloudError, type Step } from '@isobar/core/provider';
import type { PlainFailure } from '../failure.ts';
import type { TransportLimits } from '../options.ts';

/** Positions in the shared memory. */
export const word = { messages: 0, beats: 1, state: 2 } as const;
/** Values of the word `state`. */
export const state = { starting: 0, running: 1, ended: 2 } as const;
/** How often the worker's beat changes while it performs something. */
export const beatIntervalMs = 200;

/** How many looks without a beat mean that the worker is gone; see {@link Channel.receive}. */
const missedBeats = 12;
/**
 * A wait that is likely to be shorter than this is spent spinning: waking a sleeping thread costs 50–100 µs. With two
 * processors none: there a spinning thread takes the time of the worker, or of a server on the same machine, and a small
 * GET over loopback was measured at 1.6 × the asynchronous one with spinning, at 1.3 × without.
 */
const longestSpinMs = 0.3;

/** What the blocked thread tells the worker. */
export type Request =
  | { readonly kind: 'open'; readonly connection: number; readonly limits: TransportLimits }
  | {
      readonly kind: 'perform';
      readonly id: number;
      readonly connection: number;
      readonly step: Step;
      readonly progress: boolean;
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close'; readonly connection: number };

/** What the worker answers about the step with an id. */
export type Reply =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: PlainFailure }
  | { readonly kind: 'progress'; readonly id: number; readonly transferredBytes: number };

/** What the worker is started with. */
export interface WorkerStart {
  readonly memory: Int32Array;
  readonly port: MessagePort;
}

/** A running worker and the line to it. */
export class Channel {
  // Loaded here, not with the module, as are others below: programs that never block need none of them.
  readonly #threads = process.getBuiltinModule('node:worker_threads');
  readonly #memory = new Int32Array(new SharedArrayBuffer(12));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #longestSpinMs = process.getBuiltinModule('node:os').availableParallelism() > 2 ? longestSpinMs : 0;
  #spinMs = this.#longestSpinMs;

  /** Starts a worker; its program is a parameter for the tests of a worker that dies. */
  constructor(program: URL) {
    const { existsSync } = process.getBuiltinModule('node:fs');
    if (program.protocol === 'file:' && !existsSync(program)) {
      const message = `the worker's program is missing: ${fileURLToPath(program)}. A bundler must ship @isobar/connection/worker as a file of its own.`;
      throw new CloudError('worker-lost', message);
    }
    const { port1, port2 } = new this.#threads.MessageChannel();
    this.#port = port1;
    const workerData: WorkerStart = { memory: this.#memory, port: port2 };
    this.#worker = new this.#threads.Worker(program, {
      name: 'isobar',
      workerData,
      transferList: [port2],
      execArgv: [],
    });
    // Whoever waits finds out through the shared memory; without a listener the error would end the process.
    this.#worker.on('error', () => this.#markEnded());
    this.#worker.on('exit', () => this.#markEnded());
    this.#worker.unref();
    this.#port.unref();
  }

  get isAlive(): boolean {
    return Atomics.load(this.#memory, word.state) !== state.ended;
  }

  post(request: Request): void {
    this.#port.postMessage(request);
  }

  /**
   * Waits for the next reply.
   *
   * @returns `undefined` when the deadline, on `performance.now()`'s scale, has passed.
   * @throws {CloudError} `worker-lost`.
   */
  receive(deadlineMs: number): Reply | undefined {
    const startedMs = performance.now();
    let beats = -1;
    let looksWithoutBeat = 0;
    for (;;) {
      const messages = Atomics.load(this.#memory, word.messages);
      const received = this.#threads.receiveMessageOnPort(this.#port) as { message: Reply } | undefined;
      if (received) {
        this.#adaptSpin(performance.now() - startedMs);
        return received.message;
      }
      if (!this.isAlive || looksWithoutBeat > missedBeats) this.#lose();
      const nowMs = performance.now();
      if (nowMs >= deadlineMs) return undefined;
      if (this.#spin(messages, startedMs + this.#spinMs)) continue;
      Atomics.wait(this.#memory, word.messages, messages, Math.min(deadlineMs - nowMs, beatIntervalMs * 2));
      const beatsNow = Atomics.load(this.#memory, word.beats);
      looksWithoutBeat = beatsNow === beats ? looksWithoutBeat + 1 : 0;
      beats = beatsNow;
    }
  }

  /** Ends the worker. */
  close(): void {
    this.#markEnded();
    this.#worker.terminate().catch(() => {});
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
    this.#spinMs = waitedMs < this.#longestSpinMs ? this.#longestSpinMs : this.#spinMs / 2;
  }

  #markEnded(): void {
    Atomics.store(this.#memory, word.state, state.ended);
  }

  #lose(): never {
    const hadStarted = Atomics.load(this.#memory, word.state) !== state.starting;
    this.close();
    const what = hadStarted ? 'died while it performed this call' : 'did not start';
    throw new CloudError(
      'worker-lost',
      `the worker thread that performs blocking calls ${what}; the next call starts a new one`,
    );
  }
}
