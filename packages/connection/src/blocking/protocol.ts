/**
 * What a thread that blocks and the worker that performs its steps say to each other.
 *
 * Requests and replies are messages. The shared memory tells the blocked thread what no message can, because it hears no
 * events while it waits:
 *
 * | word | written by | meaning |
 * | --- | --- | --- |
 * | 0 `messages` | worker | how many messages it has sent; the blocked thread waits for this to change |
 * | 1 `taken` | worker | how many requests it has taken from the port; one that hangs takes no more |
 * | 2 `started` | worker | 1 once its program is loaded |
 * | 3 `ended` | both | 1 once it is known that the worker has ended |
 */
import type { MessagePort } from 'node:worker_threads';
import type { Step } from '@isobar/core/provider';
import type { PlainFailure } from '../failure.ts';
import type { TransportLimits } from '../options.ts';

/** Positions in the shared memory. */
export const word = { messages: 0, taken: 1, started: 2, ended: 3 } as const;
/** How long the shared memory is. */
export const wordCount = 4;

/** What the blocked thread tells the worker. A `probe` asks for nothing: it shows whether it can be delivered. */
export type Request =
  | {
      readonly kind: 'open';
      readonly connection: number;
      readonly limits: TransportLimits;
      /** The streams of the connection's responses are numbered from the next number. */
      readonly lastStream: number;
    }
  | {
      readonly kind: 'perform';
      readonly id: number;
      readonly connection: number;
      readonly step: Step;
      readonly progress: boolean;
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close'; readonly connection: number }
  | { readonly kind: 'probe' };

/** What the worker answers about the step with an id. */
export type Reply =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly failure: PlainFailure;
      /** Of a step that was cancelled: what it waited for, if that was not the server. */
      readonly explanation?: string | undefined;
    }
  | { readonly kind: 'progress'; readonly id: number; readonly transferredBytes: number };

/** The last message of a worker that ends with an error. */
export interface CrashReport {
  readonly kind: 'crashed';
  readonly failure: PlainFailure;
}

/** What the worker is started with. */
export interface WorkerStart {
  readonly memory: Int32Array;
  readonly port: MessagePort;
  /** The URL of the program to run. */
  readonly program: string;
}
