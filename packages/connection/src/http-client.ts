/**
 * The HTTP client below a transport: undici with our limits. Imported on first use only, as loading undici takes long; and
 * of undici just the files that are used, as all of it takes twice as long and changes what built-in `fetch` goes through.
 */
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { TransportLimits } from './options.ts';

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** What sends requests. */
export interface HttpClient {
  /** What sends requests to one server. */
  dispatcherOf(origin: string): Dispatcher;
  /** Ends all connections; exchanges under way fail with the reason. */
  destroy(reason: Error): Promise<void>;
}

/** Opens a client. It goes through the proxies that the environment names. */
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
  // A pool for each server, found here: an agent of undici's takes several times as long to find it.
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
