/**
 * A client for the tests: raw request targets over node:http, nothing normalised, and its own signer, independent of
 * the verifier it tests.
 */
import { createHash, createHmac } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { Emulator } from '../index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** `<Code>` of an error document. */
  readonly code: string | undefined;
}

export interface Sent {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

const agent = new Agent({ keepAlive: true });

/** One request, as given. */
export function exchange(
  base: string,
  method: string,
  target: string,
  { headers = {}, body }: Sent = {},
): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path: target, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        const text = whole.toString();
        const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, text, code });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends bytes on a new socket; resolves with everything received until the server closes it. */
export function rawExchange(base: string, bytes: string, thenEnd = false): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.setEncoding('latin1').on('data', (text) => {
      received += text;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    socket.write(bytes, 'latin1');
    if (thenEnd) socket.end();
  });
}

type Target = Pick<Emulator, 'storage' | 'accessKey' | 'secret'>;

export interface Signing extends Sent {
  readonly scheme?: 'GOOG4' | 'AWS4';
  readonly atMs?: number;
  /** Instead of the body's own hash. */
  readonly payloadHash?: string;
  /** Signs the hash without sending it. */
  readonly omitHash?: boolean;
  readonly location?: string;
  /** Sent but not signed. */
  readonly unsigned?: OutgoingHttpHeaders;
  /** The host to sign, if different from the one that is sent. */
  readonly signedHost?: string;
}

/** Headers for a request signed with GOOG4 or AWS4; the target must be canonical already, its query sorted. */
export function signedHeaders(
  emulator: Target,
  method: string,
  target: string,
  signing: Signing = {},
): OutgoingHttpHeaders {
  const { scheme = 'GOOG4', atMs = Date.now(), location = 'auto' } = signing;
  const [dialect, service, terminator] =
    scheme === 'GOOG4' ? ['goog', 'storage', 'goog4_request'] : ['amz', 's3', 'aws4_request'];
  const stamp = `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const hash =
    signing.payloadHash ??
    createHash('sha256')
      .update(signing.body ?? '')
      .digest('hex');
  const headers: Record<string, string> = {
    host: new URL(emulator.storage).host,
    [`x-${dialect}-date`]: stamp,
    ...(signing.omitHash === true ? {} : { [`x-${dialect}-content-sha256`]: hash }),
  };
  for (const [name, value] of Object.entries(signing.headers ?? {})) headers[name.toLowerCase()] = String(value);
  const names = Object.keys(headers).sort();
  const [path = '', query = ''] = target.split('?');
  const canonicalQuery = query
    .split('&')
    .filter(Boolean)
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
  const lines = names.map(
    (name) => `${name}:${name === 'host' ? (signing.signedHost ?? headers[name]) : headers[name]}\n`,
  );
  const canonical = [method, path, canonicalQuery, lines.join(''), names.join(';'), hash].join('\n');
  const scope = `${stamp.slice(0, 8)}/${location}/${service}/${terminator}`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = `${scheme}-HMAC-SHA256\n${stamp}\n${scope}\n${digest}`;
  const key = [stamp.slice(0, 8), location, service, terminator].reduce<Uint8Array | string>(
    (parent, part) => createHmac('sha256', parent).update(String(part)).digest(),
    scheme + emulator.secret,
  );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const credential = `Credential=${emulator.accessKey}/${scope}`;
  return {
    ...headers,
    authorization: `${scheme}-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    ...signing.unsigned,
  };
}

/** One signed request. */
export function signed(emulator: Target, method: string, target: string, signing: Signing = {}): Promise<Answer> {
  const headers = signedHeaders(emulator, method, target, signing);
  if ((method === 'PUT' || method === 'POST') && headers['transfer-encoding'] === undefined) {
    headers['content-length'] ??= Buffer.byteLength(signing.body ?? '');
  }
  return exchange(emulator.storage, method, target, {
    headers,
    ...(signing.body === undefined ? {} : { body: signing.body }),
  });
}

/** A signed URL's target (path and query). */
export function signedTarget(
  emulator: Target,
  method: string,
  path: string,
  expires: number,
  atMs: number = Date.now(),
): string {
  const stamp = `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const scope = `${stamp.slice(0, 8)}/auto/storage/goog4_request`;
  const query = [
    'X-Goog-Algorithm=GOOG4-HMAC-SHA256',
    `X-Goog-Credential=${encodeURIComponent(`${emulator.accessKey}/${scope}`)}`,
    `X-Goog-Date=${stamp}`,
    `X-Goog-Expires=${expires}`,
    'X-Goog-SignedHeaders=host',
  ].join('&');
  const canonical = `${method}\n${path}\n${query}\nhost:${new URL(emulator.storage).host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const text = `GOOG4-HMAC-SHA256\n${stamp}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const key = scope
    .split('/')
    .reduce<Uint8Array | string>(
      (parent, part) => createHmac('sha256', parent).update(part).digest(),
      `GOOG4${emulator.secret}`,
    );
  return `${path}?${query}&X-Goog-Signature=${createHmac('sha256', key).update(text).digest('hex')}`;
}

/** An object's name as its path. */
export function objectPath(bucket: string, name: string): string {
  const encoded = encodeURIComponent(name).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `/${bucket}/${encoded.replaceAll('%2F', '/')}`;
}

/** Text of every element of a name. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, text = '']) => text);
}

/** Undoes the escaping of text. */
export function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
