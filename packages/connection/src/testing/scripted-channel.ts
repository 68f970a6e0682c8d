/** A channel without a thread: a script determines what it receives, and no time passes. */
import type { Reply, Request } from '../blocking/protocol.ts';
import type { WorkerChannel } from '../blocking/worker-client.ts';

/** An outcome of {@link ScriptedChannel.receive}: a reply, an error to throw, or `'deadline'`: the deadline passes. */
export type Event = Reply | Error | 'deadline';

/** The channel of a worker that replies by script. After the end of the script every deadline passes. */
export class ScriptedChannel implements WorkerChannel {
  isAlive = true;
  isBehind = false;
  isClosed = false;
  /** When set, the next request is not delivered, and its buffers are detached. */
  endsWithNextPost = false;
  readonly requests: Request[] = [];
  /** The buffers transferred with each request. */
  readonly transferred: ArrayBuffer[][] = [];
  /** The maximum wait of each `receive`. */
  readonly waitsMs: number[] = [];
  readonly script: Event[];

  constructor(...script: Event[]) {
    this.script = script;
  }

  post(request: Request, transfer: ArrayBuffer[] = []): boolean {
    this.requests.push(request);
    this.transferred.push(transfer);
    if (this.endsWithNextPost) {
      this.isAlive = false;
      structuredClone(transfer, { transfer });
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

  /** The kinds of the requests so far; of a step its kind, of a file step its action. */
  get kinds(): string[] {
    return this.requests.map((request) => {
      if (request.kind !== 'perform') return request.kind;
      return request.step.kind === 'file' ? request.step.action : request.step.kind;
    });
  }
}

/** The reply to a completed step. */
export const done = (id: number, value: unknown = undefined): Reply => ({ kind: 'done', id, value });
/** A progress message of a step. */
export const progress = (id: number, transferredBytes: number): Reply => ({ kind: 'progress', id, transferredBytes });
