/** The HTTP client of one connection: made on first use, closed with its face. */
import { CloudError, type HttpRequest, type HttpResponse, type ResponseStream } from '@isobar/core/provider';
import type { Dispatcher } from 'undici';
import type { Call } from './call.ts';
import { performExchange } from './exchange.ts';
import type { TransportLimits } from './options.ts';
import type { ResponseQueue } from './response-queue.ts';

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** Sends exchanges, keeps the streams of their responses. Safe under any number of exchanges at once. */
export class Transport {
  readonly #limits: TransportLimits;
  #dispatcher: Dispatcher | undefined;
  #opening: Promise<Dispatcher> | undefined;
  #isClosed = false;
  readonly #streams = new Map<number, ResponseQueue>();
  #lastStream = 0;

  constructor(limits: TransportLimits) {
    this.#limits = limits;
  }

  async exchange(request: HttpRequest, call: Call): Promise<HttpResponse> {
    const dispatcher = this.#dispatcher ?? (await this.#open());
    return performExchange(dispatcher, request, call, this);
  }

  /** The next bytes of a stream, `undefined` at its end. */
  async read(stream: ResponseStream, call: Call): Promise<Uint8Array | undefined> {
    const queue = this.#streams.get(stream.stream);
    if (!queue) throw new CloudError('aborted', 'the stream has been let go');
    const cancel = (failure: CloudError): void => queue.fail(failure);
    call.listen(cancel);
    try {
      return await queue.next();
    } finally {
      call.unlisten(cancel);
    }
  }

  /** Lets go of a stream, read to its end or not. */
  release(stream: ResponseStream): void {
    this.#streams.get(stream.stream)?.close();
    this.#streams.delete(stream.stream);
  }

  keep(queue: ResponseQueue): number {
    this.#lastStream += 1;
    this.#streams.set(this.#lastStream, queue);
    return this.#lastStream;
  }

  /** Ends all connections; exchanges under way fail with `aborted`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#dispatcher = undefined;
    const dispatcher = await this.#opening;
    await dispatcher?.destroy(new CloudError('aborted', 'the driver was closed while the call was under way'));
  }

  /** Loads the HTTP client: half of a cold start, so not before it is needed. */
  #open(): Promise<Dispatcher> {
    if (this.#isClosed) throw new CloudError('session-closed', 'the connection has been closed');
    this.#opening ??= import('undici').then(({ Agent, EnvHttpProxyAgent }) => {
      const { connectTimeoutMs, headersTimeoutMs, idleTimeoutMs, maxConnections } = this.#limits;
      const options = {
        connect: { timeout: connectTimeoutMs },
        headersTimeout: headersTimeoutMs,
        bodyTimeout: idleTimeoutMs,
        connections: maxConnections,
        pipelining: 1,
        allowH2: false,
      };
      const proxied = proxyVariables.some((name) => process.env[name]);
      const dispatcher = proxied ? new EnvHttpProxyAgent(options) : new Agent(options);
      if (!this.#isClosed) this.#dispatcher = dispatcher;
      return dispatcher;
    });
    return this.#opening;
  }
}
