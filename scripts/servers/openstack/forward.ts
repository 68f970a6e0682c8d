/** Sends requests on to the services of an OpenStack cloud, whose ports follow that of Keystone. */
import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** An answer of a service. */
export interface Forwarded {
  readonly status: number;
  /** Without those of the connection and the length. */
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a request to `/sN/…`, which is the service at the N-th port after Keystone's, and gives its answer. */
export async function forward(incoming: IncomingMessage, body: Buffer, keystone: number): Promise<Forwarded> {
  const [, offset = '0', path = ''] = /^\/s(\d)(.*)$/.exec(incoming.url ?? '') ?? [];
  const { connection: _, host: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
  const target = { host: '127.0.0.1', port: keystone + Number(offset), path: path || '/', agent: false };
  const outgoing = send({ ...target, method: incoming.method, headers });
  outgoing.end(body);
  try {
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const bytes = await buffer(answer);
    // Keystone closes each connection. A proxy does not, so that faults meet the request that they are meant for.
    const { connection: ____, 'content-length': _____, 'transfer-encoding': ______, ...kept } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: kept, body: bytes };
  } catch (failure) {
    const message = `the service: ${(failure as Error).message}`;
    return { status: 502, headers: { 'content-type': 'text/plain' }, body: Buffer.from(message) };
  }
}

/** A text with the addresses of services below another one, as {@link forward} takes them. */
export function relocated(text: string, keystone: number, base: string): string {
  return text.replace(/http:\/\/127\.0\.0\.1:(\d+)/g, (address, port: string) => {
    const offset = Number(port) - keystone;
    return offset >= 0 && offset < 10 ? `${base}/s${offset}` : address;
  });
}
