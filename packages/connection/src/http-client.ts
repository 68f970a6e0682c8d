/**
 * The HTTP client of a transport: undici with our limits. Imported on first use, because loading undici is slow. Imports
 * only the files of undici that it uses: all of undici takes twice as long and replaces the global dispatcher that the
 * built-in `fetch` uses.
 */
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { TransportLimits } from './options.ts';

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** An HTTP client. */
export interface HttpClient {
  /** The dispatcher for one server. */
  dispatcherOf(origin: string): Dispatcher;
  /** Ends all connections; running exchanges fail with the reason. */
  destroy(reason: Error): Promise<void>;
}

/** Makes a client. It uses the proxies of the environment variables. */
export async function openHttpClient({
  connectTimeoutMs,
  headersTimeoutMs,
  idleTimeoutMs,
  maxConnections,
}: TransportLimits): Promise<HttpClient> {
  const options = {
    connect: { timeout: connectTimeoutMs },
    headersTimeout: headersTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    connections: maxConnections,
    pipelining: 1,
    allowH2: false,
  };
  if (proxyVariables.some((name) => process.env[name])) {
    const { default: EnvHttpProxyAgent } = await import('undici/lib/dispatcher/env-http-proxy-agent.js');
    const agent = new EnvHttpProxyAgent(options);
    return { dispatcherOf: () => agent, destroy: (reason) => agent.destroy(reason) };
  }
  // One pool per server, looked up here: undici's `Agent` takes several times as long.
  const pools = new Map<string, Pool>();
  return {
    dispatcherOf(origin) {
      const present = pools.get(origin);
      if (present) return present;
      const pool = new Pool(origin, options);
      pools.set(origin, pool);
      return pool;
    },
    async destroy(reason) {
      await Promise.all(Array.from(pools.values(), (pool) => pool.destroy(reason)));
    },
  };
}
