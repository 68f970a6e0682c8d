/** Addresses of services. Credentials travel only over TLS, or not at all beyond this machine. */

/** A service's address, taken apart. */
export interface Endpoint {
  /** Scheme, host and port, without a trailing slash. */
  readonly origin: string;
  /** Host and port as they go into the `host` header. */
  readonly host: string;
}

/**
 * What is wrong with an endpoint, as the rest of a sentence that begins with its name; `undefined` when nothing is.
 *
 * @param allowPlainHttp Whether the user asked for plain HTTP to other machines by name.
 */
export function endpointProblem(endpoint: string, allowPlainHttp: boolean): string | undefined {
  const url = URL.parse(endpoint);
  if (!url || !/^https?:$/.test(url.protocol))
    return 'must be a URL such as https://storage.example or http://127.0.0.1:9897';
  if (url.username || url.password) return 'must not hold credentials; pass them as key and secret';
  if (url.pathname !== '/' || url.search || url.hash) return 'must end after host and port';
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowPlainHttp) {
    return 'must use https: plain http would show your data to the network; pass allowPlainHttp: true if you mean it';
  }
  return undefined;
}

/** Options with an endpoint, as zod hands them to a check of a whole object. */
export interface CheckedEndpoint {
  readonly value: { readonly endpoint: string; readonly allowPlainHttp: boolean };
  readonly issues: { push(issue: { code: 'custom'; path: string[]; message: string; input: unknown }): unknown };
}

/**
 * The check of a provider's options that have an `endpoint` and `allowPlainHttp`, to be given to zod's `.check()`. The
 * endpoint itself stays out of the issue: it may hold credentials.
 */
export function checkEndpoint({ issues, value }: CheckedEndpoint): void {
  const message = endpointProblem(value.endpoint, value.allowPlainHttp);
  if (message) issues.push({ code: 'custom', path: ['endpoint'], message, input: undefined });
}

/** Takes an endpoint apart that {@link endpointProblem} found nothing wrong with. */
export function parseEndpoint(endpoint: string): Endpoint {
  const { origin, host } = new URL(endpoint);
  return { origin, host };
}

/** Whether a URL's host stands for this machine, whatever a name server says. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
