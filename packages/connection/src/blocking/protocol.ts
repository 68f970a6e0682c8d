/**
 * The protocol between a blocked thread and the worker that performs its steps.
 *
 * Requests and replies are messages on a port. The shared memory carries the signals that the blocked thread needs while
 * it waits and receives no events:
 *
 * | word | written by | meaning |
 * | --- | --- | --- |
 * | 0 `messages` | worker | number of messages that it has sent, and one more when it ends; the blocked thread waits for a change |
 * | 1 `taken` | worker | number of requests that it has received; it stops growing when the worker hangs |
 * | 2 `started` | worker | 1 when its program is loaded |
 * | 3 `ended` | both | 1 when the worker is known to have ended |
 *
 * States of a step, with who changes them (C: `WorkerClient` on the blocked thread, W: the worker):
 *
 *   submit ─(C)─► in the port ─(W)─► performing ─(W)─► reply in the port ─(C)─► in the inbox ─(C: take)─► returned
 *                     │                  │ ▲ │                                    ▲
 *                     │                  └─┘ │ progress: C calls the function     │
 *                     │                      │                                    │
 *                     ├──────────────────────┴─ worker lost (C): reply `threw` ───┘
 *                     │
 *                     └─ cancel (C posts it, W stops the step): the usual reply arrives, or after 2 s the step is
 *                        abandoned, and its late reply is dropped after releasing its stream. A worker that has not
 *                        received the cancel request within 10 s is replaced
 *
 * - Each `perform` request gets exactly one final reply: `done` or `failed` from the worker, or `threw` from the client.
 * - Replies come in any order. A reply that arrives while another is awaited stays in the inbox.
 * - The worker does not wait for the blocked thread: it never needs an acknowledgement, and steps that need the calling
 *   thread are not sent to it. So the two cannot wait for each other.
 *
 * Bodies cross as a transferred `ArrayBuffer`, not as a `Uint8Array`: Deno visits each element of an array that it receives,
 * which takes half a second for 4 MiB.
 */
import type { MessagePort } from 'node:worker_threads';
import type { FileStep, WorkerStep } from '@isobar/core/provider';
import type { SerializedError } from '../failure.ts';
import type { TransportLimits } from '../options.ts';

/** Positions in the shared memory. */
export const word = { messages: 0, taken: 1, started: 2, ended: 3 } as const;
/** Length of the shared memory in words. */
export const wordCount = 4;

/** The bytes that a file step writes. */
export function bytesIn({ args }: FileStep): Uint8Array | undefined {
  return (args as readonly unknown[]).find((argument) => argument instanceof Uint8Array);
}

/** A file step with other bytes to write. */
export function withBytes(step: FileStep, bytes: Uint8Array): FileStep {
  const args = step.args.map((argument) => (argument instanceof Uint8Array ? bytes : argument));
  return { ...step, args } as FileStep;
}

/** Messages to the worker. A `probe` has no effect in the worker; posting it shows whether the worker can be reached. */
export type Request =
  | {
      readonly kind: 'open';
      readonly connection: number;
      readonly limits: TransportLimits;
      /** The connection's response streams get the numbers after this one. */
      readonly lastStream: number;
    }
  | {
      readonly kind: 'perform';
      readonly id: number;
      readonly connection: number;
      readonly step: WorkerStep;
      readonly progress: boolean;
      /** The request's body, when it does not stand in the step. */
      readonly bytes?: ArrayBuffer | undefined;
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close'; readonly connection: number }
  | { readonly kind: 'probe' };

/** Messages from the worker about the step with an id. */
export type Reply =
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly value: unknown;
      /** The body of the response that is the value; without a value, bytes that were read. */
      readonly bytes?: ArrayBuffer;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly failure: SerializedError;
      /** For a cancelled step: what it was waiting for, if not for the server. */
      readonly explanation?: string | undefined;
    }
  | { readonly kind: 'progress'; readonly id: number; readonly transferredBytes: number };

/** The last message from a worker that ends with an error. */
export interface CrashReport {
  readonly kind: 'crashed';
  readonly failure: SerializedError;
}

/** The worker's `workerData`. */
export interface WorkerStart {
  readonly memory: Int32Array;
  readonly port: MessagePort;
  /** The URL of the program to run. */
  readonly program: string;
  /** The version of the program's package; empty for its sources. */
  readonly version: string;
}
