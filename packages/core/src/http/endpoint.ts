/** Addresses of services. Plain HTTP is allowed only to this machine, unless the user allows more. */

/** A service's parsed address. */
export interface Endpoint {
  /** Scheme, host and port, without a trailing slash. */
  readonly origin: string;
  /** Host and port as they go into the `host` header. */
  readonly host: string;
}

/**
 * Checks an endpoint.
 *
 * @param allowPlainHttp Whether the user allowed plain HTTP to other machines.
 * @returns The problem, as the rest of a sentence that begins with the option's name; `undefined` when there is none.
 */
export function endpointProblem(endpoint: string, allowPlainHttp: boolean): string | undefined {
  const url = URL.parse(endpoint);
  if (!url || !/^https?:$/.test(url.protocol))
    return 'must be a URL such as https://storage.example or http://127.0.0.1:9897';
  if (url.username || url.password) return 'must not contain credentials; pass them as key and secret';
  if (url.pathname !== '/' || url.search || url.hash) return 'must end after host and port';
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowPlainHttp) {
    return 'must use https: plain http would show your data to the network; pass allowPlainHttp: true if you mean it';
  }
  return undefined;
}

/** Options with an endpoint, as zod passes them to an object-level check. */
export interface CheckedEndpoint {
  readonly value: { readonly endpoint: string; readonly allowPlainHttp: boolean };
  readonly issues: { push(issue: { code: 'custom'; path: string[]; message: string; input: unknown }): unknown };
}

/**
 * Checks a provider's options `endpoint` and `allowPlainHttp`; pass it to zod's `.check()`. The issue does not repeat the
 * endpoint, which may contain credentials.
 */
export function checkEndpoint({ issues, value }: CheckedEndpoint): void {
  const message = endpointProblem(value.endpoint, value.allowPlainHttp);
  if (message) issues.push({ code: 'custom', path: ['endpoint'], message, input: undefined });
}

/** Parses an endpoint that {@link endpointProblem} has accepted. */
export function parseEndpoint(endpoint: string): Endpoint {
  const { origin, host } = new URL(endpoint);
  return { origin, host };
}

/** Whether a URL's host is this machine by definition, without asking DNS. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
