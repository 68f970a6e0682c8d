/**
 * What a test server can do for the kit besides being the cloud: fail on request, tell what it was asked, forget all.
 * Each ability is optional; the cases that need a missing one are left out.
 */
import type { NodeState } from '@isobar/core';

/** One way to fail. */
export type Fault =
  /** Answers with this status instead of doing the work. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  | AnswerFault
  | AlterFault
  /** Resets the connection: before the work (default), or after it, with the answer lost. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** Sends the headers and so many bytes of the body, then breaks the connection; `chunked`: without a Content-Length. */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly chunked?: boolean }
  /** Flips a byte of the body. */
  | { readonly kind: 'corrupt' }
  /** Sends the headers and so many bytes, then nothing; without `afterBytes` never answers at all. */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** Answers late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Sends the body in pieces of so many bytes, with a pause after each. */
  | { readonly kind: 'drip'; readonly pieceBytes: number; readonly pauseMs: number }
  /** Answers as usual, then closes the connection without having announced it. */
  | { readonly kind: 'hangup' };

/** Answers with this instead of doing the work, as a proxy or a captive portal does. */
export interface AnswerFault {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Sends the body so many times in a row (default 1); `endless` until the client breaks off. */
  readonly repeat?: number | 'endless';
}

/** Does the work and changes the answer. */
export interface AlterFault {
  readonly kind: 'alter';
  readonly status?: number;
  /** Headers to put in place of the answer's own: an array is sent as repeated headers, `null` removes. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** The body ends after so many bytes, and Content-Length says the same. */
  readonly keepBytes?: number;
  /** Flips a byte of the body. */
  readonly corrupt?: boolean;
  /** Sent behind the end of the body, on top of what Content-Length declares. */
  readonly excess?: string;
}

/** Makes the server fail. */
export interface FaultControl {
  /** The next requests fail like this, as many as `times` says (default 1); only those of a method, if one is named. */
  inject(fault: Fault, times?: number, method?: string): Promise<void>;
  /** No more faults. */
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
  /** When it came, in Unix milliseconds. */
  readonly at?: number;
  /** Bytes of the answer's body that the client took, or that lay in buffers on the way. 0 while it is being sent. */
  readonly responseBytes?: number;
}

/** Tells what the server was asked. */
export interface RequestLog {
  /** Oldest first. */
  read(): Promise<readonly LoggedRequest[]>;
  clear(): Promise<void>;
}

/** How a node of a test comes to be. */
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

/** What can be done to the things in a compute cloud. */
export interface CloudControl {
  /** Lets time pass for everything in the cloud, at once. */
  advance(milliseconds: number): Promise<void>;
  /** Puts a node into a state, as a failure of the machine below it would. */
  setNodeState(nodeId: string, state: NodeState): Promise<void>;
  /** How many nodes and volumes there may be in all; any number of what is not said. */
  setQuotas(most: { readonly nodes?: number; readonly volumes?: number }): Promise<void>;
}

/** The abilities of a test server. */
export interface TestServer {
  readonly faults?: FaultControl;
  readonly requests?: RequestLog;
  /** Empties the account. */
  reset?(): Promise<void>;
  readonly cloud?: CloudControl;
  /** Options of `createNode` that give a node a life. */
  lives?(life: NodeLife): object;
}

/**
 * A test server that is controlled over HTTP, as Isobar's emulator is: `POST /_emulator/faults` adds rules and `DELETE`
 * removes them all, `GET /_emulator/requests` tells and `DELETE` forgets, `POST /_emulator/reset` empties; of a compute
 * cloud, `POST /_emulator/clock` lets time pass, `PUT /_emulator/nodes/{id}` and `PUT /_emulator/quotas` change things.
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
  const tell = async (method: string, path: string, body?: unknown): Promise<void> => {
    await (await ask(method, path, body)).arrayBuffer();
  };
  return {
    faults: {
      inject: (fault, times = 1, method = undefined) => tell('POST', 'faults', [{ service, times, fault, method }]),
      clear: () => tell('DELETE', 'faults'),
    },
    requests: {
      async read() {
        const entries = (await (await ask('GET', 'requests')).json()) as (LoggedRequest & { service: string })[];
        return entries.filter((entry) => entry.service === service);
      },
      clear: () => tell('DELETE', 'requests'),
    },
    reset: () => tell('POST', 'reset'),
    cloud: {
      advance: (milliseconds) => tell('POST', 'clock', { advance_ms: milliseconds }),
      setNodeState: (nodeId, state) => tell('PUT', `nodes/${nodeId}`, { state: state.toUpperCase() }),
      setQuotas: ({ nodes = null, volumes = null }) => tell('PUT', 'quotas', { nodes, volumes }),
    },
  };
}
