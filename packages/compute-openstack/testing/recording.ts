/**
 * Recordings of exchanges with a cloud, and a server that replays them. Addresses are kept as `{origin}/sN`, `N` being the service; what is secret or
 * in the way is left out.
 *
 *   node recording.ts replay FILE    a server that gives the answers of a recording; prints its address; ends with its standard input
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One exchange. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly version?: string;
  readonly sent?: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly received?: unknown;
}

const secretFields = ['password', 'adminPass', 'user_data'];

/** What is kept of a request. */
export function described(
  request: IncomingMessage,
  body: Buffer,
): Pick<Exchange, 'method' | 'path' | 'version' | 'sent'> {
  const version = request.headers['openstack-api-version'];
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    ...(typeof version === 'string' && { version }),
    ...(body.length > 0 && { sent: documentOf(body.toString()) }),
  };
}

/** A document without secrets, and without the links that nobody reads. */
export function documentOf(text: string): unknown {
  try {
    return JSON.parse(text, (name, value: unknown) => {
      if (secretFields.includes(name) && typeof value === 'string') return 'left out';
      return name === 'links' || name === 'audit_ids' || name === 'hostId' ? undefined : value;
    });
  } catch {
    return text;
  }
}

async function replay(file: string): Promise<void> {
  const exchanges = JSON.parse(readFileSync(file, 'utf8')) as Exchange[];
  let next = 0;
  const server = createServer(async (request, response) => {
    const { headers, received, status, ...expected } = exchanges[next] ?? {
      status: 0,
      headers: {},
      method: 'nothing',
      path: '',
    };
    const found = described(request, await buffer(request));
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      const message = `exchange ${next + 1} is ${JSON.stringify(found)}, but the recording has ${JSON.stringify(expected)}. Record again: node scripts/record-openstack.ts`;
      return void response
        .writeHead(418, { 'content-type': 'application/json' })
        .end(JSON.stringify({ recording: { message } }));
    }
    next += 1;
    const body = received === undefined ? '' : typeof received === 'string' ? received : JSON.stringify(received);
    const token = found.path.endsWith('/auth/tokens') ? { 'x-subject-token': 'a-recorded-token' } : {};
    response.writeHead(status, { ...headers, ...token }).end(body.replaceAll('{origin}', origin));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  console.log(origin);
  process.stdin.on('end', () => process.exit()).resume();
}

if (process.argv[2] === 'replay') await replay(process.argv[3] ?? '');
