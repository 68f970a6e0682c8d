/** The HTTP client and response streams of one connection. Opened on first use, closed with the driver. */
import {
  CloudError,
  type HttpRequest,
  type HttpResponse,
  type PassedBytes,
  type ResponseStream,
  type TlsOptions,
} from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import type { TransportLimits } from '../options.ts';
import { DecodedQueue } from './decoded-queue.ts';
import { performExchange } from './exchange.ts';
import { type HttpClient, openHttpClient } from './http-client.ts';
import type { ResponseQueue } from './response-queue.ts';

/** Performs exchanges and holds their response streams. Safe for concurrent exchanges. */
export class Transport {
  readonly #limits: TransportLimits;
  #client: HttpClient | undefined;
  /** The client, and those for certificates that requests bring, by these. */
  readonly #openings = new Map<string, Promise<HttpClient>>();
  #isClosed = false;
  readonly #streams = new Map<number, ResponseQueue | DecodedQueue>();
  #lastStream: number;

  /** @param lastStream The number before the first stream's number; a worker that replaces another continues counting. */
  constructor(limits: TransportLimits, lastStream = 0) {
    this.#limits = limits;
    this.#lastStream = lastStream;
  }

  exchange(request: HttpRequest, call: Call): Promise<HttpResponse> {
    const tls = this.#limits.tls ? undefined : request.tls;
    if (this.#client && !tls) return this.#send(this.#client, request, call);
    return this.#open(tls).then((client) => this.#send(client, request, call));
  }

  #send(client: HttpClient, request: HttpRequest, call: Call): Promise<HttpResponse> {
    return performExchange(client.dispatcherOf(request.origin), request, call, this);
  }

  /** The next bytes of a stream, `undefined` at its end. */
  async read(stream: ResponseStream, call: Call): Promise<Uint8Array | undefined> {
    const queue = this.#streams.get(stream.stream);
    if (!queue) throw new CloudError('aborted', 'the stream has been released');
    const cancel = (failure: CloudError): void => queue.fail(failure);
    call.listen(cancel);
    try {
      return await queue.next();
    } finally {
      call.unlisten(cancel);
    }
  }

  /** Size and checksum of the encoded bytes of a decoded stream. */
  passed(stream: ResponseStream): PassedBytes {
    const queue = this.#streams.get(stream.stream);
    if (!(queue instanceof DecodedQueue)) throw new CloudError('aborted', 'the stream is not being decoded');
    return queue.passed;
  }

  /** Releases a stream, whether or not it was read to the end. */
  release(stream: ResponseStream): void {
    this.#streams.get(stream.stream)?.close();
    this.#streams.delete(stream.stream);
  }

  register(queue: ResponseQueue | DecodedQueue): number {
    this.#lastStream += 1;
    this.#streams.set(this.#lastStream, queue);
    return this.#lastStream;
  }

  explainWait(): string | undefined {
    let held = 0;
    for (const queue of this.#streams.values()) if (queue.isOpen) held += 1;
    const { maxConnections } = this.#limits;
    if (held < maxConnections) return undefined;
    return `all ${maxConnections} connections are held by open streams; read them to their end, close them, or raise maxConnections`;
  }

  /** Ends all connections; running exchanges fail with `aborted`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#client = undefined;
    const reason = new CloudError('aborted', 'the driver was closed during the call');
    const close = async (opening: Promise<HttpClient>) => await (await opening.catch(() => undefined))?.destroy(reason);
    await Promise.all(Array.from(this.#openings.values(), close));
  }

  /** Loads the HTTP client on first use, because loading it takes half of a cold start. @param tls Of a request. */
  async #open(tls?: TlsOptions): Promise<HttpClient> {
    if (this.#isClosed) throw new CloudError('session-closed', 'the connection has been closed');
    const key = tls ? JSON.stringify([tls.ca, tls.cert, tls.key]) : '';
    const known = this.#openings.get(key);
    if (known) return known;
    const opening = openHttpClient(tls ? { ...this.#limits, tls } : this.#limits).then((client) => {
      if (!tls && !this.#isClosed) this.#client = client;
      return client;
    });
    this.#openings.set(key, opening);
    // A file of certificates may be there the next time.
    opening.catch(() => this.#openings.delete(key));
    return opening;
  }
}
