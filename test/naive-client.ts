/**
 * A client that trusts the network: it takes any response for the object, follows redirects, resumes with any bytes,
 * and checks nothing. The fault table must notice.
 */
import { connect } from 'node:net';

/** The requested range, and what ends the download early. */
interface NaiveRequest {
  readonly range?: string;
  readonly signal?: AbortSignal;
  /** Time limit of one attempt. After it, the rest is requested. */
  readonly attemptMs?: number;
}

/** All bytes of any response. Requests the rest of a download that breaks off, and joins the two. */
export async function takeAll(url: string, { range, signal, attemptMs }: NaiveRequest = {}): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let receivedBytes = 0;
  for (let tries = 0; tries < 3; tries += 1) {
    const asked = receivedBytes > 0 ? `bytes=${receivedBytes}-` : range;
    const end = signal ?? (attemptMs === undefined ? undefined : AbortSignal.timeout(attemptMs));
    const response = await fetch(url, { ...(asked && { headers: { range: asked } }), ...(end && { signal: end }) });
    try {
      for await (const piece of response.body ?? []) {
        pieces.push(piece);
        receivedBytes += piece.length;
      }
      break;
    } catch (failure) {
      if (signal?.aborted || receivedBytes === 0) throw failure;
    }
  }
  return Buffer.concat(pieces);
}

/** All bytes that arrive after the headers, whatever Content-Length declares. */
export function takeUntilClosed(url: string): Promise<Uint8Array> {
  const { host, hostname, pathname, port, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', reject);
    socket.on('close', () => {
      const all = Buffer.concat(pieces);
      resolve(all.subarray(all.indexOf('\r\n\r\n') + 4));
    });
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}
