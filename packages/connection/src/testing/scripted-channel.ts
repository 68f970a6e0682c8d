/** A channel without a thread: what it receives is written down beforehand, and no time passes. */
import type { Reply, Request } from '../blocking/protocol.ts';
import type { WorkerChannel } from '../blocking/worker-client.ts';

/** What {@link ScriptedChannel.receive} does: a reply, an error to throw, or `'deadline'`, which passes. */
export type Event = Reply | Error | 'deadline';

/** A worker that says what its script says. When the script is at its end, each deadline passes. */
export class ScriptedChannel implements WorkerChannel {
  isAlive = true;
  isBehind = false;
  isClosed = false;
  /** When set, the next request is not delivered any more, and its memory is gone. */
  endsWithNextPost = false;
  readonly requests: Request[] = [];
  /** The memory handed over with each request. */
  readonly owned: ArrayBuffer[][] = [];
  /** How long each `receive` was to wait at most. */
  readonly waitsMs: number[] = [];
  readonly script: Event[];

  constructor(...script: Event[]) {
    this.script = script;
  }

  post(request: Request, owned: ArrayBuffer[] = []): boolean {
    this.requests.push(request);
    this.owned.push(owned);
    if (this.endsWithNextPost) {
      this.isAlive = false;
      structuredClone(owned, { transfer: owned });
    }
    return this.isAlive;
  }

  receive(deadlineMs: number): Reply | undefined {
    this.waitsMs.push(deadlineMs - performance.now());
    const event = this.script.shift() ?? 'deadline';
    if (event === 'deadline') return undefined;
    if (event instanceof Error) throw event;
    return event;
  }

  close(): void {
    this.isAlive = false;
    this.isClosed = true;
  }

  /** The kinds of requests so far, steps with their own kind. */
  get kinds(): string[] {
    return this.requests.map((request) => (request.kind === 'perform' ? request.step.kind : request.kind));
  }
}

/** A step that was done. */
export const done = (id: number, value: unknown = undefined): Reply => ({ kind: 'done', id, value });
/** Progress of a step. */
export const progress = (id: number, transferredBytes: number): Reply => ({ kind: 'progress', id, transferredBytes });
