/**
 * What a test server can do for the kit besides being the cloud: inject faults, log requests, reset. Each ability is
 * optional; cases that need a missing one are skipped.
 */
import type { NodeState } from '@isobar/core';

/** A fault that the server can inject. */
export type Fault =
  /** Answers with this status instead of doing the work. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  | AnswerFault
  | AlterFault
  /** Resets the connection: before the work (default), or after it, so that the response is lost. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /**
   * Sends the headers and `afterBytes` of the body, then breaks the connection; `chunked`: without a Content-Length.
   */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly chunked?: boolean }
  /** Flips a byte of the body. */
  | { readonly kind: 'corrupt' }
  /** Sends the headers and `afterBytes` of the body, then nothing; without `afterBytes` sends nothing at all. */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** Answers late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Sends the body in pieces of `pieceBytes`, with a pause after each. */
  | { readonly kind: 'drip'; readonly pieceBytes: number; readonly pauseMs: number }
  /** Answers as usual, then closes the connection without announcing it. */
  | { readonly kind: 'hangup' };

/** Answers with this instead of doing the work, as a proxy or a captive portal does. */
export interface AnswerFault {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Sends the body this many times in a row (default 1); `endless`: until the client disconnects. */
  readonly repeat?: number | 'endless';
}

/** Does the work and changes the response. */
export interface AlterFault {
  readonly kind: 'alter';
  readonly status?: number;
  /** Headers that replace the response's own: an array is sent as repeated headers, `null` removes one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Shortens the body to this many bytes, and Content-Length with it. */
  readonly keepBytes?: number;
  /** Flips a byte of the body. */
  readonly corrupt?: boolean;
  /** Sent after the end of the body, beyond what Content-Length declares. */
  readonly excess?: string;
}

/** Injects faults into the server. */
export interface FaultControl {
  /** Makes the next `times` requests (default 1) fail, only those of `method` if given. */
  inject(fault: Fault, times?: number, method?: string): Promise<void>;
  /** Removes all faults. */
  clear(): Promise<void>;
}

/** A request that the server saw. */
export interface LoggedRequest {
  readonly method: string;
  /** Path and query as sent, not decoded, without secrets. */
  readonly target: string;
  readonly status: number;
  /** Lower-case names of the headers that the signature covers. */
  readonly signedHeaders?: readonly string[];
  /** The kind of fault that it met. */
  readonly fault?: string;
  /** When it arrived, in Unix milliseconds. */
  readonly at?: number;
  /** Bytes of the response body that the client or buffers in transit took. 0 while it is being sent. */
  readonly responseBytes?: number;
}

/** The requests that the server received. */
export interface RequestLog {
  /** Oldest first. */
  read(): Promise<readonly LoggedRequest[]>;
  clear(): Promise<void>;
}

/** How a node of a test boots. */
export interface NodeLife {
  /** Default `running`. */
  readonly outcome?: 'running' | 'error';
  /** Time until then, in milliseconds. */
  readonly bootMs?: number;
  /** Which addresses it gets; `both` is IPv4 and IPv6, all but `none` have a private one. Default `both`. */
  readonly addresses?: 'both' | 'ipv4' | 'ipv6' | 'private' | 'none';
  /** Time from running to having them, in milliseconds. Default 0. */
  readonly addressDelayMs?: number;
}

/** The clock of a compute cloud. */
export interface CloudClock {
  /** Advances it. A cloud without a clock of its own waits until what was begun is done. */
  advance(milliseconds: number): Promise<void>;
}

/** What can be done to the nodes of a compute cloud from outside. */
export interface CloudControl {
  /** Puts a node into a state, as a failing host would. */
  setNodeState(nodeId: string, state: NodeState): Promise<void>;
  /** Limits the nodes and volumes in all regions. An absent limit means any number. */
  setQuotas(max: { readonly nodes?: number; readonly volumes?: number }): Promise<void>;
}

/** The abilities of a test server. */
export interface TestServer {
  readonly faults?: FaultControl;
  readonly requests?: RequestLog;
  /** Empties the account. */
  reset?(): Promise<void>;
  readonly clock?: CloudClock;
  readonly cloud?: CloudControl;
  /** Options of `createNode` that give a node a life. */
  lives?(life: NodeLife): object;
}

/**
 * A test server that is controlled over HTTP, as Isobar's emulator is: `POST /_emulator/faults` adds rules and `DELETE`
 * removes them all, `GET /_emulator/requests` lists and `DELETE` clears requests, `POST /_emulator/reset` empties the
 * account; in a compute cloud, `POST /_emulator/clock` advances the clock, `PUT /_emulator/nodes/{id}` sets a state and
 * `PUT /_emulator/quotas` sets quotas.
 *
 * @param origin Such as `http://127.0.0.1:9897`.
 * @param service Name of the service whose requests are meant, when one server holds several.
 */
export function testServerAt(origin: string, service: string): Required<Omit<TestServer, 'lives'>> {
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${origin}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the test server answered ${response.status} to ${method} ${path}`);
    return response;
  };
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    await (await ask(method, path, body)).arrayBuffer();
  };
  return {
    faults: {
      inject: (fault, times = 1, method = undefined) => send('POST', 'faults', [{ service, times, fault, method }]),
      clear: () => send('DELETE', 'faults'),
    },
    requests: {
      async read() {
        const entries = (await (await ask('GET', 'requests')).json()) as (LoggedRequest & { service: string })[];
        return entries.filter((entry) => entry.service === service);
      },
      clear: () => send('DELETE', 'requests'),
    },
    reset: () => send('POST', 'reset'),
    clock: { advance: (milliseconds) => send('POST', 'clock', { advance_ms: milliseconds }) },
    cloud: {
      setNodeState: (nodeId, state) => send('PUT', `nodes/${nodeId}`, { state: state.toUpperCase() }),
      setQuotas: ({ nodes = null, volumes = null }) => send('PUT', 'quotas', { nodes, volumes }),
    },
  };
}
