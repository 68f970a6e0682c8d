/**
 * Records the exchanges with a cloud, and replays them. Addresses are kept as `{origin}/sN`, `N` being the service; what is secret or
 * in the way is left out.
 *
 *   node recording.ts replay FILE    a server that gives the answers of a recording; prints its address; ends with its standard input
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, request as send } from 'node:http';
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

const keptHeaders = ['content-type', 'location', 'retry-after', 'x-openstack-request-id', 'x-compute-request-id'];
const secretFields = ['password', 'adminPass', 'user_data'];

/** Starts a server that forwards to the services from a port on, and records what passes. */
export async function startRecorder(port: number, exchanges: Exchange[]): Promise<Server & { origin: string }> {
  const server = createServer(async (request, response) => {
    const [, service = '0', path = '/'] = /^\/s(\d)(.*)$/.exec(request.url ?? '') ?? [];
    const body = await buffer(request);
    const { connection: _, host: __, 'transfer-encoding': ___, ...headers } = request.headers;
    const target = {
      host: '127.0.0.1',
      port: port + Number(service),
      path,
      method: request.method,
      headers,
      agent: false,
    };
    const outgoing = send(target);
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const text = (await buffer(answer)).toString();
    const [status, own] = [answer.statusCode ?? 0, placed(text, port)];
    exchanges.push({
      ...described(request, body),
      status,
      headers: headersOf(answer),
      ...(text !== '' && { received: documentOf(own) }),
    });
    const token = answer.headers['x-subject-token'];
    const sent = own.replaceAll('{origin}', origin);
    response.writeHead(status, { ...headersOf(answer), ...(token && { 'x-subject-token': token }) }).end(sent);
  });
  const origin = await listen(server);
  return Object.assign(server, { origin });
}

function described(request: IncomingMessage, body: Buffer): Pick<Exchange, 'method' | 'path' | 'version' | 'sent'> {
  const version = request.headers['openstack-api-version'];
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    ...(typeof version === 'string' && { version }),
    ...(body.length > 0 && { sent: documentOf(body.toString()) }),
  };
}

/** The addresses of services, independent of where they are. */
function placed(text: string, port: number): string {
  return text.replace(/http:\/\/127\.0\.0\.1:(\d+)/g, (address, found: string) => {
    const service = Number(found) - port;
    return service >= 0 && service < 10 ? `{origin}/s${service}` : address;
  });
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeaders.includes(name))) as Record<
    string,
    string
  >;
}

/** A document without secrets, and without the links that nobody reads. */
function documentOf(text: string): unknown {
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
  const origin = await listen(server);
  console.log(origin);
  process.stdin.on('end', () => process.exit()).resume();
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

if (process.argv[2] === 'replay') await replay(process.argv[3] ?? '');
