/**
 * Requests a URL without credentials, and with the path unchanged. `fetch` would resolve `..` in object names.
 */
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

/** A request for a URL. */
export interface UrlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** The response. */
export interface UrlAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Requests a URL over HTTP or HTTPS. */
export function requestUrl({ method, url, headers = {}, body }: UrlRequest): Promise<UrlAnswer> {
  const [, scheme, hostname, port, path] = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)$/.exec(url) ?? [];
  if (!hostname || !path) throw new Error('this is not the URL of an object');
  const send = scheme === 'https' ? requestSecure : requestPlain;
  const length = { 'content-length': String(body?.length ?? 0) };
  return new Promise((resolve, reject) => {
    const options = { method, hostname, path, headers: { ...length, ...headers }, agent: false };
    const sent = send({ ...options, ...(port && { port: Number(port) }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        const answer = { status: response.statusCode ?? 0, headers: Object.fromEntries(received) };
        resolve({ ...answer, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
