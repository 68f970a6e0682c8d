/**
 * The HTTP client of a transport: undici with our limits. Loads undici on first use, because that is slow. Imports only the
 * files of undici that it uses: all of undici takes twice as long and replaces the global dispatcher that the built-in
 * `fetch` uses.
 */
import { CloudError, type TlsOptions } from '@isobar/core/provider';
import type { Dispatcher } from 'undici';
import type { TransportLimits } from '../options.ts';

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** An HTTP client. */
export interface HttpClient {
  /** The dispatcher for one server. */
  dispatcherOf(origin: string): Dispatcher;
  /** Ends all connections; running exchanges fail with the reason. */
  destroy(reason: Error): Promise<void>;
}

/**
 * Makes a client. It uses the proxies of the environment variables.
 *
 * @throws {CloudError} `not-installed` when undici cannot be loaded, as in some bundles.
 */
export async function openHttpClient({
  connectTimeoutMs,
  headersTimeoutMs,
  idleTimeoutMs,
  maxConnections,
  tls,
}: TransportLimits): Promise<HttpClient> {
  const certificates = tls && (await certificatesOf(tls));
  const options = {
    connect: { timeout: connectTimeoutMs, ...certificates },
    headersTimeout: headersTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    connections: maxConnections,
    pipelining: 1,
    allowH2: false,
  };
  if (proxyVariables.some((name) => process.env[name])) {
    const { default: EnvHttpProxyAgent } = await load(import('undici/lib/dispatcher/env-http-proxy-agent.js'));
    // Certificates are for the servers behind a proxy, not for the proxy.
    const agent = new EnvHttpProxyAgent(certificates ? { ...options, requestTls: certificates } : options);
    return { dispatcherOf: () => agent, destroy: (reason) => agent.destroy(reason) };
  }
  // One pool per server, looked up here: undici's `Agent` takes several times as long.
  const { default: Pool } = await load(import('undici/lib/dispatcher/pool.js'));
  const pools = new Map<string, Dispatcher>();
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

/** The texts of certificates: what is no PEM text is the path of a file. */
async function certificatesOf(tls: TlsOptions): Promise<TlsOptions> {
  const texts: { -readonly [Name in keyof TlsOptions]: string } = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const given = tls[name];
    if (given !== undefined) texts[name] = given.includes('-----BEGIN') ? given : await readPem(`tls.${name}`, given);
  }
  return texts;
}

async function readPem(field: string, path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(path, 'utf8');
  } catch (failure) {
    const { code } = failure as { code?: string };
    const message = `\`${field}\` names a file that cannot be read (${code}): ${path}`;
    throw new CloudError(
      'invalid-argument',
      message,
      { field, path, ...(code && { reason: code }) },
      { cause: failure },
    );
  }
}

async function load<Module>(file: Promise<Module>): Promise<Module> {
  try {
    return await file;
  } catch (failure) {
    const why = `undici, which sends requests, could not be loaded: ${(failure as Error).message.replace(/\.$/, '')}`;
    const message = `${why}. Install it where this file can find it, or bundle it: see docs/bundlers.md of Isobar`;
    throw new CloudError('not-installed', message, {}, { cause: failure });
  }
}
