/** A raw TCP origin: counts the bytes it receives and sends canned responses. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { contentOf } from '../../packages/bench/src/origin/content.ts';
import { objectHeaders, xmlPage } from '../../packages/bench/src/origin/listings.ts';

/** A running origin. */
export interface Origin extends Disposable {
  readonly url: string;
  readonly received: { connections: number; exchanges: number; bytes: number };
}

const objectSizeBytes = 1024;
const headEnd = '\r\n\r\n';

/**
 * Starts an origin in this process. It waits `delayMs` before each response; a container named `list-N` has N objects.
 */
export async function startOrigin(delayMs: number): Promise<Origin> {
  const received = { connections: 0, exchanges: 0, bytes: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    received.connections += 1;
    serve(socket, received, delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, received, [Symbol.dispose]: () => void server.close() };
}

function serve(socket: Socket, received: Origin['received'], delayMs: number): void {
  let pending: Buffer = Buffer.alloc(0);
  // A program may reset its connections when it ends.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    received.bytes += chunk.length;
    pending = Buffer.concat([pending, chunk]);
    const end = pending.indexOf(headEnd);
    const head = pending.toString('latin1', 0, Math.max(end, 0));
    const requestSizeBytes = end + headEnd.length + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    if (end < 0 || pending.length < requestSizeBytes) return;
    pending = pending.subarray(requestSizeBytes);
    received.exchanges += 1;
    const [method = '', target = ''] = head.split(' ', 2);
    setTimeout(() => socket.write(responseTo(method, new URL(target, 'http://origin'))), delayMs);
  });
}

function responseTo(method: string, { pathname, searchParams }: URL): Buffer {
  const [, container = '', name] = pathname.split('/');
  const found = name ? contentOf(objectSizeBytes) : xmlPage(container, searchParams);
  const body = method === 'PUT' ? Buffer.alloc(0) : found;
  const fields = name ? objectHeaders(objectSizeBytes) : ['content-type', 'application/xml; charset=UTF-8'];
  const head = fields.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${head}content-length: ${body.length}${headEnd}`), body]);
}
