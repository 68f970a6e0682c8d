/**
 * What a test server can do for the kit besides being the cloud: fail on request, tell what it was asked, forget all.
 * Each ability is optional; the cases that need a missing one are left out.
 */
import type { NodeState } from '@isobar/core';

/** One way to fail. */
export type Fault =
  /** Answers with this status instead of doing the work. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Resets the connection: before the work (default), or after it, with the answer lost. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** Sends the headers and so many bytes of the body, then breaks the connection. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Flips a byte of the body. */
  | { readonly kind: 'corrupt' }
  /** Sends the headers and so many bytes, then nothing; without `afterBytes` never answers at all. */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** Answers late. */
  | { readonly kind: 'delay'; readonly ms: number };

/** Makes the server fail. */
export interface FaultControl {
  /** The next requests fail like this, as many as `times` says (default 1). */
  inject(fault: Fault, times?: number): Promise<void>;
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
      inject: (fault, times = 1) => tell('POST', 'faults', [{ service, times, fault }]),
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
